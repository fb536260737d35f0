"""The forbidden calls of forbidden.yaml, as cases of what was applied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from mwaa_ecs.iam.model import Need
from policy.recording import Setup
from policy.world import EXISTING_LOG_GROUP, PLACES

_TABLE = Path(__file__).with_name("forbidden.yaml")
# Condition keys of every call, beside those in the table.
_ALWAYS = {"aws:SecureTransport": ("true",)}
_OF_ACTION: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "ecs:TagResource": {"aws:TagKeys": ("team",), "aws:RequestTag/*": ()},
    "ecs:RegisterTaskDefinition": {"aws:RequestTag/*": ()},
}
_OF_TAGGED = frozenset(
    {
        *("ecs:RunTask", "ecs:DescribeTasks", "ecs:StopTask", "ecs:ExecuteCommand"),
        *("logs:GetLogEvents", "logs:CreateLogStream", "logs:PutLogEvents"),
    }
)
_TAGS = {"aws:ResourceTag/*": ()}
_IN_CLUSTER = frozenset(
    {
        *("ecs:RunTask", "ecs:StartTask", "ecs:DescribeTasks", "ecs:StopTask"),
        *("ecs:ListTasks", "ecs:ExecuteCommand"),
    }
)


@dataclass(frozen=True)
class Forbidden:
    """A call that must be denied, and why.

    Attributes:
        by: who calls: a role's ARN, or a service.
    """

    reason: str
    by: str
    need: Need


def forbidden(setup: Setup, kind: str) -> Iterator[Forbidden]:
    """The calls that are forbidden to the `operator` or the `execution` role."""
    names = _names(setup)
    for reason, entry in _entries(kind):
        if isinstance(entry, dict) and setup.name not in entry["only"]:
            continue
        call = entry["call"] if isinstance(entry, dict) else entry
        yield _call(reason, call, names, kind)


def forbidden_trust(setup: Setup, role_arn: str) -> Iterator[Forbidden]:
    """Who may not have a role, and how."""
    names = _names(setup)
    for reason, entry in _entries("trust"):
        given = {key: value for key, value in entry.items() if key not in ("by", "action")}
        by = entry["by"].format(**names)
        context = {} if by.startswith("arn:") else source(names)
        action = entry.get("action", "sts:AssumeRole")
        need = Need(action, role_arn, {**context, **_filled(given, names)})
        yield Forbidden(reason, by, need)


def _entries(kind: str) -> Iterator[tuple[str, Any]]:
    for reason, entries in _table()[kind].items():
        for entry in entries:
            yield reason, entry


@cache
def _table() -> dict[str, dict[str, list[Any]]]:
    # It is asked for 22 times, and takes 0.1 s to read.
    found: dict[str, dict[str, list[Any]]] = yaml.safe_load(_TABLE.read_text())
    return found


def _names(setup: Setup) -> dict[str, str]:
    names = {
        **setup.names,
        "setup": setup.name,
        "existing": EXISTING_LOG_GROUP,
        "tag": "aws:ResourceTag/mwaa-ecs-contract",
        "asked_tag": "aws:RequestTag/mwaa-ecs-contract",
    }
    for service in ("ecs", "logs", "ssm", "ecr"):
        names[service] = "arn:{partition}:{0}:{region}:{account}".format(service, **setup.names)
    names["iam"] = "arn:{partition}:iam::{account}".format(**setup.names)
    others = [name for name in PLACES if name != names["partition"]]
    names["other_partition"], names["third_partition"] = others
    return names


def _filled(values: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    return {
        key.format(**names): () if value is None else (str(value).format(**names),)
        for key, value in values.items()
    }


def _call(reason: str, call: list[Any], names: Mapping[str, str], kind: str) -> Forbidden:
    action, resource = call[0], call[1].format(**names)
    context = {
        **_ALWAYS,
        "aws:RequestedRegion": (names["region"],),
        **_OF_ACTION.get(action, {}),
    }
    if action in _IN_CLUSTER:
        context["ecs:cluster"] = (f"{names['ecs']}:cluster/{names['cluster']}",)
    if action in _OF_TAGGED:
        context |= _TAGS
    context |= _filled(call[2] if len(call) > 2 else {}, names)
    role = names["execution_role"] if kind == "execution" else f"/AmazonMWAA-{names['setup']}"
    session = f"assumed-role/{role.rpartition('/')[2]}/forbidden"
    by = f"arn:{names['partition']}:sts::{names['account']}:{session}"
    return Forbidden(reason, by, Need(action, resource, context))


def source(names: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return the condition keys that ECS sends when it assumes a role for a task."""
    task = "arn:{partition}:ecs:{region}:{account}:task/{cluster}/0a1b".format(**names)
    return {"aws:SourceAccount": (names["account"],), "aws:SourceArn": (task,)}
