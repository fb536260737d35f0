"""The report of a run of an example."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Protocol

from mwaa_ecs.sandbox.airflow import NOT_RUN, DagRun

_REASONS = 3
"""Number of exceptions to show: the last ones, which earlier ones led to."""


@dataclass(frozen=True)
class Stage:
    """One step of a run.

    Attributes:
        name: Name of the step.
        seconds: How long it took.
        detail: What it did, in a few words.
        ok: Whether its result is the expected one.
    """

    name: str
    seconds: float
    detail: str
    ok: bool = True


class Progress(Protocol):
    """Receives the steps of a run; this one ignores them."""

    def begin(self, stage: str) -> None:
        """Receive that a stage begins."""

    def doing(self, what: str) -> None:
        """Receive what the stage does now."""

    def end(self, stage: Stage) -> None:
        """Receive that a stage ended."""


@dataclass(frozen=True)
class Report:
    """The results of a run.

    Attributes:
        second_plan: Addresses that a plan after the apply would change. It should be empty.
        left_over: Resources of the run that destroy did not remove. It should be empty.
        aws_calls: Number of calls that the local AWS answered.
        denied: AWS's messages about calls that roles' policies did not allow, each once.
        dropped_lines: Number of lines that each log stream dropped because it was too large.
        hints: Remedies after a denial, or for a parameter that does not exist.
        parse_calls: Number of calls that each DAG file made while Airflow read it, by file.
        no_dags: Why no DAG ran; empty if one did.
        refused: Number of refused requests, and the first of them; empty if none was refused.
        scheduler: Whether Airflow's scheduler ran the DAGs.
        kept: Folder with the configuration, its state and Airflow's log, if they are kept.
    """

    example: str
    engine: str
    airflow: str
    amazon_provider: str
    python: str
    stages: tuple[Stage, ...]
    resources: int
    dag_runs: tuple[DagRun, ...]
    second_plan: tuple[str, ...]
    left_over: tuple[str, ...]
    aws_calls: int
    denied: tuple[str, ...] = ()
    dropped_lines: Mapping[str, int] = field(default_factory=dict)
    hints: tuple[str, ...] = ()
    parse_calls: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    no_dags: str = ""
    refused: str = ""
    scheduler: bool = False
    kept: Path | None = None

    @property
    def problems(self) -> list[str]:
        """Everything that is not as expected."""
        return [
            *(_problem(run) for run in self.dag_runs if not run.ok),
            *(f"a second plan would change {address}" for address in self.second_plan),
            *(f"destroy left {line}" for line in self.left_over),
        ]

    def to_json(self) -> str:
        """Return the report for a machine; paths as strings, times in seconds."""
        data = {**asdict(self), "ok": not self.problems, "problems": self.problems}
        return json.dumps(data, indent=2, default=str) + "\n"


def _problem(run: DagRun) -> str:
    """Return why a run failed: its failed tasks, their reasons, and how containers ended."""
    failed = run.failed_tasks
    ended = "did not run" if run.state == NOT_RUN else f"ended as {run.state}"
    if run.state == "success":
        ended += f", although {len(failed)} of {len(run.tasks)} tasks failed"
    lines = [f"the DAG {run.name} {ended}"]
    for task in failed:
        lines.append(f"{task.task_id}: {task.outcome}")
        lines += (f"  {reason}" for reason in task.reasons[-_REASONS:])
    if not any(task.reasons for task in failed):
        lines += run.reasons[-_REASONS:]
    return "\n  ".join([*lines, *run.containers])
