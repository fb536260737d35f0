"""A typed view of a plan, as `terraform show -json` gives it."""

from mwaa_ecs.iam.document import Statement
from mwaa_ecs.iam.policy import Policy
from mwaa_ecs.plan.dangers import Danger, dangers
from mwaa_ecs.plan.inventory import inventory, inventory_differences
from mwaa_ecs.plan.policy_changes import policy_changes, policy_words
from mwaa_ecs.plan.raw import change_counts, changed_addresses, failed_checks
from mwaa_ecs.plan.view import Container, Plan, Resource, Task, UnknownValueError

__all__ = [
    "Container",
    "Danger",
    "Plan",
    "Policy",
    "Resource",
    "Statement",
    "Task",
    "UnknownValueError",
    "change_counts",
    "changed_addresses",
    "dangers",
    "failed_checks",
    "inventory",
    "inventory_differences",
    "policy_changes",
    "policy_words",
]
