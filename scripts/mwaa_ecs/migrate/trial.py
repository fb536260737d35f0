"""Imports the rewritten DAGs in real Airflow, and compares their tasks with what was read.

The only room of `migrate` that knows the sandbox: nothing else here runs the user's code.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from mwaa_ecs.migrate.analysis import FileResult
from mwaa_ecs.migrate.docker_names import DOCKER_PACKAGES, PACKAGE
from mwaa_ecs.migrate.finding.edges import Edge
from mwaa_ecs.migrate.migration import Migration
from mwaa_ecs.sandbox.airflow import AirflowEnvironment
from mwaa_ecs.sandbox.airflow.dag_files import DagFiles, DagTask, ImportFailure, read_dag_files
from mwaa_ecs.sandbox.local_aws import LocalAws

_OPERATOR = re.compile(rf"{PACKAGE}\.\w+\.DockerOperator")
_MODULE = re.compile(r"ModuleNotFoundError: No module named '([\w.]+)'")
_VARIABLE = re.compile(
    r"Variable (?P<plain>\S+) does not exist|VARIABLE_NOT_FOUND.*?'key': '(?P<key>[^']+)'"
    r"|VARIABLE_NOT_FOUND.*?Variable (?P<told>\S+) not found"
)
_CONNECTION = re.compile(
    r"conn_id `(?P<plain>[^`]+)` isn't defined"
    r"|CONNECTION_NOT_FOUND.*?'conn_id': '(?P<key>[^']+)'"
)
_ENVIRONMENT = re.compile(r"KeyError: '(\w+)'")
_OS = re.compile(r"<frozen os>|.*[/\\]os\.py")


@dataclass(frozen=True, order=True)
class Finding:
    """Something about a place in a file.

    Attributes:
        file, line: where; line 0 stands for the file as a whole.
        message: what is so.
    """

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        """Return `file:line: message`."""
        return f"{self.file}:{self.line}: {self.message}".replace(":0: ", ": ", 1)


@dataclass(frozen=True)
class Trial:
    """The result of importing the rewritten DAGs.

    Attributes:
        airflow: number of the Airflow version.
        dags: how many DAGs it has found.
        tasks: how many tasks were compared.
        edges: how many edges between tasks were compared.
        errors: files that cannot be imported.
        differences: what Airflow has otherwise than the reader found it.
        not_tried: files that need something that only your environment has.
    """

    airflow: str
    dags: int
    tasks: int
    edges: int
    errors: tuple[Finding, ...]
    differences: tuple[Finding, ...]
    not_tried: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether every file that could be tried has the tasks that were read."""
        return not self.errors and not self.differences


def try_dags(environment: AirflowEnvironment, dags: Path, migration: Migration) -> Trial:
    """Import a folder of rewritten DAGs, and compare.

    Their code runs on this machine, in Airflow's own process. Its calls of AWS reach a local
    AWS.

    Args:
        environment: the Airflow that imports them.
        dags: the folder, which is not written to.
        migration: what the reader found.

    Raises:
        OperationError: Airflow did not start.
    """
    with tempfile.TemporaryDirectory(prefix="mwaa-ecs-try-") as work, LocalAws() as aws:
        # Resolved, because Airflow reports the files that way.
        home = Path(work).resolve()
        folder = home / "dags"
        shutil.copytree(dags, folder, symlinks=True)
        environ = {**aws.environment(), "PYTHONDONTWRITEBYTECODE": "1"}
        read = read_dag_files(environment, folder, home / "airflow", environ)
        return compare(migration.files, read, folder, environment.version.number)


def compare(
    results: Callable[[], Iterable[FileResult]], read: DagFiles, folder: Path, airflow: str
) -> Trial:
    """Compare what Airflow has with what the reader found.

    Args:
        results: gives what the reader found, each time anew.
        read: what Airflow has after the import.
        folder: the folder that it has read.
        airflow: the version's number.
    """
    own = {path.relative_to(folder).as_posix() for path in folder.rglob("*.py")}
    roots = {part for file in own for part in file.removesuffix(".py").split("/")}
    errors: list[Finding] = []
    not_tried: list[Finding] = []
    for failure in read.failures:
        why = need_of(failure, roots)
        finding = Finding(failure.file, failure.line, why or failure.exception)
        (not_tried if why else errors).append(finding)
    failed = {failure.dag_file for failure in read.failures}
    by_file: dict[str, dict[str, Mapping[str, DagTask]]] = {}
    for dag_id, tasks in read.tasks.items():
        by_file.setdefault(read.file_of(dag_id, folder), {})[dag_id] = tasks
    known = _Known(results(), by_file)
    differences: list[Finding] = []
    tasks_compared = edges_compared = 0
    for result in results():
        if result.file in failed:
            continue
        here = by_file.get(result.file, {})
        always = {call.task_id: call for call in result.calls if call.always and call.task_id}
        if not here:
            if always:
                not_tried.append(Finding(result.file, 0, "the file makes no DAG"))
            continue
        for task_id, call in sorted(always.items()):
            tasks_compared += 1
            found = [task for tasks in here.values() for task in _named(tasks, task_id)]
            difference = _difference(task_id, found)
            if difference:
                differences.append(Finding(result.file, call.line, difference))
        compared, missing = _edges(result, here)
        edges_compared += compared
        differences += missing
    for file, dags in sorted(by_file.items()):
        differences += known.unread(file, dags)
    return Trial(
        airflow,
        len(read.dags),
        tasks_compared,
        edges_compared,
        tuple(sorted(set(errors))),
        tuple(sorted(set(differences))),
        tuple(sorted(set(not_tried))),
    )


