"""What a run of an example did and found."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Protocol

from mwaa_ecs.sandbox.airflow import NOT_RUN, DagRun

_REASONS = 3
"""How many exceptions are shown: the last, what came before led to them."""


@dataclass(frozen=True)
class Stage:
    """One step of a run.

    Attributes:
        name: what it is called.
        seconds: how long it took.
        detail: what it did.
        ok: whether it found what it should.
    """

    name: str
    seconds: float
    detail: str
    ok: bool = True


class Progress(Protocol):
    """Is told what a run is doing."""

    def begin(self, stage: str) -> None:
        """Take note that `stage` begins."""

    def doing(self, what: str) -> None:
        """Take note of what the stage is at."""

    def end(self, stage: Stage) -> None:
        """Take note that a stage ended."""


@dataclass(frozen=True)
class Report:
    """What a run did and found.

    Attributes:
        second_plan: addresses that a plan right after the apply would change; none is right.
        left_over: what the run made and destroy did not take away; none is right.
        aws_calls: how many calls the local AWS answered.
        denied: what roles' policies did not allow, in AWS's words, each once.
        dropped_lines: how many lines each log stream dropped, where it grew too large.
        hints: what helps after a denial, or where a parameter does not exist.
        parse_calls: how many calls each DAG file made while it was read, by file.
        no_dags: why no DAG ran; empty where one did.
        refused: how many requests were refused, and the first of them; empty where none was.
        kept: the folder with the configuration, its state and Airflow's log, where kept.
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
    kept: Path | None = None

    @property
    def problems(self) -> list[str]:
        """Everything that is not as it should be, one line each."""
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
    """Return what a run failed with: its tasks, their reasons, and the containers' ends."""
    failed = run.failed_tasks
    ended = "did not run" if run.state == NOT_RUN else f"ended as {run.state}"
    if run.state == "success":
        ended += f", although {len(failed)} of {len(run.tasks)} tasks failed"
    lines = [f"the DAG {run.dag_id} {ended}"]
    for task in failed:
        lines.append(f"{task.task_id}: {task.outcome}")
        lines += (f"  {reason}" for reason in task.reasons[-_REASONS:])
    if not any(task.reasons for task in failed):
        lines += run.reasons[-_REASONS:]
    return "\n  ".join([*lines, *run.containers])
