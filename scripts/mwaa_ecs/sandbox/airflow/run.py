"""Runs one DAG with `airflow dags test` and reads back what happened."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from mwaa_ecs.errors import OperationError
from mwaa_ecs.processes import end_group, start, watched
from mwaa_ecs.sandbox.airflow.environment import AirflowEnvironment, airflow_settings

# A task log line as Airflow 2 and 3.0 write it, and as 3.1 and later do. Each holds the event
# as AwsTaskLogFetcher.event_to_str made it: "[2026-01-31 12:00:00,123] message".
_EVENT = r"\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}\] (?P<line>.*?)"
_FETCHED = (
    re.compile(rf"^\[[\d-]+T[^\]]+\] \{{task_log_fetcher\.py:\d+\}} INFO - {_EVENT}$"),
    re.compile(rf"^\S+ \[info\s*\] {_EVENT}\s+\[airflow\.\S+\] loc=task_log_fetcher\.py:\d+$"),
)

# All that Airflow gets of the user's own environment.
INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR")


@dataclass(frozen=True)
class TaskRun:
    """How one Airflow task ended."""

    task_id: str
    state: str


@dataclass(frozen=True)
class DagRun:
    """How one DAG run ended, and what its containers printed, out of the Airflow log.

    reasons: the exceptions that Airflow's tasks ended with, in its words; none of a success.
    """

    dag_id: str
    state: str
    tasks: tuple[TaskRun, ...]
    container_lines: tuple[str, ...]
    log: Path
    reasons: tuple[str, ...] = ()


def container_lines(log: str) -> list[str]:
    """Return the lines in an Airflow log that the ECS operator fetched from CloudWatch."""
    found = (pattern.match(line) for line in log.splitlines() for pattern in _FETCHED)
    return [match["line"] for match in found if match]


_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
# The last lines of a traceback, of Python's own or of Airflow 3's in its boxes.
_EXCEPTION = re.compile(
    r"^(?:[a-z_]\w*\.)*[A-Z]\w*(?:Exception|Error|Timeout|Fail\w*): .+"
    r"(?:\n(?![\[\s│╭╰]|\d{4}-).+)*",  # it goes on until the next record or box
    re.M,
)


def failure_reasons(log: str) -> list[str]:
    """Return the exceptions in an Airflow log, each once, on one line."""
    found = (match[0] for match in _EXCEPTION.finditer(_COLOUR.sub("", log)))
    return list(dict.fromkeys(" ".join(text.split()) for text in found))


def last_lines(text: str, lines: int = 15) -> str:
    """Return the end of what a program said."""
    return "\n".join(text.strip().splitlines()[-lines:])


def run_dag(
    environment: AirflowEnvironment,
    dag_id: str,
    *,
    dags: Path,
    home: Path,
    environ: Mapping[str, str],
) -> DagRun:
    """Run `dag_id` from the folder `dags` to its end, in real Airflow.

    `airflow dags test` runs every task as a scheduler would have it run, in one process and
    with its log on standard output; that log is kept as `home/dag.log`.

    Args:
        environment: the Airflow to run.
        dag_id: the DAG.
        dags: the folder that holds its file.
        home: an empty folder for this run's AIRFLOW_HOME.
        environ: the AWS variables; added to a clean environment.

    Raises:
        OperationError: Airflow did not get as far as running the DAG, a DAG file that cannot
            be imported among the reasons. A DAG that ran and failed is no error here.
    """
    home.mkdir(parents=True, exist_ok=True)
    database = home / "airflow.db"
    shutil.copyfile(environment.database, database)
    log = home / "dag.log"
    with log.open("wb") as output:
        process = start(
            [str(environment.airflow), "dags", "test", dag_id],
            cwd=home,
            env={
                **{key: os.environ[key] for key in INHERITED if key in os.environ},
                **environ,
                **airflow_settings(home, dags),
            },
            stdout=output,
            ends_with_us=True,
        )
        with watched(process):
            try:
                process.wait()
            except BaseException:
                end_group(process)
                raise
    text = log.read_text(encoding="utf-8", errors="replace")
    state, tasks = _states(database, dag_id)
    if state is None:
        raise OperationError(
            f"Airflow {environment.version.number} did not run the DAG {dag_id!r}:\n"
            f"{last_lines(text)}"
        )
    reasons = () if state == "success" else tuple(failure_reasons(text))
    return DagRun(dag_id, state, tasks, tuple(container_lines(text)), log, reasons)


def _states(database: Path, dag_id: str) -> tuple[str | None, tuple[TaskRun, ...]]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        run = connection.execute(
            "SELECT state FROM dag_run WHERE dag_id = ?", (dag_id,)
        ).fetchone()
        tasks = connection.execute(
            "SELECT task_id, state FROM task_instance WHERE dag_id = ? ORDER BY task_id",
            (dag_id,),
        ).fetchall()
    return (run[0] if run else None), tuple(TaskRun(name, str(state)) for name, state in tasks)
