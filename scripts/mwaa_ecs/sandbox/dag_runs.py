"""Runs an example's DAGs, and reports how their containers ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from mwaa_ecs.errors import OperationError
from mwaa_ecs.sandbox.airflow import NOT_RUN, AirflowEnvironment, DagRun, run_dag
from mwaa_ecs.sandbox.airflow.dag_files import DagFiles, read_dag_files
from mwaa_ecs.sandbox.containers import is_worth_telling, silence, tasks_of, told
from mwaa_ecs.sandbox.example import ExampleDag
from mwaa_ecs.sandbox.local_aws import Call, LocalAws
from mwaa_ecs.sandbox.mwaa_environment import MwaaEnvironment
from mwaa_ecs.sandbox.remedies import denial_hints, parameter_hints


@dataclass(frozen=True)
class DagRunner:
    """Runs DAGs as one environment would.

    Attributes:
        aws: The local AWS that they call.
        environment: The Airflow that runs them.
        mwaa: The MWAA environment whose role they have.
        work: Folder of the run, with the DAGs in `work/dags`.
        settings: Environment variables of Airflow.
    """

    aws: LocalAws
    environment: AirflowEnvironment
    mwaa: MwaaEnvironment
    work: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    def read(self) -> tuple[DagFiles, dict[str, dict[str, int]]]:
        """Read all DAG files.

        Returns:
            The DAGs and failures, and the number of calls that each file made, by call.
        """
        mark = self.aws.mark()
        files = read_dag_files(
            self.environment,
            self.work / "dags",
            self.work / "airflow-dag-files",
            self._environ(),
        )
        return files, parse_calls(files, self.aws.calls_since(mark))

    def run(self, dag: ExampleDag, files: DagFiles) -> tuple[list[DagRun], list[str]]:
        """Run one DAG.

        Returns:
            How it ended, and remedies for calls that failed. A DAG that does not exist or that
            Airflow cannot start has the state `NOT_RUN`, so that the others still run.
        """
        home = self._home(dag.id)
        if missing := files.missing(dag.id):
            return [not_run(dag, home, missing)], []
        before = tasks_of(self.aws)
        mark = self.aws.mark()
        try:
            done = run_dag(
                self.environment,
                dag.id,
                dags=self.work / "dags",
                home=home,
                environ=self._environ(),
                file=files.dags[dag.id],
                conf=dag.conf,
            )
        except OperationError as error:
            return [not_run(dag, home, [str(error)])], []
        calls = self.aws.calls_since(mark)
        tasks = [task for arn, task in tasks_of(self.aws).items() if arn not in before]
        # A DAG that catches the error, or that has a default, succeeds without the value.
        hints = [*denial_hints(calls), *parameter_hints(self.aws, calls)]
        return [observed(self.aws, done, tasks, calls)], hints

    def _home(self, dag_id: str) -> Path:
        """Return a new folder for a run, because a DAG can run more than once."""
        homes = self.work / "airflow"
        before = len(list(homes.glob(f"{dag_id}*")))
        return homes / (f"{dag_id}-{before + 1}" if (homes / dag_id).exists() else dag_id)

    def _environ(self) -> dict[str, str]:
        return {
            **self.settings,
            **self.aws.role_environment(self.mwaa.role_arn, "Airflow"),
        }


def not_run(dag: ExampleDag, home: Path, reasons: Iterable[str]) -> DagRun:
    """Return the result for a DAG that did not run."""
    return DagRun(dag.id, NOT_RUN, (), (), home / "dag.log", tuple(reasons))


def observed(
    aws: LocalAws,
    run: DagRun,
    tasks: Sequence[Mapping[str, object]],
    calls: Sequence[Call],
) -> DagRun:
    """Return the run with the results of its containers."""
    return replace(
        run,
        containers=tuple(told(task for task in tasks if is_worth_telling(task))),
        silence="" if run.container_lines else silence(aws, tasks, calls),
    )


def parse_calls(files: DagFiles, calls: Iterable[Call]) -> dict[str, dict[str, int]]:
    """Return the number of calls that each DAG file made while it was read, by call."""
    found: dict[str, Counter[str]] = {}
    for call in calls:
        if not call.principal:
            continue
        for file, start, end in files.spans:
            if start <= call.time <= end:
                found.setdefault(file, Counter())[f"{call.service}:{call.action}"] += 1
    return {file: dict(counted) for file, counted in found.items()}