def need_of(failure: ImportFailure, roots: set[str]) -> str:
    """Return what a file needs that only the user's environment has; empty if it is a fault.

    Args:
        failure: why the file cannot be imported.
        roots: names of the folder's own modules and packages.
    """
    text = failure.exception
    if match := _MODULE.search(text):
        module = match[1]
        parts = module.split(".")
        if parts[:2] == ["airflow", "providers"] and len(parts) > 2:
            docker = module.startswith(DOCKER_PACKAGES)
            return "" if docker else f"it needs the package apache-airflow-providers-{parts[2]}"
        if parts[0] in ("airflow", *DOCKER_PACKAGES) or parts[0] in roots:
            return ""
        return f"it needs the package {parts[0]}"
    for what, pattern in (("Variable", _VARIABLE), ("connection", _CONNECTION)):
        if match := pattern.search(text):
            name = next(each for each in match.groups() if each)
            return f"it reads the {what} {name!r} at parse"
    match = _ENVIRONMENT.search(text)
    if match and _OS.fullmatch(failure.raised_in):
        return f"it reads the environment variable {match[1]!r} at parse"
    return ""


class _Known:
    """The ids of all calls, by which a task that nobody read is noticed."""

    def __init__(
        self, results: Iterable[FileResult], by_file: Mapping[str, Mapping[str, object]]
    ) -> None:
        self._ids: set[str] = set()
        # Files with a call whose id is computed; "" stands for all helpers.
        self._computed: set[str] = set()
        for result in results:
            for call in result.calls:
                if call.task_id is None:
                    self._computed.add(result.file if result.file in by_file else "")
                else:
                    self._ids.add(call.task_id)

    def unread(self, file: str, dags: Mapping[str, Mapping[str, DagTask]]) -> Iterator[Finding]:
        """Yield the tasks of a file's DAGs that no call accounts for."""
        if self._computed.intersection((file, "")):
            return
        for dag_id, tasks in dags.items():
            for task_id, task in tasks.items():
                if _is_ours(task) and task_id.rpartition(".")[2] not in self._ids:
                    yield Finding(
                        file,
                        0,
                        f"the DAG {dag_id!r} has a task {task_id!r} of DockerOperator that was"
                        " not found by reading",
                    )


def _difference(task_id: str, found: list[DagTask]) -> str:
    if not found:
        return f"the task {task_id!r} is in none of the file's DAGs"
    if not any(map(_is_ours, found)):
        return f"the task {task_id!r} is of {found[0].classes[0]}, not of {PACKAGE}"
    return ""


def _is_ours(task: DagTask) -> bool:
    return any(map(_OPERATOR.fullmatch, task.classes))


def _named(tasks: Mapping[str, DagTask], task_id: str) -> list[DagTask]:
    """Return the tasks with an id, in task groups too: these come before it with a dot."""
    return [task for name, task in tasks.items() if _is_named(name, task_id)]


def _is_named(name: str, task_id: str) -> bool:
    return name == task_id or name.endswith(f".{task_id}")


def _edges(
    result: FileResult, here: Mapping[str, Mapping[str, DagTask]]
) -> tuple[int, list[Finding]]:
    compared, missing = 0, []
    for edge in result.edges:
        among = [
            tasks
            for tasks in here.values()
            if _named(tasks, edge.upstream) and _named(tasks, edge.downstream)
        ]
        if not among:
            continue  # the missing task is reported
        compared += 1
        if not any(_has(tasks, edge) for tasks in among):
            message = f"the task {edge.downstream!r} does not wait for {edge.upstream!r}"
            missing.append(Finding(result.file, edge.line, message))
    return compared, missing


def _has(tasks: Mapping[str, DagTask], edge: Edge) -> bool:
    return any(
        _is_named(name, edge.downstream)
        for task in _named(tasks, edge.upstream)
        for name in task.downstream
    )
