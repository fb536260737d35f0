"""Filters and pages of ListTasks."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any

from mwaa_ecs.sandbox.ecs.errors import invalid_parameter
from mwaa_ecs.sandbox.ecs.task import Task

_PAGE = 100


def matches(task: Task, request: Mapping[str, Any]) -> bool:
    """Return True if ListTasks lists the task; `desiredStatus` defaults to RUNNING."""
    if task.desired_status != (request.get("desiredStatus") or "RUNNING"):
        return False
    if request.get("family") and task.definition.family != request["family"]:
        return False
    if request.get("startedBy") and task.launch.started_by != request["startedBy"]:
        return False
    if request.get("launchType") not in (None, "FARGATE"):
        return False
    # The sandbox has no services and no container instances.
    return not (request.get("serviceName") or request.get("containerInstance"))


def page(arns: Sequence[str], request: Mapping[str, Any]) -> dict[str, Any]:
    """Return up to `maxResults` ARNs, starting at `nextToken`."""
    size = request.get("maxResults") or _PAGE
    if not 1 <= size <= _PAGE:
        raise invalid_parameter(f"MaxResults must be between 1 and {_PAGE}.")
    start = _start(request.get("nextToken"))
    answer: dict[str, Any] = {"taskArns": list(arns[start : start + size])}
    if start + size < len(arns):
        answer["nextToken"] = base64.b64encode(f"tasks:{start + size}".encode()).decode()
    return answer


def _start(token: str | None) -> int:
    if not token:
        return 0
    try:
        kind, _, number = base64.b64decode(token, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        kind, number = "", ""
    if kind != "tasks" or not number.isdecimal():
        raise invalid_parameter("Invalid token.")
    return int(number)
