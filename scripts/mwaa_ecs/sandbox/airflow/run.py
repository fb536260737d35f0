"""Runs one DAG with `airflow dags test` and reads the result."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mwaa_ecs.errors import OperationError
from mwaa_ecs.sandbox.airflow.environment import AirflowEnvironment
from mwaa_ecs.sandbox.airflow.log import (
    container_lines,
    failure_reasons,
    is_time_out,
    last_lines,
    task_logs,
)
from mwaa_ecs.sandbox.airflow.program import run_inside

NOT_RUN = "not run"
"""The state of a DAG run that did not start."""

_FAILED = ("failed", "upstream_failed")


@dataclass(frozen=True)
class TaskRun:
    """How one Airflow task ended.

    Attributes:
        task_id: Id of the task.
        state: Its last state, as Airflow names it.
        timed_out: Whether it exceeded its `execution_timeout`.
        reasons: Exceptions that it failed with, in Airflow's words.
        tries: Number of tries; a scheduler retries, `airflow dags test` does not.
    """

    task_id: str
    state: str
    timed_out: bool = False
    reasons: tuple[str, ...] = ()
    tries: int = 1

    @property
    def failed(self) -> bool:
        """Whether it failed, or could not run because another task failed."""
        return self.state in _FAILED

    @property
    def outcome(self) -> str:
        """How it ended, in words for a person."""
        ended = "failed: it timed out" if self.timed_out else self.state
        return f"{ended}, try {self.tries}" if self.tries > 1 else ended


@dataclass(frozen=True)
class DagRun:
    """How one DAG run ended, and the containers' lines in the Airflow log.

    Attributes:
        dag_id: Id of the DAG.
        state: Last state of the run, as Airflow names it; `NOT_RUN` if it did not start.
        tasks: Its tasks.
        container_lines: Lines of the containers that the DAG logged.
        log: File with the whole log, if the run started.
        reasons: Why the run failed, in Airflow's words; empty after a success.
        containers: How the ECS tasks that the DAG started ended, one line each.
        silence: Why the log has no line of a container; empty if it has one.
        scheduled: Id of a run that the DAG's schedule started; empty for the one asked for.
    """

    dag_id: str
    state: str
    tasks: tuple[TaskRun, ...]
    container_lines: tuple[str, ...]
    log: Path
    reasons: tuple[str, ...] = ()
    containers: tuple[str, ...] = ()
    silence: str = ""
    scheduled: str = ""

    @property
    def name(self) -> str:
        """The DAG's id, and the run's if its schedule started it."""
        return f"{self.dag_id} ({self.scheduled})" if self.scheduled else self.dag_id

    @property
    def failed_tasks(self) -> list[TaskRun]:
        """The tasks that failed, whether or not the run did."""
        return [task for task in self.tasks if task.failed]

    @property
    def ok(self) -> bool:
        """Whether the run and each of its tasks succeeded."""
        return self.state == "success" and not self.failed_tasks


def run_dag(
    environment: AirflowEnvironment,
    dag_id: str,
    *,
    dags: Path,
    home: Path,
    environ: Mapping[str, str],
    file: Path | None = None,
    conf: Mapping[str, Any] | None = None,
) -> DagRun:
    """Run one DAG to its end, in real Airflow.

    `airflow dags test` runs every task as with a scheduler, in one process. It writes its log
    to standard output, which is kept as `home/dag.log`.

    Args:
        environment: The Airflow that runs it.
        dag_id: Id of the DAG.
        dags: Folder with the DAG files.
        home: Empty folder for this run's AIRFLOW_HOME.
        environ: Variables to add to a clean environment, such as AWS's.
        file: The DAG's own file, so that Airflow reads no other. Default: it reads all.
        conf: Configuration of the run.

    Returns:
        How the run ended. A DAG that ran and failed raises nothing.

    Raises:
        OperationError: Airflow did not start the run, for example because a DAG file cannot be
            imported.
    """
    words = ["airflow", "dags", "test", dag_id]
    if file is not None and file.is_file():
        words += [_file_option(environment), str(file)]
    if conf:
        words += ["--conf", json.dumps(conf)]
    log, database = run_inside(environment, words, dags=dags, home=home, environ=environ)
    return read_run(environment, dag_id, log, database)


def read_run(environment: AirflowEnvironment, dag_id: str, log: Path, database: Path) -> DagRun:
    """Return how a run ended, from its log and its database.

    Raises:
        OperationError: Airflow did not start the run.
    """
    text = log.read_text(encoding="utf-8", errors="replace")
    state, states = _states(database, dag_id)
    if state is None:
        raise OperationError(
            f"Airflow {environment.version.number} did not run the DAG {dag_id!r}:\n"
            f"{last_lines(text)}"
        )
    logs = task_logs(text)
    tasks = tuple(_task(name, ended, logs.get(name, "")) for name, ended in states)
    reasons = [reason for task in tasks for reason in task.reasons]
    if state != "success" and not reasons:
        reasons = failure_reasons(text)
    return DagRun(
        dag_id, state, tasks, tuple(container_lines(text)), log, tuple(dict.fromkeys(reasons))
    )


def _file_option(environment: AirflowEnvironment) -> str:
    return "--subdir" if environment.version.number.startswith("2.") else "--dagfile-path"


def _task(name: str, state: str, log: str) -> TaskRun:
    if state != "failed":
        return TaskRun(name, state)
    reasons = failure_reasons(log)
    return TaskRun(name, state, any(map(is_time_out, reasons)), tuple(reasons))


def _states(database: Path, dag_id: str) -> tuple[str | None, list[tuple[str, str]]]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        run = connection.execute(
            "SELECT state FROM dag_run WHERE dag_id = ?", (dag_id,)
        ).fetchone()
        tasks = connection.execute(
            "SELECT task_id, state FROM task_instance WHERE dag_id = ? ORDER BY task_id",
            (dag_id,),
        ).fetchall()
    return (run[0] if run else None), [(name, str(state)) for name, state in tasks]
