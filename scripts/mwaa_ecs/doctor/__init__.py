"""The doctor: what stands between a DAG and a container's line, in a real account.

It reads with boto3 and changes nothing. `CHECKS` are all checks; `run_checks` runs them.
"""

from mwaa_ecs.doctor import (
    capacity,
    contract,
    efs,
    images,
    logs,
    mwaa,
    network,
    rights,
    secrets,
)
from mwaa_ecs.doctor.account import Account
from mwaa_ecs.doctor.registry import CATEGORIES, Check
from mwaa_ecs.doctor.results import Result, Status
from mwaa_ecs.doctor.runner import Report, run_checks
from mwaa_ecs.doctor.world import Asked, Task

CHECKS: tuple[Check, ...] = (
    *contract.CHECKS,
    *mwaa.CHECKS,
    *rights.CHECKS,
    *network.CHECKS,
    *images.CHECKS,
    *secrets.CHECKS,
    *efs.CHECKS,
    *logs.CHECKS,
    *capacity.CHECKS,
)
"""Every check, by category."""

__all__ = [
    "CATEGORIES",
    "CHECKS",
    "Account",
    "Asked",
    "Check",
    "Report",
    "Result",
    "Status",
    "Task",
    "run_checks",
]
