"""The checks: each with a stable id, what it needs, and its section of the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mwaa_ecs.doctor.results import Finding

if TYPE_CHECKING:
    from mwaa_ecs.doctor.world import Task, World

CATEGORIES = {
    "contract": "what Terraform wrote for DAGs agrees with what is in the account",
    "mwaa": "the MWAA environment is ready",
    "rights": "MWAA's role and the tasks' roles may do what a run needs",
    "network": "a task reaches its images, secrets and log",
    "images": "the images exist and run on the task's platform",
    "secrets": "the secrets and parameters exist",
    "keys": "the keys of secrets can be used",
    "efs": "the file systems can be mounted",
    "logs": "the log groups exist and Airflow can read them",
    "capacity": "the cluster, its capacity and the account's quotas",
    "role": "the service-linked role of ECS",
}
"""Categories in the order of the report, each with what passes there."""

PerAccount = Callable[["World"], Iterable[Finding]]
PerTask = Callable[["World", "Task"], Iterable[Finding]]


@dataclass(frozen=True)
class Check:
    """A check.

    Attributes:
        id: stable, `<category>-<what>`; the anchor of its section of the page.
        title: what holds where the check passes, as a sentence.
        sees: what a user sees where it does not hold.
        why: why that is so.
        by_hand: a command that shows the fact.
        fix: what to do, in terms of the module's inputs.
        needs: IAM actions that it calls.
        reasons: ids of the operator's reasons that it explains.
        before_apply: whether it can run before the first apply, on what exists already.
        per_account: the function, for a check of the account.
        per_task: the function, for a check of one task.
    """

    id: str
    title: str
    sees: str
    why: str
    by_hand: str
    fix: str
    needs: tuple[str, ...]
    reasons: tuple[str, ...] = ()
    before_apply: bool = False
    per_account: PerAccount | None = None
    per_task: PerTask | None = None

    @property
    def category(self) -> str:
        """The category, which the id begins with."""
        return self.id.partition("-")[0]

    @property
    def link(self) -> str:
        """The section of the page about this check."""
        return f"docs/troubleshooting.md#{self.id}"
