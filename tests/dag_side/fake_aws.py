"""ECS and CloudWatch Logs as far as one task needs them, with a clock and injected faults."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from mwaa_ecs_operator.aws import Clients
from mwaa_ecs_operator.contract import TaskContract
from mwaa_ecs_operator.following import follow
from mwaa_ecs_operator.hidden import Hidden
from mwaa_ecs_operator.logs import Lines, Tail
from mwaa_ecs_operator.outcome import Outcome
from mwaa_ecs_operator.running import Identity, Runner

Json = dict[str, Any]
CONTRACT = TaskContract(
    task="nightly",
    cluster="etl-cluster",
    task_definition="etl-nightly",
    container_name="nightly",
    run_task={"launchType": "FARGATE"},
    log_group="/ecs/etl-nightly",
    log_region="eu-west-1",
    log_stream_prefix="ecs/nightly",
)
IDENTITY = Identity("dag", "load", "run-1")
ARN = "arn:aws:ecs:eu-west-1:123456789012:task/etl-cluster/0123456789abcdef"


def aws_error(code: str, message: str = "", status: int = 400) -> ClientError:
    """Make an error as boto3 raises it."""
    response = {
        "Error": {"Code": code, "Message": message or code},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(response, "Call")


THROTTLED = aws_error("ThrottlingException", "Rate exceeded")
BROKEN = aws_error("ServerException", "Service Unavailable", 500)
EXPIRED = aws_error("ExpiredTokenException", "The security token included is expired")


def stopped(exit_code: int | None = 0, **more: Any) -> Json:
    """Describe a task that has stopped; what is given replaces what is usual."""
    task: Json = {
        "taskArn": ARN,
        "lastStatus": "STOPPED",
        "stopCode": "EssentialContainerExited",
        "stoppedReason": "Essential container in task exited",
        "containers": [{"name": "nightly", "exitCode": exit_code}],
    }
    return task | more


class FakeAws:
    """Answers from lists; the last answer of each stays.

    Attributes:
        runs, looks, reads: answers of RunTask, DescribeTasks and GetLogEvents. An exception is
            raised, a list of lines or a task is wrapped as AWS wraps it, None is MISSING.
        calls: the name and arguments of each call.
        now: seconds on the clock, which only sleeping moves.
    """

    def __init__(self) -> None:
        self.runs: list[Any] = [ARN]
        self.looks: list[Any] = [stopped()]
        self.reads: list[Any] = [[]]
        self.running: list[str] | Exception = []
        self.calls: list[tuple[str, Json]] = []
        self.now = 0.0
        self.said: list[str] = []
        self.shown: list[str] = []
        self.sessions = 0
        self.clients = Clients(self._session)
        self.runner = Runner(
            self.clients, CONTRACT, self.said.append, sleep=self.sleep, clock=lambda: self.now
        )

    def _session(self, service: str, region: str | None) -> Any:
        del service, region
        self.sessions += 1
        return self

    def sleep(self, seconds: float) -> None:
        """Move the clock."""
        self.now += seconds

    def called(self, name: str) -> list[Json]:
        """Return the arguments of each call of one name."""
        return [arguments for called, arguments in self.calls if called == name]

    def follow(self, **more: Any) -> tuple[Outcome, Tail]:
        """Follow the task to its end."""
        tail = Tail(10, everything=False)
        lines = Lines(
            self.clients, "/ecs/etl-nightly", "ecs/nightly/0123", "eu-west-1", self.said.append
        )
        outcome = follow(
            self.runner,
            lines,
            tail,
            CONTRACT,
            ARN,
            self.shown.append,
            sleep=self.sleep,
            clock=lambda: self.now,
            **more,
        )
        return outcome, tail

    def start(self, timeout: float = 600, attempt: int = 0, **more: Any) -> str:
        """Start the task."""
        overrides = Hidden({"containerOverrides": [{"name": "nightly"}]})
        return self.runner.start(IDENTITY, overrides, timeout=timeout, attempt=attempt, **more)

    # -- boto3's names ---------------------------------------------------------------------

    def run_task(self, **arguments: Any) -> Json:
        """Answer RunTask."""
        answer = self._next("run_task", self.runs, arguments)
        if isinstance(answer, str):
            return {"tasks": [{"taskArn": answer}], "failures": []}
        return {"tasks": [], "failures": [answer]}

    def describe_tasks(self, **arguments: Any) -> Json:
        """Answer DescribeTasks."""
        task = self._next("describe_tasks", self.looks, arguments)
        if task is None:
            return {"tasks": [], "failures": [{"arn": ARN, "reason": "MISSING"}]}
        return {"tasks": [dict(task)], "failures": []}

    def list_tasks(self, **arguments: Any) -> Json:
        """Answer ListTasks."""
        self.calls.append(("list_tasks", arguments))
        if isinstance(self.running, Exception):
            raise self.running
        return {"taskArns": self.running}

    def stop_task(self, **arguments: Any) -> Json:
        """Answer StopTask."""
        self.calls.append(("stop_task", arguments))
        return {}

    def get_log_events(self, **arguments: Any) -> Json:
        """Answer GetLogEvents; a token counts the answers that had lines."""
        lines = self._next("get_log_events", self.reads, arguments)
        token = int(arguments.get("nextToken") or 0)
        return {
            "events": [{"message": line} for line in lines],
            "nextForwardToken": str(token + bool(lines)),
        }

    def _next(self, name: str, answers: list[Any], arguments: Json) -> Any:
        self.calls.append((name, arguments))
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Callable):  # type: ignore[arg-type]
            answer = answer()
        if isinstance(answer, BaseException):
            raise answer
        return answer


RUNNING: Mapping[str, Any] = {"taskArn": ARN, "lastStatus": "RUNNING", "containers": []}


def times(number: int, answer: Any) -> Iterable[Any]:
    """Repeat an answer."""
    return [answer] * number
