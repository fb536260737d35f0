"""Finds what a plan would create and what exists already, before a state is begun.

Terraform asks AWS only about what its state holds. With a new state, things that another state
owns are noticed in the middle of an apply, or are overwritten.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from mwaa_ecs.plan import Plan, Resource

Clients = Callable[[str], Any]
"""Returns a boto3 client by the name of its service."""

# AWS's codes for a thing that does not exist. S3 answers HeadBucket and HeadObject with the
# bare status.
_ABSENT = ("NotFound", "NoSuch", "404")


@dataclass(frozen=True)
class Existing:
    """A thing that a plan would create and that exists.

    Attributes:
        address: the address of the resource that would create it.
        kind: its type in words, e.g. `log group`.
        name: its name.
    """

    address: str
    kind: str
    name: str

    def __str__(self) -> str:
        """Return kind, name and address."""
        return f"{self.kind} {self.name!r} ({self.address})"


@dataclass(frozen=True)
class Looked:
    """The result of looking for existing things.

    Attributes:
        found: what exists.
        unknown: what could not be looked up, each with the reason.
    """

    found: tuple[Existing, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True)
class _Kind:
    """How a type of resource is looked up.

    Attributes:
        words: the type in words.
        service: the service that knows it.
        names: the attributes that identify it; the last is its name.
        exists: asks the service; AWS's "not found" errors mean no.
    """

    words: str
    service: str
    names: tuple[str, ...]
    exists: Callable[..., bool]


def _cluster(ecs: Any, name: str) -> bool:
    found = ecs.describe_clusters(clusters=[name])["clusters"]
    return any(one["status"] != "INACTIVE" for one in found)


def _family(ecs: Any, family: str) -> bool:
    given = {"familyPrefix": family, "status": "ACTIVE", "maxResults": 1}
    return bool(ecs.list_task_definitions(**given)["taskDefinitionArns"])


def _log_group(logs: Any, name: str) -> bool:
    # Sorted by name, so the name itself is the first of those that begin with it.
    found = logs.describe_log_groups(logGroupNamePrefix=name, limit=1)["logGroups"]
    return any(one["logGroupName"] == name for one in found)


def _policy(iam: Any, name: str) -> bool:
    pages = iam.get_paginator("list_policies").paginate(Scope="Local")
    return any(one["PolicyName"] == name for page in pages for one in page["Policies"])


def _answers(method: str, *arguments: str) -> Callable[..., bool]:
    """Return a lookup whose call fails where the thing does not exist."""

    def exists(client: Any, *values: str) -> bool:
        getattr(client, method)(**dict(zip(arguments, values, strict=True)))
        return True

    return exists


_KINDS: Mapping[str, _Kind] = {
    "aws_ecs_cluster": _Kind("cluster", "ecs", ("name",), _cluster),
    "aws_ecs_task_definition": _Kind("task definition", "ecs", ("family",), _family),
    "aws_cloudwatch_log_group": _Kind("log group", "logs", ("name",), _log_group),
    "aws_iam_policy": _Kind("policy", "iam", ("name",), _policy),
    "aws_iam_role": _Kind("role", "iam", ("name",), _answers("get_role", "RoleName")),
    "aws_iam_role_policy": _Kind(
        "inline policy",
        "iam",
        ("role", "name"),
        _answers("get_role_policy", "RoleName", "PolicyName"),
    ),
    "aws_ssm_parameter": _Kind(
        "parameter", "ssm", ("name",), _answers("get_parameter", "Name")
    ),
    "aws_s3_bucket": _Kind("bucket", "s3", ("bucket",), _answers("head_bucket", "Bucket")),
    # Terraform would replace its content without a word.
    "aws_s3_object": _Kind(
        "object", "s3", ("bucket", "key"), _answers("head_object", "Bucket", "Key")
    ),
    "aws_mwaa_environment": _Kind(
        "MWAA environment", "mwaa", ("name",), _answers("get_environment", "Name")
    ),
}


def find_existing(plan: Plan, clients: Clients) -> Looked:
    """Return the named things that a plan would create and that exist.

    Things whose names AWS makes up, such as security groups, cannot exist before.

    Args:
        plan: the plan.
        clients: returns a client in the environment's account and region.
    """
    found: list[Existing] = []
    unknown: dict[str, str] = {}
    for resource in plan.changes:
        kind = _KINDS.get(resource.kind)
        if kind is None or resource.action != "create" or resource.importing:
            continue
        names = _names(resource, kind)
        if kind.words in unknown or not all(names):
            continue
        try:
            if kind.exists(clients(kind.service), *names):
                found.append(Existing(resource.address, kind.words, names[-1]))
        except ClientError as error:
            code = str(error.response["Error"].get("Code"))
            if not any(word in code for word in _ABSENT):
                unknown[kind.words] = code
        except BotoCoreError as error:
            unknown[kind.words] = str(error)
    reasons = tuple(f"{words} ({why})" for words, why in unknown.items())
    return Looked(tuple(found), reasons)


def _names(resource: Resource, kind: _Kind) -> tuple[str, ...]:
    """Return the values that identify a thing; an empty one is known only after apply."""
    return tuple(str(resource.values.get(name) or "") for name in kind.names)
