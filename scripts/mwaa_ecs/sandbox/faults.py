"""Injected faults: calls that fail, answers that are lost or late, tasks that AWS takes away.

Users test the retries of their DAGs with them; docs/sandbox.md lists them. Each rule counts the
calls (or tasks) that it matches: the first `skip` succeed, and the next `times` fail.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from mwaa_ecs.sandbox.ecs.task import Gate, Task
from mwaa_ecs.sandbox.protocol import AwsRequest, AwsResponse, error_response, json_response

_SPOT = "Your Spot Task was interrupted."
_PULLS = {
    "image-not-found": "CannotPullContainerError: pull image manifest has been retried: "
    "failed to resolve ref {image}: not found",
    "image-denied": "CannotPullContainerError: pull access denied for {image}",
    "image-rate-limit": "CannotPullContainerError: toomanyrequests: You have reached your pull "
    "rate limit",
    "image-timeout": "CannotPullContainerError: {image}: dial tcp: i/o timeout",
}
_SPOT_FAULT = "spot-interruption"
TaskFault = Literal[
    "spot-interruption", "image-not-found", "image-denied", "image-rate-limit", "image-timeout"
]
_LOOK_SECONDS = 0.05


class LostAnswerError(Exception):
    """The call was executed, and the client must not get its answer."""

    def __init__(self, response: AwsResponse) -> None:
        super().__init__("the answer is lost")
        self.response = response


class Fault(BaseModel):
    """One rule of `faults`.

    Attributes:
        call: `service:Action` of the calls that it matches, as IAM names them.
        task: Family of the tasks that it matches, or "*"; with `fault`.
        fault: Kind of the fault of such a task.
        skip: Number of calls or tasks that succeed first.
        times: Number that fail then; "always" for all.
        error: AWS's error code of the call. `message` and `status` can be set too.
        lost: True executes the call and closes the connection without an answer.
        delay: Seconds before the answer.
        answer: JSON to answer without executing the call.
    """

    model_config = ConfigDict(extra="forbid")

    call: str | None = Field(default=None, pattern=r"^[a-z0-9-]+:[A-Za-z0-9]+$")
    task: str | None = None
    fault: TaskFault | None = None
    skip: int = Field(default=0, ge=0)
    times: int | Literal["always"] = 1
    error: str | None = None
    message: str = ""
    status: int = Field(default=400, ge=400, le=599)
    lost: bool = False
    delay: float = Field(default=0, ge=0, le=3600)
    answer: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _check(self) -> Fault:
        if (self.call is None) == (self.task is None):
            raise ValueError("it must have one of call and task")
        if self.task is not None and self.fault is None:
            raise ValueError(
                f"with task it must have fault, one of {', '.join(_task_faults())}"
            )
        does = [self.error is not None, self.lost, self.delay > 0, self.answer is not None]
        if self.call is not None and (self.fault is not None or sum(does) != 1):
            raise ValueError("with call it must have one of error, lost, delay and answer")
        return self


def _task_faults() -> tuple[str, ...]:
    return (_SPOT_FAULT, *_PULLS)


class Faults:
    """The rules of a sandbox, and how often each has been met."""

    def __init__(self, rules: Sequence[Fault] = ()) -> None:
        self._rules = tuple(rules)
        self._met = [0] * len(self._rules)
        self._lock = threading.Lock()

    def answer(
        self, request: AwsRequest, make: Callable[[AwsRequest], AwsResponse]
    ) -> AwsResponse:
        """Return the answer to a request, with the fault that is due.

        Raises:
            LostAnswerError: the call was done, and nothing is to be sent.
        """
        rule = self._due(lambda rule: rule.call == f"{request.service}:{request.action}")
        if rule is None:
            return make(request)
        if rule.error is not None:
            message = rule.message or rule.error
            return error_response(request, rule.error, message, rule.status)
        if rule.answer is not None:
            return json_response(json.loads(json.dumps(rule.answer)))
        response = make(request)
        if rule.lost:
            raise LostAnswerError(response)
        time.sleep(rule.delay)
        return response

    def gate(self, then: Gate) -> Gate:
        """Return a gate that lets the faults of tasks happen, and asks `then` for the rest."""

        def gate(what_for: str, task: Task, container: Mapping[str, Any]) -> str | None:
            if what_for == "image" and container["name"] == task.containers[0].name:
                family = task.definition.family
                rule = self._due(lambda rule: rule.task in (family, "*"))
                if rule is not None and rule.fault == _SPOT_FAULT:
                    threading.Thread(target=_interrupt, args=(task,), daemon=True).start()
                elif rule is not None and rule.fault is not None:
                    return _PULLS[rule.fault].format(image=container["image"])
            return then(what_for, task, container)

        return gate

    def _due(self, fits: Callable[[Fault], bool]) -> Fault | None:
        with self._lock:
            for index, rule in enumerate(self._rules):
                if not fits(rule):
                    continue
                self._met[index] += 1
                number = self._met[index] - rule.skip
                if number >= 1 and (rule.times == "always" or number <= rule.times):
                    return rule
        return None


def _interrupt(task: Task) -> None:
    """Take a task away once it runs, as AWS does when it needs Spot capacity back."""
    while not task.is_stopped and task.last_status != "RUNNING":
        time.sleep(_LOOK_SECONDS)
    task.request_stop("SpotInterruption", _SPOT)
