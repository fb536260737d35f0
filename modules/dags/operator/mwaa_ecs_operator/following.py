"""Follows one container: shows its lines as they come, and says how it ended."""

from __future__ import annotations

import time
from collections.abc import Callable

from mwaa_ecs_operator.aws import Clients
from mwaa_ecs_operator.contract import TaskContract
from mwaa_ecs_operator.logs import Lines, Tail
from mwaa_ecs_operator.outcome import Outcome, judge, missing
from mwaa_ecs_operator.running import MISSING_SECONDS, Runner

_QUIET_READS = 2
_QUIET_PAUSE = 0.3
_RESULT_SECONDS = 30.0
_LINES_SECONDS = 5.0


def lines_of(
    clients: Clients, contract: TaskContract, task_arn: str, warn: Callable[[str], None]
) -> Lines | None:
    """Return a reader of the main container's lines; None where Airflow cannot read them."""
    stream = contract.log_stream(task_arn)
    if stream is None or contract.log_group is None:
        return None
    return Lines(clients, contract.log_group, stream, contract.log_region, warn)


def follow(
    runner: Runner,
    lines: Lines | None,
    tail: Tail,
    contract: TaskContract,
    task_arn: str,
    show: Callable[[str], None],
    *,
    shown: int = 0,
    needs_lines: bool = False,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Outcome:
    """Wait for the end of a container and return how it ended.

    Args:
        runner: of the task.
        lines: its lines; None where there are none to read.
        tail: takes every line.
        contract: of the task.
        task_arn: the ECS task.
        show: takes each line once.
        shown: how many lines were shown already.
        needs_lines: the result needs the last line, so wait longer for it.
        sleep, clock: of the time module; tests give others.

    Raises:
        RefusedError, CredentialsError: see `Runner.looks`.
    """

    def read() -> bool:
        """Return whether there were lines that nobody has shown, or may be some after them."""
        if lines is None:
            return False
        before = lines.count
        for line in lines.read():
            tail.add(line)
            if lines.count > shown:
                show(line)
        # A trigger that has shown them all was quiet before: the first read after it counts.
        return lines.count > before and lines.count != shown

    outcome = missing(task_arn, MISSING_SECONDS)
    for task, pause in runner.looks(task_arn):
        if task is not None and task.get("lastStatus") == "STOPPED":
            outcome = judge(task, contract.container_name)
            break
        if task is not None:
            read()
            sleep(pause)
    if lines is None or outcome.kind in ("start", "missing"):
        return outcome
    # The last lines may come after the container's end.
    until = clock() + (_RESULT_SECONDS if needs_lines else _LINES_SECONDS)
    quiet = 0
    while not lines.denied:
        if read():
            quiet = 0
        elif not lines.failing or clock() >= until:
            quiet += 1
        if quiet >= _QUIET_READS:
            break
        sleep(1.0 if lines.failing else _QUIET_PAUSE)
    return outcome
