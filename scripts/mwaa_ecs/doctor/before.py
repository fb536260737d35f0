"""Reads a plan for the checks before the first apply."""

from __future__ import annotations

import json

from mwaa_ecs.connection import DEFAULT_PREFIX
from mwaa_ecs.doctor.world import Asked, Task
from mwaa_ecs.errors import UserError
from mwaa_ecs.plan import Plan
from mwaa_ecs.plan.aws_form import contract_of, definition_of

_CREATED = {
    "aws_iam_role": "role",
    "aws_ecr_repository": "repository",
    "aws_cloudwatch_log_group": "log_group",
    "aws_ssm_parameter": "parameter",
}
_TASKS = "/tasks/"


def asked_before(
    plan: Plan,
    *,
    environment: str | None = None,
    task: str | None = None,
    read_secrets: bool = False,
) -> Asked:
    """Return what the doctor looks at before a plan is applied.

    Args:
        plan: the plan.
        environment: name of the MWAA environment; None takes the only one there is.
        task: the one task to look at; None for all.
        read_secrets: whether the values of secrets may be read, for their JSON keys.

    Raises:
        UserError: the plan has no task.
    """
    tasks = tuple(
        Task(
            name,
            one.definition.address,
            json.dumps(contract_of(plan, one)),
            definition_of(one.definition),
        )
        for name, one in sorted(plan.tasks.items())
    )
    if not tasks:
        raise UserError("the plan has no task definition, so there is nothing to check")
    named = [
        str(one.parameter.values.get("name")) for one in plan.tasks.values() if one.parameter
    ]
    prefixes = sorted({one.rpartition(_TASKS)[0] for one in named if _TASKS in one})
    return Asked(
        prefix=prefixes[0] if prefixes else DEFAULT_PREFIX,
        environment=environment,
        task=task,
        planned=tasks,
        planned_role=_mwaas_role(plan),
        creates=frozenset(_created(plan)),
        read_secrets=read_secrets,
    )


def _created(plan: Plan) -> set[str]:
    return {
        f"{kind}:{one.values['name']}"
        for resource, kind in _CREATED.items()
        for one in plan.of_kind(resource)
        if one.action in ("create", "replace") and one.values.get("name")
    }


def _mwaas_role(plan: Plan) -> str | None:
    """Return the role that exists and gets a policy: MWAA's, unless the plan creates it."""
    created = {one.values.get("name") for one in plan.of_kind("aws_iam_role")}
    policies = (*plan.of_kind("aws_iam_role_policy"),)
    roles = {str(one.values.get("role")) for one in policies if one.values.get("role")}
    roles |= {str(one.name) for one in plan.attachments if one.kind == "role" and one.name}
    existing = roles - created
    return existing.pop() if len(existing) == 1 else None
