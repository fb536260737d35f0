"""Lines about what happens in a running sandbox: calls, containers, DAG files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mwaa_ecs.sandbox.airflow.client import AirflowApiError, AirflowClient
from mwaa_ecs.sandbox.containers import Stream, streams_of, tasks_of, told
from mwaa_ecs.sandbox.local_aws import LocalAws

Tell = Callable[[str, str], None]
"""Receives a line's kind (`ecs`, `log`, `denied`, `dags`, `apply`, `error`) and its text."""


class LiveEcs:
    """Tells of RunTask, containers' lines and exit codes, and of calls that were denied."""

    def __init__(self, aws: LocalAws, tell: Tell) -> None:
        self._aws = aws
        self._tell = tell
        self._mark = aws.mark()
        self._known: dict[str, str] = {
            arn: _status(t) for arn, t in tasks_of(aws, recorded=False).items()
        }
        # A task definition never changes; asking for it was half of the calls of a look.
        self._streams: dict[str, tuple[Stream, ...]] = {}
        self._places: dict[Stream, str | None] = {}

    def look(self) -> None:
        """Tell what happened since the last look."""
        mark = self._aws.mark()
        calls = self._aws.calls_since(self._mark)
        self._mark = mark
        for call in calls:
            if call.denied:
                self._tell("denied", call.denied)
            elif (call.service, call.action) == ("ecs", "RunTask") and call.error_code:
                self._tell("error", f"RunTask was refused: {call.error_code}")
        if not calls and all(status == "STOPPED" for status in self._known.values()):
            return
        for arn, task in tasks_of(self._aws, recorded=False).items():
            if self._known.get(arn) != "STOPPED":
                self._show(arn, task)

    def _show(self, arn: str, task: Mapping[str, Any]) -> None:
        if arn not in self._known:
            definition = str(task["taskDefinitionArn"]).rpartition("/")[2]
            self._tell("ecs", f"RunTask {definition}: ECS task {arn.rpartition('/')[2]}")
        status = _status(task)
        self._lines(task)
        if status == "STOPPED":
            for line in told([task]):
                self._tell("ecs", line)
        self._known[arn] = status

    def _lines(self, task: Mapping[str, Any]) -> None:
        logs = self._aws.watcher("logs")
        arn = str(task["taskArn"])
        if arn not in self._streams:
            self._streams[arn] = tuple(streams_of(self._aws, task))
        for stream in self._streams[arn]:
            while True:
                place = self._places.get(stream)
                more = {"nextToken": place} if place else {}
                try:
                    answer = logs.get_log_events(
                        logGroupName=stream.group,
                        logStreamName=stream.name,
                        startFromHead=True,
                        **more,
                    )
                except logs.exceptions.ResourceNotFoundException:
                    break
                for event in answer["events"]:
                    self._tell("log", f"{stream.name.split('/')[-2]}: {event['message']}")
                self._places[stream] = answer["nextForwardToken"]
                if not answer["events"]:
                    break


def _status(task: Mapping[str, Any]) -> str:
    return str(task["lastStatus"])


class LiveDagFiles:
    """Tells of DAG files that cannot be imported, and of those that can be again."""

    def __init__(self, client: AirflowClient, tell: Tell) -> None:
        self._client = client
        self._tell = tell
        self._known: dict[str, str] = {}

    def look(self) -> None:
        """Tell what changed since the last look."""
        try:
            found = dict(import_errors(self._client))
        except AirflowApiError:
            return
        for file, trace in found.items():
            if self._known.get(file) != trace:
                lines = trace.strip().splitlines() or ["it cannot be imported"]
                self._tell("error", f"{file} cannot be imported: {lines[-1].strip()}")
        for file in self._known:
            if file not in found:
                self._tell("dags", f"{file} can be imported again")
        self._known = found


def import_errors(client: AirflowClient) -> Iterator[tuple[str, str]]:
    """Yield the DAG files that cannot be imported, with their stack traces.

    Raises:
        AirflowApiError: Airflow does not answer.
    """
    answer = client.call("GET", "/importErrors", query={"limit": 100})
    for one in answer["import_errors"]:
        yield str(one["filename"]).rpartition("/dags/")[2], str(one["stack_trace"])
