"""Plans, policies and changes that the tests of a plan's view are made of."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from mwaa_ecs.plan import Plan

ARN = "arn:aws:ecs:eu-west-1:111111111111"
RUN = {
    "Sid": "Run",
    "Effect": "Allow",
    "Action": "ecs:RunTask",
    "Resource": [f"{ARN}:task-definition/etl:*", f"{ARN}:task-definition/rates:*"],
    "Condition": {"ArnEquals": {"ecs:cluster": f"{ARN}:cluster/jobs"}},
}
WATCH = {"Effect": "Allow", "Action": ["ecs:StopTask"], "Resource": f"{ARN}:task/jobs/*"}


def policy(*statements: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def change(
    address: str,
    kind: str,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    actions: list[str] | None = None,
    **extra: Any,
) -> dict[str, Any]:
    if actions is None:
        actions = ["create"] if before is None else ["delete"] if after is None else ["update"]
        actions = ["no-op"] if before == after else actions
    return {
        "address": address,
        "mode": "managed",
        "type": kind,
        "change": {"actions": actions, "before": before, "after": after, **extra},
    }


def plan(*changes: dict[str, Any], **more: Any) -> Plan:
    return Plan({"resource_changes": list(changes), **more})


def task_of(instance: str, name: str, contract: Any) -> list[dict[str, Any]]:
    """Return the changes of a task, with its parameter in the same module instance."""
    known = {} if contract is None else {"insecure_value": json.dumps(contract)}
    return [
        change(
            f'{instance}module.task.aws_ecs_task_definition.this["{name}"]',
            "aws_ecs_task_definition",
            None,
            {"family": f"jobs-{name}", "cpu": "256", "memory": "512"},
        ),
        change(
            f'{instance}module.ssm_parameters.aws_ssm_parameter.task["{name}"]',
            "aws_ssm_parameter",
            None,
            {"name": f"/mwaa/{instance}/tasks/{name}", **known},
            after_unknown={} if known else {"insecure_value": True},
        ),
    ]
