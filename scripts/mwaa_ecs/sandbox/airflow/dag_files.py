"""Reads all DAG files as Airflow's DAG processor does, and finds those that fail."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mwaa_ecs.errors import OperationError
from mwaa_ecs.problems import suggestion
from mwaa_ecs.sandbox.airflow.environment import AirflowEnvironment
from mwaa_ecs.sandbox.airflow.log import last_lines
from mwaa_ecs.sandbox.airflow.program import run_inside

# The operator's package lies beside the user's files.
_OPERATOR = "mwaa_ecs_operator"
_PLACE = re.compile(r'^\s*File "(?P<file>[^"]+)", line (?P<line>\d+).*$', re.M)


@dataclass(frozen=True)
class ImportFailure:
    """A DAG file that cannot be imported.

    Attributes:
        file: Path below the DAGs' folder: the file that raised the exception if it is there,
            else the DAG file; never one of the operator's package.
        line: Number of the line; 0 if it is not known.
        exception: The exception, as Python prints it, in one line.
        raised_in: The file whose line raised it, as Python prints it; empty if it is not known.
        dag_file: Path below the DAGs' folder of the file that Airflow imported.
    """

    file: str
    line: int
    exception: str
    raised_in: str = ""
    dag_file: str = ""

    def __str__(self) -> str:
        """Return `file:line: exception`."""
        return f"{self.file}:{self.line}: {self.exception}".replace(":0: ", ": ", 1)


@dataclass(frozen=True)
class DagTask:
    """A task of a DAG, as Airflow has it after the import.

    Attributes:
        downstream: Ids of the tasks that wait for it.
        classes: Full names of its operator's class and of the classes above that.
    """

    downstream: frozenset[str]
    classes: tuple[str, ...]


@dataclass(frozen=True)
class DagFiles:
    """The content of the DAGs' folder.

    Attributes:
        dags: File of each DAG, by the DAG's id.
        failures: Files that cannot be imported.
        spans: When each file was read: its path below the folder, start and end in seconds
            since 1970.
        tasks: Tasks of each DAG by their ids, by the DAG's id.
    """

    dags: Mapping[str, Path]
    failures: tuple[ImportFailure, ...]
    spans: tuple[tuple[str, float, float], ...]
    tasks: Mapping[str, Mapping[str, DagTask]] = field(default_factory=dict)

    def file_of(self, dag_id: str, dags: Path) -> str:
        """Return the path of a DAG's file below the folder `dags`."""
        return _below(str(self.dags[dag_id]), dags)

    def missing(self, dag_id: str) -> list[str]:
        """Return why a DAG does not exist; an empty list if it exists."""
        if dag_id in self.dags:
            return []
        known = sorted(self.dags)
        have = suggestion(dag_id, known, "DAGs") if known else "; no file creates a DAG"
        return [
            f"there is no DAG {dag_id!r}{have}",
            *(f"cannot be imported: {failure}" for failure in self.failures),
        ]


def read_dag_files(
    environment: AirflowEnvironment, dags: Path, home: Path, environ: Mapping[str, str]
) -> DagFiles:
    """Read all files of the folder `dags`.

    Args:
        environment: The Airflow that reads them.
        dags: The folder.
        home: Empty folder for this run's AIRFLOW_HOME.
        environ: Variables to add to a clean environment.

    Returns:
        The DAGs and the files that fail.

    Raises:
        OperationError: Airflow did not start.
    """
    found = home / "dag-files.json"
    log, _ = run_inside(
        environment,
        ["read", str(found)],
        dags=dags,
        home=home,
        # The whole traceback, because a file of the user's can be anywhere in it.
        environ={**environ, "AIRFLOW__CORE__DAGBAG_IMPORT_ERROR_TRACEBACK_DEPTH": "100"},
    )
    if not found.exists():
        raise OperationError(
            f"Airflow {environment.version.number} cannot read the DAG files:\n"
            f"{last_lines(log.read_text(encoding='utf-8', errors='replace'))}"
        )
    return as_dag_files(json.loads(found.read_text(encoding="utf-8")), dags)


def as_dag_files(data: Mapping[str, Any], dags: Path) -> DagFiles:
    """Convert the output of `inside.py`; paths are below the folder `dags`."""
    return DagFiles(
        dags={dag_id: dags / file for dag_id, file in data["dags"].items()},
        failures=tuple(
            _failure(file, error, dags) for file, error in sorted(data["errors"].items())
        ),
        spans=tuple((_below(file, dags), start, end) for file, start, end in data["spans"]),
        tasks={
            dag_id: {
                task_id: DagTask(frozenset(task["downstream"]), tuple(task["classes"]))
                for task_id, task in tasks.items()
            }
            for dag_id, tasks in data["tasks"].items()
        },
    )


def _failure(file: str, error: str, dags: Path) -> ImportFailure:
    place, line, raised_in, end = file, 0, "", 0
    for found in _PLACE.finditer(error):
        raised_in, end = found["file"], found.end()
        path = Path(raised_in)
        if path.is_relative_to(dags) and not path.is_relative_to(dags / _OPERATOR):
            place, line = raised_in, int(found["line"])
    # Below the last place stands its line, with blanks before it; then the exception.
    after = [each.strip() for each in error[end:].splitlines() if not each.startswith("  ")]
    exception = " ".join(filter(None, after)) or "it cannot be imported"
    return ImportFailure(_below(place, dags), line, exception, raised_in, _below(file, dags))


def _below(file: str, dags: Path) -> str:
    path = dags / file
    return os.path.relpath(path, dags) if path.is_relative_to(dags) else file
