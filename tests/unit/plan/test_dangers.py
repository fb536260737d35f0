"""The changes in a plan that DAGs notice."""

from __future__ import annotations

from typing import Any

import pytest

from mwaa_ecs.plan import dangers
from unit.plan.plans import change, plan

REPLACE = ["delete", "create"]


@pytest.mark.parametrize(
    ("kind", "before", "after", "actions", "wanted"),
    [
        # A new revision of the same family: DAGs notice nothing.
        ("aws_ecs_task_definition", {"family": "a"}, {"family": "a"}, REPLACE, None),
        ("aws_ecs_task_definition", {"family": "a"}, {"family": "b"}, REPLACE, "replaced"),
        ("aws_ecs_task_definition", {"family": "a"}, None, None, "destroyed"),
        ("aws_ecs_cluster", {"name": "a"}, {"name": "b"}, REPLACE, "replaced"),
        ("aws_ssm_parameter", {"name": "a"}, None, None, "destroyed"),
        ("aws_cloudwatch_log_group", {"name": "a"}, {"name": "b"}, REPLACE, "replaced"),
        ("aws_iam_role", {"name": "a"}, None, None, "destroyed"),
        ("aws_security_group", {"name": "a"}, {"name": "b"}, ["create", "delete"], "replaced"),
        ("aws_of_tomorrow", {"name": "a"}, None, None, "destroyed"),
        ("aws_ssm_parameter", {"name": "a"}, {"name": "a", "value": "b"}, None, None),
        ("aws_ecs_cluster", None, {"name": "a"}, None, None),
        ("terraform_data", {"id": "a"}, None, None, None),
    ],
)  # fmt: skip
def test_changes_of_what_dags_use_are_dangers(
    kind: str,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    actions: list[str] | None,
    wanted: str | None,
) -> None:
    found = dangers(plan(change("x", kind, before, after, actions)))
    assert [danger.action for danger in found] == ([wanted] if wanted else [])
