"""Starts one task as its DAG would, follows it, and returns the exit code for the shell."""

from __future__ import annotations

import json
import shlex
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mwaa_ecs.connection import Connection
from mwaa_ecs.processes import pause
from mwaa_ecs.task_runs.reading import clients_of, read_contract, told
from mwaa_ecs_operator.aws import Clients
from mwaa_ecs_operator.console import task_address
from mwaa_ecs_operator.contract import TaskContract
from mwaa_ecs_operator.following import follow, lines_of
from mwaa_ecs_operator.hidden import Hidden
from mwaa_ecs_operator.logs import Tail
from mwaa_ecs_operator.outcome import Outcome, judge
from mwaa_ecs_operator.overrides import check_length, container_override
from mwaa_ecs_operator.running import Identity, Runner
from mwaa_ecs_operator.sizes import size_overrides

NEVER_STARTED = 125
"""Exit code: no container ran. As docker run."""
TIMED_OUT = 124
"""Exit code: --timeout was over, and the task was stopped. As timeout(1)."""
INTERRUPTED = 130
"""Exit code: Ctrl-C, and the task was stopped."""
_START_SECONDS = 600.0


@dataclass(frozen=True)
class Wanted:
    """The changes of one run to its task definition.

    Attributes:
        command: words; empty for the definition's own.
        environment: variables of the main container.
        cpu: CPU units; None for the definition's.
        memory: MiB; None for the definition's.
        timeout: seconds until the task is stopped; None for no limit.
    """

    command: Sequence[str] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    cpu: int | None = None
    memory: int | None = None
    timeout: float | None = None


class TaskRun:
    """One run of a task.

    Args:
        connection: where the task is.
        task: its name.
        wanted: what this run changes.
        tell: told in words what goes on; not the container's lines.

    Raises:
        UserError: there is no such task, or ECS would refuse this run of it.
        OperationError: AWS does not answer.
    """

    def __init__(
        self, connection: Connection, task: str, wanted: Wanted, tell: Callable[[str], None]
    ) -> None:
        self._region = connection.region
        self._clients: Clients = clients_of(connection)
        self.contract: TaskContract = read_contract(connection, self._clients, task)
        self._wanted = wanted
        self._tell = tell
        self._identity = Identity("mwaa-ecs run", task, uuid.uuid4().hex)
        self._runner = Runner(self._clients, self.contract, tell)
        with told():
            self._overrides = self._build()
            check_length(self._overrides)

    def _build(self) -> Hidden:
        wanted = self._wanted
        container = container_override(
            self.contract.container_name, wanted.command, wanted.environment
        )
        sizes = size_overrides(
            wanted.cpu, wanted.memory, None, on_fargate=self.contract.on_fargate
        )
        return Hidden({"containerOverrides": [container], **sizes})

    def as_command(self) -> str:
        """Return the command of the aws CLI that starts the same."""
        request: dict[str, Any] = {
            "cluster": self.contract.cluster,
            "taskDefinition": self.contract.task_definition,
            **self.contract.run_task,
            "overrides": self._overrides.reveal(),
        }
        text = json.dumps(request, ensure_ascii=False)
        return shlex.join(
            ["aws", "ecs", "run-task", "--region", self._region, "--cli-input-json", text]
        )

    def start(self) -> str:
        """Start the task and return its ARN.

        Raises:
            UserError: ECS refuses it.
            OperationError: ECS could not start it in time.
            KeyboardInterrupt: it was interrupted; what had started is stopped.
        """
        try:
            with told():
                arn = self._runner.start(
                    self._identity, self._overrides, timeout=_START_SECONDS
                )
            self._tell(f"{self.contract.task} runs as {arn}")
            self._tell(task_address(arn))
        except KeyboardInterrupt:
            # ECS may have started it although its answer did not arrive.
            started = self._runner.find_running(self._identity)
            if started is not None:
                self._stop(started, "mwaa-ecs run was interrupted")
            raise
        return arn

    def follow(self, arn: str, show: Callable[[str], None]) -> int:
        """Show the lines of a started task, and return the exit code for the shell.

        Raises:
            UserError: the caller may not look at the task.
            OperationError: AWS does not answer.
        """
        until = (
            None if self._wanted.timeout is None else time.monotonic() + self._wanted.timeout
        )

        def sleep(seconds: float) -> None:
            if until is None:
                pause(seconds)
                return
            left = until - time.monotonic()
            if left <= 0:
                raise _TimeIsOverError
            pause(min(seconds, left))

        try:
            lines = lines_of(self._clients, self.contract, arn, self._tell)
            if lines is None:
                self._tell("No lines can be read: the task has no awslogs log that holds them.")
            with told():
                outcome = follow(
                    self._runner, lines, Tail(0, False), self.contract, arn, show, sleep=sleep
                )
        except KeyboardInterrupt:
            self._stop(arn, "mwaa-ecs run was interrupted")
            return INTERRUPTED
        except _TimeIsOverError:
            with told():
                task = self._runner.describe(arn)
            if task is None or task.get("lastStatus") != "STOPPED":
                self._stop(arn, f"the --timeout of {self._wanted.timeout:g} seconds is over")
                return TIMED_OUT
            outcome = judge(task, self.contract.container_name)
        self._tell(outcome.explain())
        return _exit_code(outcome)

    def _stop(self, arn: str, reason: str) -> None:
        self._tell(f"{reason}: stopping the task")
        self._runner.stop(arn, reason)


def _exit_code(outcome: Outcome) -> int:
    if outcome.exit_code is None:
        return NEVER_STARTED if outcome.kind == "start" else 1
    # ECS reports a killed process as 137; a code over 255 has no meaning to a shell.
    return outcome.exit_code & 0xFF or (1 if outcome.exit_code else 0)


class _TimeIsOverError(Exception):
    pass
