"""Values, Airflow's settings and errors for one execution of the operator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mwaa_ecs_operator._airflow import (
    AirflowException,
    AirflowFailException,
    AirflowSkipException,
)
from mwaa_ecs_operator.errors import CredentialsError, RefusedError, StartFailedError
from mwaa_ecs_operator.hidden import Hidden

if TYPE_CHECKING:
    from mwaa_ecs_operator.aws import Clients
    from mwaa_ecs_operator.contract import TaskContract
    from mwaa_ecs_operator.logs import Tail
    from mwaa_ecs_operator.outcome import Outcome
    from mwaa_ecs_operator.running import Identity, Runner

_DEFAULT_PREFIX = "/mwaa"
# Airflow resumes a task with this method where its trigger failed.
_TRIGGER_FAILED = "__fail__"
LACKS_PACKAGE = (
    "The triggerer cannot import mwaa_ecs_operator. On Airflow 3 it reads plugins and not the"
    " DAGs folder: put the package into plugins.zip (mwaa-ecs plugins pack --operator), or set"
    " deferrable=False"
)


@dataclass(frozen=True)
class Starts:
    """How often this try has started its container anew, and why."""

    after_spot: int = 0
    after_failure: int = 0

    @property
    def attempt(self) -> int:
        """The number of the next start."""
        return self.after_spot + self.after_failure


@dataclass(frozen=True)
class Prepared:
    """The values that one execution works with.

    Attributes:
        overrides: of RunTask; empty after a deferral, where the container runs already.
    """

    clients: Clients
    contract: TaskContract
    runner: Runner
    identity: Identity
    overrides: Hidden = field(default_factory=lambda: Hidden({}))


@contextmanager
def as_airflow_errors() -> Iterator[None]:
    """Raise this package's errors as Airflow's: to retry, or not."""
    try:
        yield
    except RefusedError as error:
        raise AirflowFailException(str(error)) from None
    except (StartFailedError, CredentialsError) as error:
        raise AirflowException(str(error)) from None


def error_of(outcome: Outcome, tail: Tail, skip: Set[int], final: Set[int]) -> AirflowException:
    """Return the error with which Airflow ends a task whose container did not succeed.

    Args:
        outcome: how the container ended.
        tail: its last lines.
        skip: exit codes that skip the task.
        final: exit codes after which no retry follows.
    """
    text = outcome.explain()
    exited = outcome.exit_code if outcome.kind == "exit" else None
    if exited in skip:
        return AirflowSkipException(f"{text}. Skipped: the exit code is in skip_on_exit_code")
    if tail.last:
        text += f". Its last {len(tail.last)} lines:\n" + "\n".join(tail.last)
    if exited in final or not outcome.retry_helps:
        return AirflowFailException(text)
    return AirflowException(text)


def default_prefix() -> str:
    """Return the `ssm_prefix` of Airflow's configuration."""
    from airflow.configuration import conf

    return str(conf.get("mwaa_ecs", "ssm_prefix", fallback=_DEFAULT_PREFIX))


def default_deferrable() -> bool:
    """Tell whether operators wait in the triggerer unless told otherwise."""
    from airflow.configuration import conf

    return bool(conf.getboolean("operators", "default_deferrable", fallback=False))


def waited_too_long(next_method: str, next_kwargs: Mapping[str, Any] | None) -> bool:
    """Tell whether Airflow resumes a task because its time in the triggerer is over."""
    error = str((next_kwargs or {}).get("error", ""))
    return next_method == _TRIGGER_FAILED and "timeout" in error.lower()


def lacks_package(next_method: str, next_kwargs: Mapping[str, Any] | None) -> bool:
    """Tell whether the triggerer could not import this package."""
    trace = "".join((next_kwargs or {}).get("traceback") or ())
    return (
        next_method == _TRIGGER_FAILED
        and "ModuleNotFoundError" in trace
        and __name__.partition(".")[0] in trace
    )
