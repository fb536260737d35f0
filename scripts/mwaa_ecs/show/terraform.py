"""Reads what is connected from a plan or a state, as `terraform show -json` gives them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mwaa_ecs.plan import Plan, Resource
from mwaa_ecs.plan.aws_form import contract_of, definition_of
from mwaa_ecs.show.dags import Constants, Named, constants_of, tasks_of_dag
from mwaa_ecs.show.drawing import (
    DrawnTask,
    draw_dags,
    draw_key,
    draw_policy,
    draw_role,
    draw_task,
    images_of,
)
from mwaa_ecs.show.model import Draft, Picture


def read_plan(plan: Plan, origin: str, folder: Path = Path()) -> Picture:
    """Return the picture of a plan, or of a state as a plan.

    Args:
        plan: the plan.
        origin: what it was read from, in words.
        folder: the folder of its configuration, where the DAGs that it uploads are.
    """
    draft = Draft(origin)
    tasks = [
        DrawnTask(
            one.name,
            str((one.parameter.values if one.parameter else {}).get("name") or one.name),
            contract_of(plan, one),
            definition_of(one.definition),
        )
        for one in plan.tasks.values()
    ]
    parameters = {one.name: draw_task(draft, one) for one in tasks}
    for task in tasks:
        if "containerDefinitions" not in task.definition:
            draft.note(f"The containers of {task.name} are known only after apply.")
        if not task.network.get("securityGroups"):
            draft.note(f"The security groups of {task.name} are known only after apply.")
    _draw_roles(draft, plan)
    _draw_keys(draft, plan)
    dags = draw_dags(draft, _dags(draft, plan, tasks, folder), parameters)
    for resource in plan.of_kind("aws_mwaa_environment"):
        values = resource.values
        environment = draft.add(
            "environment",
            str(values.get("name") or resource.address),
            details=[("Airflow", str(values.get("airflow_version") or ""))],
        )
        if arn := values.get("execution_role_arn"):
            draft.link(environment, draw_role(draft, str(arn)), "is Airflow's")
        for dag in dags:
            draft.link(environment, dag)
    return draft.done()


def _draw_roles(draft: Draft, plan: Plan) -> None:
    """Draw the roles, inline policies, managed policies and attachments of the plan."""
    names = {}
    for resource in plan.of_kind("aws_iam_role"):
        name = _text(resource, "name") or resource.address
        names[resource.address] = name
        draw_role(draft, _text(resource, "arn") or name, _text(resource, "assume_role_policy"))
        for number, block in enumerate(resource.values.get("inline_policy") or ()):
            if block.get("policy"):
                draw_policy(
                    draft, name, block.get("name") or f"inline-{number}", block["policy"]
                )
    for resource in plan.of_kind("aws_iam_role_policy"):
        role = _text(resource, "role") or _beside(plan, resource)
        name = _text(resource, "name") or resource.address
        draw_policy(draft, role, name, _text(resource, "policy"))
    documents = {
        _text(one, "arn") or one.address: _text(one, "policy")
        for one in plan.of_kind("aws_iam_policy")
    }
    for attachment in plan.attachments:
        if attachment.kind == "role" and attachment.name:
            arn = attachment.policy_arn or f"arn:of:{attachment.address}"
            draw_policy(draft, attachment.name, arn, documents.get(arn))


def _beside(plan: Plan, policy: Resource) -> str:
    """Return the role that is created in the same module as a policy, or a name for it."""
    module = policy.address.rpartition(".aws_iam_role_policy")[0]
    for role in plan.of_kind("aws_iam_role"):
        if role.address.rpartition(".aws_iam_role.")[0] == module:
            return _text(role, "name") or role.address
    return f"the role of {policy.address}"


def _draw_keys(draft: Draft, plan: Plan) -> None:
    for resource in plan.of_kind("aws_cloudwatch_log_group"):
        if name := _text(resource, "name"):
            days = resource.values.get("retention_in_days")
            group = draft.add(
                "log_group", name, details=[("days", str(days or "never deleted"))]
            )
            draw_key(draft, group, _text(resource, "kms_key_id"))
    for resource in plan.of_kind("aws_secretsmanager_secret"):
        if arn := _text(resource, "arn"):
            secret = draft.add("secret", arn, arn.partition(":secret:")[2])
            draw_key(draft, secret, _text(resource, "kms_key_id"))


def _dags(
    draft: Draft, plan: Plan, tasks: list[DrawnTask], folder: Path
) -> dict[str, set[str]]:
    """Return the tasks that each uploaded file names."""
    shared = [
        (one.values["name"].removesuffix("/ecs/task_definition"), one.values)
        for one in plan.of_kind("aws_ssm_parameter")
        if str(one.values.get("name", "")).endswith("/ecs/task_definition")
    ]
    texts = {
        str(one.values.get("key")): _dag_text(draft, one, folder)
        for one in plan.of_kind("aws_s3_object")
    }
    files = {key: text for key, text in texts.items() if text}
    others = constants_of(files)
    found: dict[str, set[str]] = {}
    for prefix in sorted({one.parameter.partition("/tasks/")[0] for one in tasks}):
        here = [one for one in tasks if one.parameter.startswith(f"{prefix}/tasks/")]
        families = {one.name: one.family for one in here}
        default = next(
            (_default(values, families) for where, values in shared if where == prefix), ""
        )
        indexes = [
            _text(one, "insecure_value")
            for one in plan.of_kind("aws_ssm_parameter")
            if str(one.values.get("name", "")).startswith(f"{prefix}/images/")
        ]
        images = images_of(here, [one for one in indexes if one])
        named = Named(prefix, images, families, default)
        for key, text in files.items():
            found.setdefault(key, set()).update(_named(draft, key, text, named, others))
    return found


def _named(draft: Draft, key: str, text: str, named: Named, others: Constants) -> set[str]:
    try:
        return tasks_of_dag(text, named, others)
    except SyntaxError as error:
        draft.note(f"{key} is not read: {error.msg}, line {error.lineno}.")
        return set()


def _default(values: Mapping[str, Any], families: Mapping[str, str]) -> str:
    text = values.get("insecure_value") or values.get("value") or ""
    family = str(text).partition(":")[0]
    return next((task for task, one in families.items() if one == family), "")


def _dag_text(draft: Draft, resource: Resource, folder: Path) -> str:
    key, values = str(resource.values.get("key")), resource.values
    if not key.endswith(".py") or "/mwaa_ecs_operator/" in key:
        return ""
    if isinstance(values.get("content"), str):
        return str(values["content"])
    source = values.get("source")
    path = folder / str(source)
    if not source or not path.is_file():
        draft.note(f"{key} is not read: its file {source} is not here.")
        return ""
    return path.read_text(encoding="utf-8", errors="replace")


def _text(resource: Resource, name: str) -> str:
    value = resource.values.get(name)
    return value if isinstance(value, str) else ""
