"""Whether a role may make a call: by IAM's simulator, else by the policies read.

The simulator knows organisations' policies too; `mwaa_ecs.iam` judges what it can read.
https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mwaa_ecs.doctor.account import DeniedError
from mwaa_ecs.doctor.world import Json, SkippedError, World
from mwaa_ecs.iam.document import Statement, parse_policy
from mwaa_ecs.iam.evaluate import decide
from mwaa_ecs.iam.model import Context, Need, NotJudgedError

SIMULATOR = "IAM's simulator"
EVALUATOR = "the policies read"

NEEDS = (
    "iam:GetRole",
    "iam:SimulatePrincipalPolicy",
    "iam:ListRolePolicies",
    "iam:GetRolePolicy",
    "iam:ListAttachedRolePolicies",
    "iam:GetPolicy",
    "iam:GetPolicyVersion",
)
"""AWS actions that judging needs."""

_RESOURCES_PER_CALL = 50


@dataclass(frozen=True)
class Judgement:
    """Whether a role may make a call.

    Attributes:
        need: the permission that the call needs.
        allowed: whether it is granted; None where that is not known.
        because: why it is not granted or not known.
        by: what judged it.
    """

    need: Need
    allowed: bool | None
    because: str
    by: str


def judge(world: World, role_arn: str, needs: Sequence[Need]) -> list[Judgement]:
    """Judge what a role may do.

    Args:
        world: the account.
        role_arn: the role.
        needs: what it is to be allowed.

    Raises:
        SkippedError: the role does not exist.
        NotReadError: neither the simulator nor the role's policies can be read.
    """
    if not needs:
        return []
    if world.role(role_arn) is None:
        raise SkippedError(f"the role {role_arn} does not exist")
    try:
        return list(_simulate(world, role_arn, needs))
    except DeniedError as denied:
        if denied.action != "iam:SimulatePrincipalPolicy":
            raise
        return _evaluate(world, role_arn, needs)


# -- by the simulator ------------------------------------------------------------------------


def _simulate(world: World, role_arn: str, needs: Sequence[Need]) -> Iterator[Judgement]:
    alike: dict[str, list[Need]] = {}
    for need in needs:
        alike.setdefault(json.dumps([need.action, _entries(need.context)]), []).append(need)
    for same in alike.values():
        for start in range(0, len(same), _RESOURCES_PER_CALL):
            yield from _simulate_alike(
                world, role_arn, same[start : start + _RESOURCES_PER_CALL]
            )


def _simulate_alike(world: World, role_arn: str, needs: Sequence[Need]) -> Iterator[Judgement]:
    first = needs[0]
    results = world.call(
        "iam",
        "simulate_principal_policy",
        pages="EvaluationResults",
        PolicySourceArn=role_arn,
        ActionNames=[first.action],
        ResourceArns=[need.resource or "*" for need in needs],
        ContextEntries=_entries(first.context),
    )
    by_resource = {}
    for result in results:
        by_resource[result.get("EvalResourceName", "*")] = result
        for specific in result.get("ResourceSpecificResults", ()):
            by_resource[specific["EvalResourceName"]] = {**result, **_renamed(specific)}
    for need in needs:
        found = by_resource.get(need.resource or "*")
        if found is None:
            yield Judgement(need, None, "the simulator did not judge the resource", SIMULATOR)
        else:
            yield _judgement(need, found)


def _renamed(specific: Json) -> Json:
    return {**specific, "EvalDecision": specific["EvalResourceDecision"]}


def _judgement(need: Need, result: Json) -> Judgement:
    decision = result["EvalDecision"]
    missing = result.get("MissingContextValues") or ()
    if decision == "allowed":
        return Judgement(need, True, "", SIMULATOR)
    if missing:
        text = f"the simulator needs the condition keys {', '.join(missing)}"
        return Judgement(need, None, text, SIMULATOR)
    organizations = result.get("OrganizationsDecisionDetail") or {}
    boundary = result.get("PermissionsBoundaryDecisionDetail") or {}
    if organizations.get("AllowedByOrganizations") is False:
        because = "a policy of the organization does not allow it"
    elif boundary.get("AllowedByPermissionsBoundary") is False:
        because = "the role's permissions boundary does not allow it"
    elif decision == "explicitDeny":
        named = [
            str(one.get("SourcePolicyId")) for one in result.get("MatchedStatements") or ()
        ]
        because = f"a policy denies it{f' ({named[0]})' if named else ''}"
    else:
        because = "no policy allows it"
    return Judgement(need, False, because, SIMULATOR)


def _entries(context: Context) -> list[dict[str, Any]]:
    return [
        {
            "ContextKeyName": name,
            "ContextKeyValues": list(values),
            "ContextKeyType": "string" if len(values) == 1 else "stringList",
        }
        for name, values in sorted(context.items())
        if values and not name.endswith("*")
    ]


# -- by the policies read --------------------------------------------------------------------


def _evaluate(world: World, role_arn: str, needs: Iterable[Need]) -> list[Judgement]:
    role = world.role(role_arn)
    assert role is not None
    shared = {
        "aws:RequestedRegion": (world.region,),
        "aws:PrincipalArn": (role_arn,),
        "aws:PrincipalAccount": (world.account_id,),
        "aws:SecureTransport": ("true",),
    }
    unreadable = ""
    identity: tuple[Statement, ...] = ()
    boundary: tuple[Statement, ...] | None = None
    try:
        policies = policies_of(world, role_arn.rpartition("/")[2])
        identity = tuple(one for _, document in policies for one in parse_policy(document))
        limit = (role.get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn")
        boundary = None if limit is None else parse_policy(_managed(world, str(limit)))
    except NotJudgedError as error:
        unreadable = str(error)
    found = []
    for need in needs:
        if unreadable:
            found.append(Judgement(need, None, unreadable, EVALUATOR))
            continue
        whole = Need(need.action, need.resource, {**shared, **need.context})
        try:
            decision = decide(whole, identity, boundary)
        except NotJudgedError as error:
            found.append(Judgement(need, None, str(error), EVALUATOR))
        else:
            found.append(Judgement(need, decision.allowed, decision.because, EVALUATOR))
    return found


def policies_of(world: World, name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the policies of a role: the name of an inline one, the ARN of a managed one.

    Args:
        world: the account.
        name: the role's name.

    Raises:
        NotReadError: they cannot be read.
    """
    for policy in world.call("iam", "list_role_policies", pages="PolicyNames", RoleName=name):
        answer = world.call("iam", "get_role_policy", RoleName=name, PolicyName=policy)
        yield str(policy), answer["PolicyDocument"]
    attached = world.call(
        "iam", "list_attached_role_policies", pages="AttachedPolicies", RoleName=name
    )
    for one in attached:
        yield str(one["PolicyArn"]), _managed(world, one["PolicyArn"])


def _managed(world: World, arn: str) -> Mapping[str, Any]:
    version = world.call("iam", "get_policy", PolicyArn=arn)["Policy"]["DefaultVersionId"]
    answer = world.call("iam", "get_policy_version", PolicyArn=arn, VersionId=version)
    document: Mapping[str, Any] = answer["PolicyVersion"]["Document"]
    return document
