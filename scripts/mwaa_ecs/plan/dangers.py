"""Changes of a plan that destroy or replace resources that DAGs use."""

from __future__ import annotations

from dataclasses import dataclass

from mwaa_ecs.plan.resource import Resource
from mwaa_ecs.plan.view import Plan

# Replacing these does not affect a DAG.
_HARMLESS = ("terraform_data", "null_resource", "random_", "time_")

_MEANS = {
    "aws_ecs_cluster": "its running tasks are stopped, and DAGs find no cluster meanwhile",
    "aws_ecs_task_definition": "DAGs that name this family fail",
    "aws_ssm_parameter": "DAGs that read this parameter fail",
    "aws_cloudwatch_log_group": "its log lines are lost",
    "aws_iam_role": "tasks cannot start without this role",
    "aws_iam_role_policy": "what the policy allows is refused",
    "aws_security_group": "tasks that run in it hold it back, and new ones need the new id",
    "aws_s3_object": "the file is gone from the bucket",
}


@dataclass(frozen=True)
class Danger:
    """A resource that the plan destroys or replaces.

    Attributes:
        address: the resource's address.
        action: `destroyed` or `replaced`.
        means: the effect on DAGs.
    """

    address: str
    action: str
    means: str


def dangers(plan: Plan) -> list[Danger]:
    """Return the changes that a person must confirm.

    A new revision of a task definition is a replacement for Terraform. It is none for a DAG,
    which names the family.
    """
    return [
        Danger(
            resource.address,
            "destroyed" if resource.action == "delete" else "replaced",
            _MEANS.get(resource.kind, "what uses it is interrupted"),
        )
        for resource in plan.changes
        if resource.action in ("delete", "replace") and not _is_harmless(resource)
    ]


def _is_harmless(resource: Resource) -> bool:
    if resource.kind.startswith(_HARMLESS):
        return True
    return is_new_revision(resource)


def is_new_revision(resource: Resource) -> bool:
    """Tell whether a change is a new revision of the same family."""
    return (
        resource.kind == "aws_ecs_task_definition"
        and resource.action == "replace"
        and resource.before.get("family") == resource.values.get("family")
    )
