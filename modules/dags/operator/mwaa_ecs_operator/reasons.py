"""Why an ECS task stopped or did not start, and what to do.

ECS reports a reason in free text: `stoppedReason` of the task, `reason` of each container and,
for a task that never started, the error of RunTask. `REASONS` has one row for each cause. The
operator prints cause and remedy; other tools read them from here, without Airflow or boto3.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from mwaa_ecs_operator.reason_row import Reason
from mwaa_ecs_operator.reasons_of_calls import CALLS
from mwaa_ecs_operator.reasons_of_ends import ENDS, RUNS
from mwaa_ecs_operator.reasons_of_starts import FILES, IMAGES, LOGS, SECRETS

__all__ = ["REASONS", "Reason", "find_reason", "reason_of", "texts_of"]

REASONS: tuple[Reason, ...] = (*CALLS, *SECRETS, *LOGS, *FILES, *IMAGES, *RUNS, *ENDS)
"""Tried in this order: the first row that matches is the cause.

They stand from the particular to the general. AWS changes its words and Fargate cuts long texts
off, so a pattern takes the old and the new words and what comes first in them.
"""

_BY_STOP_CODE = frozenset(
    {"SpotInterruption", "TerminationNotice", "UserInitiated", "ServiceSchedulerInitiated"}
)


@cache
def _compiled() -> tuple[tuple[re.Pattern[str], Reason], ...]:
    # Not at import: a DAG file's parsing would pay for it.
    return tuple((re.compile(row.pattern, re.I | re.S), row) for row in REASONS)


def find_reason(text: str) -> Reason | None:
    """Return the row that recognises a reason's text, a stop code or an error's code."""
    text = text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    return next((row for pattern, row in _compiled() if pattern.search(text)), None)


def texts_of(task: Mapping[str, Any]) -> Sequence[str]:
    """Return every reason of a task of DescribeTasks, the containers' own first."""
    containers = [str(one.get("reason") or "") for one in task.get("containers") or ()]
    return [text for text in (*containers, str(task.get("stoppedReason") or "")) if text]


def reason_of(task: Mapping[str, Any], container_name: str | None = None) -> Reason | None:
    """Return why a task of DescribeTasks stopped; None where all went well, or nobody knows.

    Args:
        task: as DescribeTasks returns it.
        container_name: the main container, whose exit code counts. Default: every container's.
    """
    stop_code = str(task.get("stopCode") or "")
    if stop_code in _BY_STOP_CODE:
        # The text beside it is what the caller of StopTask wrote.
        return find_reason(stop_code)
    codes = [
        one.get("exitCode")
        for one in task.get("containers") or ()
        if container_name in (None, one.get("name"))
    ]
    rows = [row for text in texts_of(task) if (row := find_reason(text)) is not None]
    rows += [row for code in codes if (row := find_reason(f"exit code {code}")) is not None]
    # That a program ended says less than anything else that is known.
    rows.sort(key=lambda row: row.id == "program-exited")
    if not rows or (rows[0].id == "program-exited" and codes and not any(codes)):
        return None
    return rows[0]
