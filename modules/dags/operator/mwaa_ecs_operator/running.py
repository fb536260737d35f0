"""Starts one ECS task, waits for its end and stops it: what sync and deferrable share.

There is no thread and no state beside what AWS holds: DescribeTasks, GetLogEvents, sleep.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mwaa_ecs_operator.aws import (
    Clients,
    error_code,
    error_message,
    is_credentials,
    is_denied,
    is_transient,
)
from mwaa_ecs_operator.contract import TaskContract
from mwaa_ecs_operator.errors import CredentialsError, RefusedError, StartFailedError
from mwaa_ecs_operator.hidden import Hidden, call_hidden
from mwaa_ecs_operator.reasons import find_reason

_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0
_GROWTH = 1.2
MISSING_SECONDS = 60.0
_MOST_CREDENTIAL_ERRORS = 5
_SAY_EVERY = 60.0
_CONFLICT = "ConflictException"

Warn = Callable[[str], None]


@dataclass(frozen=True)
class Identity:
    """The Airflow task instance that a container is run for.

    Its hashes make AWS recognise a second start of the same: `client_token` within one try,
    `started_by` over all tries.
    """

    dag_id: str
    task_id: str
    run_id: str
    map_index: int = -1
    try_number: int = 1

    def _hash(self, *more: object) -> str:
        parts = (self.dag_id, self.task_id, self.run_id, self.map_index, *more)
        return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:32]

    @property
    def started_by(self) -> str:
        """The value of `startedBy` that all tries of this task instance share."""
        return f"mwaa-ecs/{self._hash()}"

    def client_token(self, attempt: int) -> str:
        """Return the token of one start; the same token never starts two containers."""
        return self._hash(self.try_number, attempt)


class Pauses:
    """Seconds to wait between looks at a task: short at first, up to half a minute.

    A task of an hour is looked at some 140 times.
    """

    def __init__(self, first: float = _FIRST_PAUSE) -> None:
        self._next = first

    def next(self) -> float:
        """Return the next pause."""
        pause = self._next
        self._next = min(self._next * _GROWTH, _LONGEST_PAUSE)
        return pause


class Notices:
    """Warns at once, and then once a minute, however often a thing happens."""

    def __init__(self, warn: Warn, clock: Callable[[], float]) -> None:
        self._warn = warn
        self._clock = clock
        self._last: dict[str, float] = {}

    def __call__(self, key: str, text: str) -> None:
        """Warn with `text`, unless there was a warning for `key` within the last minute."""
        now = self._clock()
        if now - self._last.get(key, -_SAY_EVERY) >= _SAY_EVERY:
            self._last[key] = now
            self._warn(text)


class Runner:
    """Starts, watches and stops the container of one Airflow task.

    Args:
        clients: of the Airflow connection.
        contract: of the task to run.
        warn: told in words what goes on beside the container's own lines.
        sleep, clock: of the time module; tests give others.
    """

    def __init__(
        self,
        clients: Clients,
        contract: TaskContract,
        warn: Warn,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clients = clients
        self._contract = contract
        self._warn = warn
        self._sleep = sleep
        self._clock = clock
        self._notice = Notices(warn, clock)

    # -- start -----------------------------------------------------------------------------

    def find_running(self, identity: Identity) -> str | None:
        """Return the ARN of a container that an earlier try started and that still runs."""
        try:
            answer = self._clients("ecs").list_tasks(
                cluster=self._contract.cluster,
                startedBy=identity.started_by,
                desiredStatus="RUNNING",
            )
        except Exception as error:
            if is_denied(error):
                self._warn(
                    "The role may not call ecs:ListTasks, so a container of an earlier try that"
                    " still runs is not found, and a new one starts. Set policy.reattach = true"
                )
            elif is_transient(error) or is_credentials(error):
                self._warn(f"Earlier tries cannot be looked up: {error_message(error)}")
            else:
                raise
            return None
        return next((str(arn) for arn in answer.get("taskArns") or ()), None)

    def start(
        self,
        identity: Identity,
        overrides: Hidden,
        *,
        attempt: int = 0,
        timeout: float = 600.0,
        more: Mapping[str, Any] | None = None,
    ) -> str:
        """Start the task and return its ARN.

        What AWS cannot do now, it is asked again for, up to `timeout` seconds: no capacity,
        throttling, 5xx, the network.

        Args:
            identity: for whom.
            overrides: of RunTask.
            attempt: how often this try has started a container already.
            timeout: seconds.
            more: further arguments of RunTask, such as tags.

        Raises:
            RefusedError: AWS refuses the task; a retry cannot help.
            StartFailedError: AWS could not start it in time.
        """
        until = self._clock() + timeout
        pauses = Pauses(1.0)
        # Each attempt has some tokens of its own: a used one answers with the old task.
        number = attempt * 1000
        while True:
            request = Hidden(
                {
                    "cluster": self._contract.cluster,
                    "taskDefinition": self._contract.task_definition,
                    "count": 1,
                    "startedBy": identity.started_by,
                    "clientToken": identity.client_token(number),
                    "overrides": overrides.reveal(),
                    **self._contract.run_task,
                    **(more or {}),
                }
            )
            answer, error = call_hidden(self._clients("ecs").run_task, request)
            if error is None:
                started, reasons = _started(answer)
                answer = None
                if started is not None:
                    return started
                text = "; ".join(reasons) or "ECS gave no reason"
                row = find_reason(text)
                if row is not None and row.retry == "never":
                    raise RefusedError(f"RunTask: {text}. {row.cause} {row.remedy}")
                number += 1
            else:
                text = error_message(error)
                row = find_reason(text)
                again = is_transient(error) or (row is not None and row.retry != "never")
                if is_credentials(error):
                    self._clients.renew()
                elif error_code(error) == _CONFLICT:
                    number += 1
                elif not again:
                    raise RefusedError(_refusal(error, text))
                if row is not None and not is_transient(error):
                    number += 1
            pause = pauses.next()
            if self._clock() + pause > until:
                raise StartFailedError(
                    f"ECS did not start the task within {timeout:.0f} seconds: {text}"
                    + ("" if row is None else f". {row.cause} {row.remedy}")
                )
            self._notice("start", f"ECS has not started the task yet, trying again: {text}")
            self._sleep(pause)

    # -- watch -----------------------------------------------------------------------------

    def describe(self, task_arn: str) -> dict[str, Any] | None:
        """Return the task as ECS describes it, without its overrides; None where it is MISSING.

        Raises:
            Exception: that of boto3.
        """
        answer = self._clients("ecs").describe_tasks(
            cluster=self._contract.cluster, tasks=[task_arn]
        )
        for task in answer.get("tasks") or ():
            # They hold the values of the environment.
            task.pop("overrides", None)
            return dict(task)
        return None

    def looks(self, task_arn: str) -> Iterator[tuple[dict[str, Any] | None, float]]:
        """Yield the task after each look at it, with the seconds to wait before the next.

        Throttling, 5xx, network faults and expired credentials are waited out: the container
        runs on meanwhile. The last task yielded is STOPPED, or None for one that ECS has not
        known for a minute.

        Raises:
            CredentialsError: the credentials were refused several times in a row.
            RefusedError: the role may not call DescribeTasks.
        """
        pauses = Pauses()
        refused = 0
        known_until = self._clock() + MISSING_SECONDS
        while True:
            task: dict[str, Any] | None = None
            try:
                task = self.describe(task_arn)
                refused = 0
            except Exception as error:
                if is_credentials(error):
                    refused += 1
                    if refused >= _MOST_CREDENTIAL_ERRORS:
                        raise CredentialsError(
                            f"The credentials of the connection were refused {refused} times in"
                            f" a row: {error_message(error)}. The container runs on; Airflow's"
                            " next try takes it over"
                        ) from None
                    self._clients.renew()
                elif is_denied(error):
                    raise RefusedError(_refusal(error, error_message(error))) from None
                elif not is_transient(error):
                    raise
                self._notice(
                    "describe",
                    "ECS does not answer at present, the container runs on: "
                    f"{error_code(error) or type(error).__name__}",
                )
                # Not an answer about the task: the minute begins anew.
                known_until = self._clock() + MISSING_SECONDS
                yield {}, pauses.next()
                continue
            if task is not None:
                known_until = self._clock() + MISSING_SECONDS
                yield task, pauses.next()
                if task.get("lastStatus") == "STOPPED":
                    return
            elif self._clock() >= known_until:
                yield None, 0.0
                return
            else:
                yield {}, min(pauses.next(), 5.0)

    # -- stop ------------------------------------------------------------------------------

    def stop(self, task_arn: str, reason: str) -> None:
        """Stop the task; tell where that fails, because the container then runs on."""
        for last in (False, False, True):
            try:
                self._clients("ecs").stop_task(
                    cluster=self._contract.cluster, task=task_arn, reason=reason[:255]
                )
            except Exception as error:
                if last or not (is_transient(error) or is_credentials(error)):
                    self._warn(
                        "The container could not be stopped and runs on:"
                        f" {error_message(error)}. Stop it with: aws ecs stop-task --cluster"
                        f" {self._contract.cluster} --task {task_arn}"
                    )
                    return
                if is_credentials(error):
                    self._clients.renew()
                self._sleep(1.0)
            else:
                return


def _started(answer: Mapping[str, Any]) -> tuple[str | None, list[str]]:
    for task in answer.get("tasks") or ():
        return str(task["taskArn"]), []
    reasons = [
        " ".join(str(failure[key]) for key in ("reason", "detail") if failure.get(key))
        for failure in answer.get("failures") or ()
    ]
    return None, reasons


def _refusal(error: Exception, text: str) -> str:
    code = error_code(error)
    row = find_reason(text) or find_reason(code)
    said = f"{code}: {text}" if code else text
    return said if row is None else f"{said}. {row.cause} {row.remedy}"
