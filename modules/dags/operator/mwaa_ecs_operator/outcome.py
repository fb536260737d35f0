"""Turns the end of an ECS task into the Airflow task's result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mwaa_ecs_operator.reasons import Reason, reason_of, texts_of

_STOPPED = frozenset({"stopped-by-user", "stopped-by-service", "maintenance"})
STOPPED_BY_AIRFLOW = "Airflow ended the task (killed, cleared or timed out)"
"""The reason that is given to StopTask."""
# The causes that help beside the exit code and the last lines of a program that ran.
_OF_A_PROGRAM = frozenset({"out-of-memory", "killed"})


@dataclass(frozen=True)
class Outcome:
    """How a task ended.

    Attributes:
        kind: "success", "exit" (the program failed), "spot", "start" (it never ran), "stopped"
            (somebody stopped it) or "missing" (ECS knows it no more).
        exit_code: of the main container; None where it has none.
        summary: one line: exit codes of all containers, stop code and reason.
        cause: the row of the table of reasons, where one matches.
        by_airflow: the operator or its trigger stopped it.
    """

    kind: str
    exit_code: int | None
    summary: str
    cause: Reason | None = None
    by_airflow: bool = False

    @property
    def succeeded(self) -> bool:
        """Tell whether the container did its work."""
        return self.kind == "success"

    @property
    def restart_helps(self) -> bool:
        """Tell whether starting it once more, at once, often helps."""
        return self.kind == "start" and self.cause is not None and self.cause.retry == "once"

    @property
    def retry_helps(self) -> bool:
        """Tell whether Airflow's next try may succeed."""
        return self.kind != "start" or self.cause is None or self.cause.retry != "never"

    def explain(self) -> str:
        """Return the summary with cause and remedy."""
        if self.cause is None or self.succeeded:
            return self.summary
        return f"{self.summary}. {self.cause.cause} {self.cause.remedy}"


def judge(task: Mapping[str, Any], container_name: str) -> Outcome:
    """Return how a stopped task of DescribeTasks ended.

    The main container alone decides: a sidecar that is ended with it exits with 143.

    Args:
        task: as DescribeTasks returns it.
        container_name: the main container's.
    """
    containers = list(task.get("containers") or ())
    mains = [one for one in containers if one.get("name") == container_name]
    main: Mapping[str, Any] = mains[0] if mains else {}
    exit_code = main.get("exitCode")
    stop_code = str(task.get("stopCode") or "")
    summary = _summary(task, containers, stop_code)
    cause = reason_of(task, container_name)
    row = "" if cause is None else cause.id
    if row == "spot":
        return Outcome("spot", exit_code, summary, cause)
    if row in _STOPPED:
        by_airflow = task.get("stoppedReason") == STOPPED_BY_AIRFLOW
        return Outcome("stopped", exit_code, summary, cause, by_airflow)
    if exit_code is None or stop_code == "TaskFailedToStart":
        return Outcome("start", exit_code, summary, cause)
    if exit_code == 0:
        return Outcome("success", 0, summary)
    return Outcome("exit", exit_code, summary, cause if row in _OF_A_PROGRAM else None)


def missing(task_arn: str, seconds: float) -> Outcome:
    """Return the outcome of a task that ECS has not known for some time."""
    return Outcome(
        "missing", None, f"ECS has not known the task {task_arn} for {seconds:.0f} seconds"
    )


def _summary(
    task: Mapping[str, Any], containers: list[Mapping[str, Any]], stop_code: str
) -> str:
    task_id = str(task.get("taskArn") or "").rpartition("/")[2]
    exits = [
        f"container {one.get('name')} "
        + ("did not run" if one.get("exitCode") is None else f"exited with {one['exitCode']}")
        for one in containers
    ]
    parts = [f"ECS task {task_id}: {', '.join(exits) or 'no container ran'}"]
    if stop_code and stop_code != "EssentialContainerExited":
        parts.append(f"stop code {stop_code}")
    reasons = [
        text
        for text in texts_of(task)
        if not text.startswith("Essential container in task exited")
    ]
    if reasons:
        parts.append("reason: " + " / ".join(dict.fromkeys(reasons)))
    return "; ".join(parts)
