"""Remedies for a DAG's call that was denied, or that asked for a missing parameter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mwaa_ecs.iam.evaluate import covers_action, decide
from mwaa_ecs.iam.model import Need, NotJudgedError
from mwaa_ecs.problems import suggestion
from mwaa_ecs.sandbox.authorization.principals import Principal, policies_of
from mwaa_ecs.sandbox.local_aws import Call, LocalAws
from mwaa_ecs_operator.contract import ALL, PARTS

SWITCHES: Mapping[str, str] = {
    "ecs:ListTasks": "reattach",
    "ecs:TagResource": "tags",
    "ecs:ExecuteCommand": "execute_command",
    "ecs:RegisterTaskDefinition": "register",
    "ecs:DescribeTaskDefinition": "register",
    "kms:Decrypt": "kms_key_arns",
    "ssm:GetParameter": "secrets_backend",
}
"""The field of the root module's variable `policy` that grants an action."""

_CLUSTER = "ecs:cluster"
_PARAMETER = ":parameter/"


def denial_hints(calls: Iterable[Call]) -> list[str]:
    """Return what grants each denied action, once each; call it while the roles still exist."""
    found = (_denial_hint(call, need) for call in calls for need in _denied(call))
    return list(dict.fromkeys(hint for hint in found if hint))


def _denied(call: Call) -> Iterable[Need]:
    """Return the need that AWS's message names; it names the first that is denied."""
    action = call.denied.partition("not authorized to perform: ")[2].partition(" ")[0]
    return [need for need in call.needs if need.action == action][:1] if action else []


def _denial_hint(call: Call, need: Need) -> str:
    other = _granted_cluster(call, need)
    if other:
        called = ", ".join(need.context.get(_CLUSTER, ()))
        return (
            f"{need.action} is granted in the cluster {other}, and the call is for "
            f"{called}: name the granted one in the DAG"
        )
    switch = _switch(need)
    return f"{need.action} is granted by policy = {{ {switch} }}" if switch else ""


def _switch(need: Need) -> str:
    name = SWITCHES.get(need.action, "")
    if need.action == "ecs:TagResource" and "RegisterTaskDefinition" in need.context.get(
        "ecs:CreateAction", ()
    ):
        name = SWITCHES["ecs:RegisterTaskDefinition"]
    if name == "secrets_backend" and "/tasks/" not in (need.resource or ""):
        # The parameter is not a variable of Airflow, and no switch grants it.
        return ""
    if name == "kms_key_arns":
        return f'{name} = ["{need.resource}"]'
    return f"{name} = true" if name else ""


def _granted_cluster(call: Call, need: Need) -> str:
    """Return the cluster that the role's policies allow the same call in, if there is one."""
    clusters = need.context.get(_CLUSTER, ())
    roles = need.context.get("aws:PrincipalArn", ())
    if not clusters or not roles:
        return ""
    try:
        policies = policies_of(Principal(call.principal, roles[0], call.account_id))
        granted = {
            value
            for statement in policies.identity
            if statement.effect == "Allow" and covers_action(statement, need.action)
            for condition in statement.conditions
            if condition.key.lower() == _CLUSTER
            for value in condition.values
        } | {
            # A statement on tasks names the cluster in their ARNs.
            resource.replace(":task/", ":cluster/").rpartition("/")[0]
            for statement in policies.identity
            if statement.effect == "Allow" and covers_action(statement, need.action)
            for resource in statement.resources
            if ":task/" in resource
        }
        for cluster in sorted(granted - set(clusters)):
            resource = _in_cluster(need.resource, clusters[0], cluster)
            there = Need(need.action, resource, {**need.context, _CLUSTER: (cluster,)})
            if decide(there, policies.identity, policies.boundary).allowed:
                return cluster
    except NotJudgedError:
        return ""
    return ""


def _in_cluster(resource: str | None, called: str, granted: str) -> str | None:
    if resource is None:
        return None
    old, new = (f":task/{arn.rpartition('/')[2]}/" for arn in (called, granted))
    return resource.replace(old, new).replace(called, granted)


def parameter_hints(aws: LocalAws, calls: Iterable[Call]) -> list[str]:
    """Return which parameters were asked for that do not exist, and which do.

    The operator asks for each part of the index of images, and an index need not have all. So
    a missing part is told only where its whole index is missing, and then as one.
    """
    asked = dict.fromkeys(
        f"/{resource.partition(_PARAMETER)[2]}"
        for call in calls
        if call.service == "ssm" and call.action in ("GetParameter", "GetParameters")
        for resource in (need.resource or "" for need in call.needs)
        if _PARAMETER in resource
    )
    if not asked:
        return []
    pages = aws.client("ssm").get_paginator("describe_parameters").paginate()
    # Without a leading slash in the name there is none in the ARN.
    known = {one["Name"]: one["Name"] for page in pages for one in page["Parameters"]}
    there = {f"/{name.lstrip('/')}" for name in known}
    whole = {_index_of(name) for name in there}
    missing = {name: _index_of(name) for name in asked if name not in there}
    hints = [
        missing_parameter(index or name, known, "index of images" if index else "parameter")
        for name, index in missing.items()
        if index is None or index not in whole
    ]
    return list(dict.fromkeys(hints))


def _index_of(name: str) -> str | None:
    """Return the index of images that a parameter is a part of."""
    index, _, part = name.rpartition("/")
    return index if index.endswith("/images") and part in (ALL, *PARTS) else None


def missing_parameter(name: str, known: Iterable[str], kind: str = "parameter") -> str:
    """Return a message on a parameter, or an index of them, that does not exist."""
    names = sorted(known)
    have = suggestion(name, names, "parameters") if names else "; there is no parameter"
    return f"the {kind} {name!r} does not exist{have}"
