"""Runs an example's DAGs with Airflow's scheduler: retries, deferral, mapping and schedules."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from mwaa_ecs.errors import OperationError, UserError
from mwaa_ecs.processes import pause
from mwaa_ecs.sandbox.airflow import DagRun
from mwaa_ecs.sandbox.airflow.dag_files import DagFiles
from mwaa_ecs.sandbox.airflow.service import AirflowService
from mwaa_ecs.sandbox.airflow.triggered import DagRuns
from mwaa_ecs.sandbox.containers import streams_of, tasks_of
from mwaa_ecs.sandbox.dag_runs import DagRunner, not_run, observed
from mwaa_ecs.sandbox.example import ExampleDag
from mwaa_ecs.sandbox.local_aws import LocalAws
from mwaa_ecs.sandbox.remedies import denial_hints, parameter_hints

# The DAG processor reads a new file, and the scheduler begins a run that is due, in this time.
_SECONDS = 120.0
_POLL_SECONDS = 0.5
# Operators put the time of a container's line before it.
_TIME = re.compile(r"^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}\] ")


@dataclass(frozen=True)
class ScheduledRunner:
    """Runs DAGs in an Airflow whose scheduler runs.

    Attributes:
        files: reads the DAG files, as without a scheduler.
        airflow: the running Airflow.
    """

    files: DagRunner
    airflow: AirflowService

    def read(self) -> tuple[DagFiles, dict[str, dict[str, int]]]:
        """Read all DAG files; see `DagRunner.read`."""
        return self.files.read()

    def run(self, dag: ExampleDag, files: DagFiles) -> tuple[list[DagRun], list[str]]:
        """Run one DAG, and what its schedule starts.

        Returns:
            How the run ended, then how the runs ended that the DAG's schedule started, and
            remedies for calls that failed.

        Raises:
            OperationError: a program of Airflow ends again and again.
        """
        aws = self.files.aws
        logs = self.airflow.home / "logs" / f"dag_id={dag.id}"
        if missing := files.missing(dag.id):
            return [not_run(dag, logs, missing)], []
        runs = DagRuns(self.airflow.client, is_2=self.airflow.client.is_2)
        before = tasks_of(aws)
        mark = aws.mark()
        self._until_known(runs, dag.id)
        try:
            run_id = runs.trigger(dag.id, dag.conf or {})
        except UserError as error:
            return [not_run(dag, logs, [str(error)])], []
        runs.switch_on(dag.id)
        ids = [run_id, *self._scheduled(runs, dag.id, run_id)]
        ended = [runs.wait(dag.id, one, self.airflow.check) for one in ids]
        runs.switch_off(dag.id)
        calls = aws.calls_since(mark)
        new = [task for arn, task in tasks_of(aws).items() if arn not in before]
        told = []
        for one, run in zip(ids, ended, strict=True):
            events = [line for log in runs.logs(dag.id, one) for line in log.events]
            own = new if len(ids) == 1 else tasks_in(events, new)
            lines = tuple(lines_in(events, _lines(aws, own)))
            scheduled = "" if one == run_id else one
            seen = replace(
                run, container_lines=lines, log=logs / f"run_id={one}", scheduled=scheduled
            )
            told.append(observed(aws, seen, own, calls))
        return told, [*denial_hints(calls), *parameter_hints(aws, calls)]

    def _until_known(self, runs: DagRuns, dag_id: str) -> None:
        limit = time.monotonic() + _SECONDS
        while True:
            try:
                runs.find(dag_id)
            except UserError as error:
                if time.monotonic() > limit:
                    raise OperationError(str(error)) from error
            else:
                return
            self.airflow.check()
            pause(_POLL_SECONDS)

    def _scheduled(self, runs: DagRuns, dag_id: str, run_id: str) -> list[str]:
        """Return the runs that the schedule has started once the asked one has ended."""
        runs.wait(dag_id, run_id, self.airflow.check)
        limit = time.monotonic() + _SECONDS
        while True:
            found = [one for one in runs.ids(dag_id) if one != run_id]
            if found or not is_due(runs.find(dag_id)) or time.monotonic() > limit:
                return found
            self.airflow.check()
            pause(_POLL_SECONDS)


def is_due(dag: Mapping[str, Any]) -> bool:
    """Return whether a DAG's schedule has a run that should have begun."""
    due = dag.get("next_dagrun_run_after") or dag.get("next_dagrun_create_after")
    return due is not None and datetime.fromisoformat(due) <= datetime.now(UTC)


def tasks_in(
    events: Iterable[str], tasks: Sequence[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """Return the ECS tasks that a log names."""
    text = "\n".join(events)
    return [task for task in tasks if str(task["taskArn"]).rpartition("/")[2] in text]


def lines_in(events: Iterable[str], lines: Iterable[str]) -> Iterator[str]:
    """Yield the containers' lines that a log has."""
    logged = {_TIME.sub("", event) for event in events}
    return (line for line in lines if line in logged)


def _lines(aws: LocalAws, tasks: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    logs = aws.watcher("logs")
    for task in tasks:
        for stream in streams_of(aws, task):
            try:
                pages = logs.get_paginator("filter_log_events").paginate(
                    logGroupName=stream.group, logStreamNames=[stream.name]
                )
                yield from (event["message"] for page in pages for event in page["events"])
            except logs.exceptions.ResourceNotFoundException:
                continue
