"""Reads the lines of a task's runs out of CloudWatch Logs."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from mwaa_ecs.connection import Connection
from mwaa_ecs.errors import UserError
from mwaa_ecs.processes import pause
from mwaa_ecs.task_runs.reading import clients_of, read_contract, told
from mwaa_ecs_operator.aws import error_code
from mwaa_ecs_operator.contract import TaskContract

_PAUSE = 2.0
_SPAN = re.compile(r"(\d+)([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
# An event may reach CloudWatch later than one with a younger time.
_LATE_MILLISECONDS = 15_000


@dataclass(frozen=True)
class Line:
    """A line of a container.

    Attributes:
        run: id of the ECS task that wrote it.
        time: milliseconds since 1970.
        text: the line, without its end.
    """

    run: str
    time: int
    text: str


def seconds_of(span: str) -> int:
    """Return the seconds of a span such as 90s, 15m, 1h or 2d.

    Raises:
        UserError: it is not a span.
    """
    match = _SPAN.fullmatch(span.strip())
    if match is None:
        raise UserError(
            f"--since {span!r}: it must be a number and s, m, h or d, for example 15m"
        )
    return int(match[1]) * _SECONDS[match[2]]


def run_id(run: str) -> str:
    """Return the id of an ECS task from its id or its ARN.

    Raises:
        UserError: it is neither.
    """
    found = run.rpartition("/")[2]
    if not re.fullmatch(r"[0-9a-f]{32}|[0-9a-f-]{36}", found):
        raise UserError(
            f"--run {run!r}: it must be the id or the ARN of an ECS task; mwaa-ecs tasks lists "
            "them"
        )
    return found


def read_lines(
    connection: Connection,
    task: str,
    *,
    run: str | None = None,
    since: int | None = None,
    follow: bool = False,
    sleep: Callable[[float], None] = pause,
    clock: Callable[[], float] = time.time,
) -> Iterator[Line]:
    """Yield the lines of a task's runs, in the order of their times.

    Args:
        connection: where the task is.
        task: its name.
        run: the id of one run; None for all.
        since: seconds before now; None for all that CloudWatch holds.
        follow: whether to wait for new lines, without an end.
        sleep, clock: tests give others.

    Raises:
        UserError: there is no such task, its lines cannot be read, or a right is missing.
        OperationError: AWS does not answer.
    """
    contract = read_contract(connection, clients_of(connection), task)
    yield from lines_of(
        connection, contract, run=run, since=since, follow=follow, sleep=sleep, clock=clock
    )


def lines_of(
    connection: Connection,
    contract: TaskContract,
    *,
    run: str | None = None,
    since: int | None = None,
    follow: bool = False,
    sleep: Callable[[float], None] = pause,
    clock: Callable[[], float] = time.time,
) -> Iterator[Line]:
    """Yield the lines of a task whose contract is read already; see `read_lines`.

    Raises:
        UserError: its lines cannot be read, or a right is missing.
        OperationError: AWS does not answer.
    """
    task = contract.task
    if contract.log_group is None or contract.log_stream_prefix is None:
        raise UserError(
            f"task {task!r} has no log that can be read here: its log driver, or the class of "
            "its log group, keeps lines elsewhere"
        )
    prefix = f"{contract.log_stream_prefix}/"
    arguments: dict[str, Any] = {"logGroupName": contract.log_group}
    if run is not None:
        arguments["logStreamNames"] = [prefix + run]
    else:
        arguments["logStreamNamePrefix"] = prefix
    start = 0 if since is None else int((clock() - since) * 1000)
    seen: dict[str, int] = {}
    client = clients_of(connection)("logs", contract.log_region)
    while True:
        newest = start
        for event in _events(client, arguments, max(start, 0), contract.log_group, run):
            newest = max(newest, event["timestamp"])
            if event["eventId"] not in seen:
                seen[event["eventId"]] = event["timestamp"]
                yield Line(
                    event["logStreamName"].rpartition("/")[2],
                    event["timestamp"],
                    str(event["message"]).rstrip("\r\n"),
                )
        if not follow:
            return
        start = max(start, newest - _LATE_MILLISECONDS)
        seen = {key: moment for key, moment in seen.items() if moment >= start}
        sleep(_PAUSE)


def _events(
    client: Any, arguments: dict[str, Any], start: int, group: str, run: str | None
) -> Iterator[dict[str, Any]]:
    token: str | None = None
    while True:
        more = {} if token is None else {"nextToken": token}
        with told():
            try:
                answer = client.filter_log_events(**arguments, startTime=start, **more)
            except Exception as error:
                if error_code(error) != "ResourceNotFoundException":
                    raise
                if run is not None:
                    return  # the container has not written yet
                raise UserError(
                    f"there is no log group {group}: apply the module, or create the group"
                ) from None
        yield from answer.get("events", ())
        token = answer.get("nextToken")
        if token is None:
            return
