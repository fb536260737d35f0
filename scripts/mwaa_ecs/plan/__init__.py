"""A typed view of a plan, as `terraform show -json` gives it."""

from mwaa_ecs.iam.document import Statement
from mwaa_ecs.iam.policy import Policy
from mwaa_ecs.plan.dangers import Danger, dangers
from mwaa_ecs.plan.inventory import inventory, inventory_differences
from mwaa_ecs.plan.partly_known import PartlyKnown, UnknownValueError
from mwaa_ecs.plan.policy_changes import policy_changes, policy_in_words, policy_words
from mwaa_ecs.plan.raw import change_counts, changed_addresses, failed_checks
from mwaa_ecs.plan.resource import Resource
from mwaa_ecs.plan.rights import Attachment
from mwaa_ecs.plan.tasks import Container, Task, Tasks
from mwaa_ecs.plan.view import Plan

__all__ = [
    "Attachment",
    "Container",
    "Danger",
    "PartlyKnown",
    "Plan",
    "Policy",
    "Resource",
    "Statement",
    "Task",
    "Tasks",
    "UnknownValueError",
    "change_counts",
    "changed_addresses",
    "dangers",
    "failed_checks",
    "inventory",
    "inventory_differences",
    "policy_changes",
    "policy_in_words",
    "policy_words",
]
