"""`@ecs_task`: the body of a Python function, run in a container on ECS."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

try:  # Airflow 3
    from airflow.sdk.bases.decorator import DecoratedOperator, task_decorator_factory
except ImportError:  # Airflow 2
    from airflow.decorators.base import DecoratedOperator, task_decorator_factory

from mwaa_ecs_operator._airflow import AirflowException, AirflowFailException
from mwaa_ecs_operator.contract import TaskContract
from mwaa_ecs_operator.ecs_operator import EcsTaskOperator
from mwaa_ecs_operator.errors import RefusedError

_VARIABLE = "MWAA_ECS_CALL"
_MARK = "MWAA_ECS_RESULT:"
# Runs in the container: any Python 3, nothing but its standard library.
_RUN = (
    "import base64,json,os,zlib;"
    f"c=json.loads(zlib.decompress(base64.b64decode(os.environ['{_VARIABLE}'])));"
    "n={'__name__':'__main__'};exec(c['source'],n);"
    "r=n[c['function']](*c['args'],**c['kwargs']);"
    f"print();print('{_MARK}'+json.dumps(r),flush=True)"
)


class _EcsDecoratedOperator(DecoratedOperator, EcsTaskOperator):  # type: ignore[misc]
    """Runs a function's source in the container; arguments and result travel as JSON."""

    custom_operator_name = "@ecs_task"
    template_fields: ClassVar[Sequence[str]] = (
        *(field for field in EcsTaskOperator.template_fields if field != "command"),
        "op_args",
        "op_kwargs",
    )

    def __init__(self, *, python_command: str = "python3", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.python_command = python_command

    def build_overrides(self, contract: TaskContract, context: Any) -> dict[str, Any]:
        """Return RunTask's overrides, with the call in one environment variable."""
        call = {
            "source": self.get_python_source(),
            "function": self.python_callable.__name__,
            "args": list(self.op_args),
            "kwargs": dict(self.op_kwargs),
        }
        try:
            text = json.dumps(call)
        except TypeError as error:
            raise RefusedError(
                f"An argument of {call['function']} is not JSON ({error}). Pass texts, numbers,"
                " lists and dicts; dates as isoformat()"
            ) from None
        self.command = [self.python_command, "-c", _RUN]
        overrides = super().build_overrides(contract, context)
        packed = base64.b64encode(zlib.compress(text.encode(), 9)).decode()
        main = overrides["containerOverrides"][0]
        main.setdefault("environment", []).append({"name": _VARIABLE, "value": packed})
        return overrides

    def execute(self, context: Any) -> Any:
        """Run the function in a container and return its result."""
        # Not DecoratedOperator's: in Airflow 3 it would call the function here.
        return self._result(EcsTaskOperator.execute(self, context))

    def execute_complete(self, context: Any, event: Any) -> Any:
        """Go on after the triggerer saw the container stop."""
        return self._result(EcsTaskOperator.execute_complete(self, context, event))

    def _result(self, line: Any) -> Any:
        if not self.do_xcom_push:
            return None
        if isinstance(line, list):  # with xcom_all
            line = line[-1] if line else None
        if not isinstance(line, str) or not line.startswith(_MARK):
            raise AirflowException(
                "The function's result is not the container's last line. Nothing may print"
                " after the function returns, and the task needs a log that Airflow can read"
            )
        result = json.loads(line.removeprefix(_MARK))
        if self.multiple_outputs and not isinstance(result, dict):
            raise AirflowFailException(
                f"multiple_outputs is set and the function returned {type(result).__name__}: it"
                " must return a dict"
            )
        return result


def ecs_task(
    python_callable: Callable[..., Any] | None = None,
    multiple_outputs: bool | None = None,
    **kwargs: Any,
) -> Any:
    """Run a function in a container of the module's task: `@ecs_task(task="nightly")`.

    The function's source, its arguments and its result (as JSON) must fit ECS's limits: 8,192
    characters for the call, 256 KB for the result. The image needs Python 3.

    Args:
        python_callable: the function.
        multiple_outputs: push each key of the returned dict as an XCom of its own.
        kwargs: arguments of EcsTaskOperator; `python_command` names the program (python3).
    """
    return task_decorator_factory(
        python_callable=python_callable,
        multiple_outputs=multiple_outputs,
        decorated_operator_class=_EcsDecoratedOperator,
        **kwargs,
    )
