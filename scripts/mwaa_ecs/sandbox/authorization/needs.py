"""The permissions that a request needs: actions, resources and condition keys.

They follow AWS's Service Authorization Reference:
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
The resource of an action that is not in the tables below is unknown. `iam.evaluate` defines
how such a need is judged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mwaa_ecs.iam.model import Context, Need
from mwaa_ecs.sandbox.authorization import resources
from mwaa_ecs.sandbox.authorization.ecs_needs import ECS_ACTIONS, TagsOfTask
from mwaa_ecs.sandbox.authorization.principals import Principal
from mwaa_ecs.sandbox.place import Place
from mwaa_ecs.sandbox.protocol import AwsRequest

_FREE = frozenset({"sts:GetCallerIdentity", "sts:GetSessionToken"})
"""Actions that need no permission."""


def needs_of(
    request: AwsRequest, principal: Principal, tags_of_task: TagsOfTask
) -> tuple[Need, ...]:
    """Return the permissions that a request needs from its principal's policies."""
    action = f"{request.service}:{request.action}"
    if action in _FREE:
        return ()
    shared = shared_context(principal, request.region)
    found = _needs(request, action, request.place, tags_of_task)
    return tuple(Need(one.action, one.resource, {**shared, **one.context}) for one in found)


def shared_context(principal: Principal, region: str) -> Context:
    """Return the condition keys that every request has."""
    return {
        "aws:RequestedRegion": (region,),
        "aws:PrincipalArn": (principal.role_arn,),
        "aws:PrincipalAccount": (principal.account_id,),
        # Requests to AWS use HTTPS; plain HTTP is the sandbox's own choice.
        "aws:SecureTransport": ("true",),
    }


def _needs(
    request: AwsRequest, action: str, place: Place, tags_of_task: TagsOfTask
) -> Iterable[Need]:
    if request.service == "ecs" and request.action in ECS_ACTIONS:
        return ECS_ACTIONS[request.action](request.json, place, tags_of_task)
    if request.service == "s3":
        return _s3(request, place)
    if action in _JSON_ACTIONS:
        return _JSON_ACTIONS[action](action, request.json, place)
    return [Need(action, None)]


def decrypt(key: str, service: str, place: Place) -> Need:
    """Return the permission to decrypt with a key through a service."""
    via = f"{service}.{place.region}.{place.dns_suffix}"
    return Need("kms:Decrypt", key, {"kms:ViaService": (via,)})


# -- CloudWatch Logs -------------------------------------------------------------------------


def _log_stream(action: str, asked: Mapping[str, Any], place: Place) -> Iterable[Need]:
    group = str(asked.get("logGroupName") or asked.get("logGroupIdentifier") or "")
    group = group.partition(":log-group:")[2].removesuffix(":*") or group
    stream = asked.get("logStreamName", "")
    yield Need(
        action,
        place.arn("logs", f"log-group:{group}:log-stream:{stream}"),
        resources.log_group_tags(place, group),
    )
    if action == "logs:GetLogEvents" and (key := resources.log_group_key(place, group)):
        yield decrypt(key, "logs", place)


# -- Parameter Store -------------------------------------------------------------------------


@dataclass(frozen=True)
class _Parameter:
    name: str
    arn: str


def _parameter(reference: str, place: Place) -> _Parameter:
    if reference.startswith("arn:"):
        return _Parameter("/" + reference.partition(":parameter/")[2], reference)
    name = reference.split(":")[0]  # a version or label may follow
    path = name if name.startswith("/") else f"/{name}"
    return _Parameter(name, place.arn("ssm", f"parameter{path}"))


def _parameters(action: str, asked: Mapping[str, Any], place: Place) -> Iterable[Need]:
    for reference in asked.get("Names") or [asked.get("Name", "")]:
        parameter = _parameter(str(reference), place)
        yield Need(action, parameter.arn)
        if asked.get("WithDecryption") and (
            key := resources.parameter_key(place, parameter.name)
        ):
            yield decrypt(key, "ssm", place)


def _parameters_by_path(action: str, asked: Mapping[str, Any], place: Place) -> Iterable[Need]:
    context = {"ssm:Recursive": (str(bool(asked.get("Recursive"))).lower(),)}
    yield Need(action, _parameter(str(asked.get("Path", "")), place).arn, context)


# -- Secrets Manager -------------------------------------------------------------------------


def _secret(action: str, asked: Mapping[str, Any], place: Place) -> Iterable[Need]:
    arn, key = resources.find_secret(place, str(asked.get("SecretId", "")))
    yield Need(action, arn)
    if key:
        yield decrypt(key, "secretsmanager", place)


_JSON_ACTIONS: Mapping[str, Callable[[str, Mapping[str, Any], Place], Iterable[Need]]] = {
    "logs:GetLogEvents": _log_stream,
    "logs:CreateLogStream": _log_stream,
    "logs:PutLogEvents": _log_stream,
    "ssm:GetParameter": _parameters,
    "ssm:GetParameters": _parameters,
    "ssm:GetParametersByPath": _parameters_by_path,
    "secretsmanager:GetSecretValue": _secret,
}

# -- S3 --------------------------------------------------------------------------------------

_S3_OBJECT = {
    "GetObject": "s3:GetObject",
    "HeadObject": "s3:GetObject",
    "PutObject": "s3:PutObject",
    "DeleteObject": "s3:DeleteObject",
}
_S3_BUCKET = {
    "ListObjects": "s3:ListBucket",
    "ListObjectsV2": "s3:ListBucket",
    "HeadBucket": "s3:ListBucket",
}


def _s3(request: AwsRequest, place: Place) -> Sequence[Need]:
    bucket, _, key = request.path.lstrip("/").partition("/")
    arn = place.arn("s3", bucket)
    if bucket and key and request.action in _S3_OBJECT and "versionId" not in request.query:
        return [Need(_S3_OBJECT[request.action], f"{arn}/{key}")]
    if bucket and not key and request.action in _S3_BUCKET:
        return [Need(_S3_BUCKET[request.action], arn)]
    return [Need(f"s3:{request.action}", None)]
