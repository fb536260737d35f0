"""Waits in the triggerer for the end of an ECS task.

On Airflow 3 the triggerer reads plugins, not the DAGs folder: there the package must be in
plugins.zip for deferrable tasks.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any, TypeVar

from airflow.triggers.base import BaseTrigger, TriggerEvent

from mwaa_ecs_operator.aws import airflow_clients
from mwaa_ecs_operator.container_lines import show
from mwaa_ecs_operator.contract import TaskContract
from mwaa_ecs_operator.errors import CredentialsError, RefusedError
from mwaa_ecs_operator.following import lines_of
from mwaa_ecs_operator.outcome import STOPPED_BY_AIRFLOW
from mwaa_ecs_operator.running import Runner

Result = TypeVar("Result")


class EcsTaskTrigger(BaseTrigger):  # type: ignore[misc]
    """Fires when the task has stopped, with all that the operator needs to go on.

    It keeps nothing between two looks but where it is in the log, so a triggerer that restarts
    it goes on, and a task of many hours costs no memory.

    Args:
        task_name: the task's name in the contract. Airflow 3.3's triggers have `task` already.
        contract: the JSON of its parameter.
        task_arn: the ECS task.
        after_spot, after_failure: how often this try has started its container anew.
        aws_conn_id, region_name: the Airflow connection.
    """

    def __init__(
        self,
        *,
        task_name: str,
        contract: str,
        task_arn: str,
        after_spot: int = 0,
        after_failure: int = 0,
        aws_conn_id: str | None = "aws_default",
        region_name: str | None = None,
    ) -> None:
        super().__init__()
        self.task_name = task_name
        self.contract = contract
        self.task_arn = task_arn
        self.after_spot = after_spot
        self.after_failure = after_failure
        self.aws_conn_id = aws_conn_id
        self.region_name = region_name

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return what Airflow stores to make this trigger anew."""
        return f"{type(self).__module__}.{type(self).__qualname__}", {
            "task_name": self.task_name,
            "contract": self.contract,
            "task_arn": self.task_arn,
            "after_spot": self.after_spot,
            "after_failure": self.after_failure,
            "aws_conn_id": self.aws_conn_id,
            "region_name": self.region_name,
        }

    async def on_kill(self) -> None:
        """Stop the container when somebody clears or marks the deferred task.

        Called by Airflow 3.3 and newer. Older ones tell nobody, so the container runs on, and
        the next try takes it over.
        """
        contract = TaskContract.parse(self.task_name, self.contract)
        clients = airflow_clients(self.aws_conn_id, self.region_name)
        self.log.info("Stopping the ECS task %s", self.task_arn)
        stop = Runner(clients, contract, self.log.warning).stop
        await _in_thread(stop, self.task_arn, STOPPED_BY_AIRFLOW)

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Look at the task until it has stopped; write its lines to the log as they come."""
        contract = TaskContract.parse(self.task_name, self.contract)
        clients = airflow_clients(self.aws_conn_id, self.region_name)
        looks = Runner(clients, contract, self.log.warning).looks(self.task_arn)
        lines = lines_of(clients, contract, self.task_arn, self.log.warning)

        def look() -> tuple[bool, float]:
            task, pause = next(looks)
            if lines is not None and task is not None:
                for line in lines.read():
                    show(self.log, line)
            return task is None or task.get("lastStatus") == "STOPPED", pause

        event: dict[str, Any] = {
            "task_name": self.task_name,
            "contract": self.contract,
            "task_arn": self.task_arn,
            "after_spot": self.after_spot,
            "after_failure": self.after_failure,
        }
        try:
            while True:
                over, pause = await _in_thread(look)
                if over:
                    break
                await asyncio.sleep(pause)
        except (RefusedError, CredentialsError) as error:
            event |= {"error": str(error), "retry": isinstance(error, CredentialsError)}
        # The operator reads all lines again for its result, and shows those that follow.
        event["shown"] = 0 if lines is None else lines.count
        yield TriggerEvent(event)


async def _in_thread(function: Callable[..., Result], *arguments: Any) -> Result:
    """Call a function that blocks; a cancel of the caller arrives at once and as it was sent.

    Airflow knows by the cancel's message that a user ended the task. `sync_to_async` alone
    loses the message while the function runs, and then nobody would call `on_kill`.
    """
    # Not asyncio.to_thread: a connection is looked up through Airflow's own loop.
    from asgiref.sync import sync_to_async

    call = sync_to_async(function, thread_sensitive=False)(*arguments)
    running = asyncio.ensure_future(call)
    # Nobody waits for it after a cancel, and its error is then nobody's.
    running.add_done_callback(lambda done: done.cancelled() or done.exception())
    return await asyncio.shield(running)
