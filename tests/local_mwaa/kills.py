"""A run in which somebody or something ends Airflow tasks while their containers run."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from local_mwaa.local_airflow import LocalAirflow, stat_of
from mwaa_ecs.sandbox.containers import tasks_of
from unit.sandbox.ecs_story import until

DAG, RUN = "kills", "run"
TASKS = (
    "terminated",
    "killed",
    "marked",
    "cleared",
    "deferred",
    "deferred_marked",
    "deferred_cleared",
)
STOPPED_BY_AIRFLOW = "Airflow ended the task (killed, cleared or timed out)"
# Airflow misses a dead task or triggerer soon; the first names are those of Airflow 3. A task
# that lives is not missed, also where ten begin at once on a busy machine.
SETTINGS = {
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "30",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "1",
    "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL": "3",
    "AIRFLOW__SCHEDULER__SCHEDULER_ZOMBIE_TASK_THRESHOLD": "30",
    "AIRFLOW__SCHEDULER__ZOMBIE_DETECTION_INTERVAL": "1",
    # LOCAL_TASK_JOB_HEARTBEAT_SEC is also the age of a heartbeat that ends a task of Airflow 2.
    "AIRFLOW__SCHEDULER__JOB_HEARTBEAT_SEC": "3",
    "AIRFLOW__TRIGGERER__JOB_HEARTBEAT_SEC": "1",
    "AIRFLOW__SCHEDULER__TRIGGER_TIMEOUT_CHECK_INTERVAL": "1",
    "AIRFLOW__TRIGGERER__TRIGGERER_HEALTH_CHECK_THRESHOLD": "5",
}


# Airflow starts a process for each task, and they all start at once.
wait = partial(until, patience=300.0, step=0.5)


@dataclass(frozen=True)
class Kills:
    """A run of the DAG in which tasks were ended while their containers ran."""

    airflow: LocalAirflow
    folder: Path
    since: float = float("inf")

    @property
    def version(self) -> str:
        """The version of Airflow."""
        return self.airflow.up.version

    @property
    def tells_the_trigger(self) -> bool:
        """Whether Airflow tells a trigger that a user ended its task."""
        return self.version == "3.3.1"

    def task(self, task_id: str) -> dict[str, Any]:
        """Return the task instance."""
        return self.airflow.task(DAG, RUN, task_id)

    def containers(self, task_id: str) -> list[dict[str, Any]]:
        """Return the ECS tasks of a task."""
        name = {"name": "AIRFLOW_CTX_TASK_ID", "value": task_id}
        found = tasks_of(self.airflow.up.aws, recorded=False).values()
        return [
            one
            for one in found
            if name in one["overrides"]["containerOverrides"][0]["environment"]
        ]

    def is_running(self, task_id: str) -> bool:
        """Whether the first container runs, and Airflow waits for it where it is to wait."""
        waits = "deferred" if task_id.startswith("deferred") else "running"
        return self.task(task_id)["state"] == waits and any(
            one["lastStatus"] == "RUNNING" for one in self.containers(task_id)
        )

    def stopped(self, task_id: str) -> dict[str, Any]:
        """Wait for the end of the first container."""
        (first, *_) = wait(
            lambda: [one for one in self.containers(task_id) if one["lastStatus"] == "STOPPED"]
        )
        return dict(first)

    def is_taken_over(self, task_id: str) -> bool:
        """Whether a process that began after the kills looks at the first container."""
        arn = self.containers(task_id)[0]["taskArn"]
        return any(
            call.action == "DescribeTasks" and any(need.resource == arn for need in call.needs)
            for call in self.airflow.up.aws.calls
            if call.time > self.since
        )

    def let_end(self, task_id: str) -> None:
        """Let the container's program end."""
        (self.folder / task_id).touch()

    def next_try(self, task_id: str, state: str) -> None:
        """Wait for a state of a try after the first one."""
        wait(lambda: (now := self.task(task_id))["state"] == state and now["try_number"] > 1)

    def ended(self, task_id: str, state: str) -> None:
        """Wait for a task's state."""
        wait(lambda: self.task(task_id)["state"] == state)


def end_tasks(airflow: LocalAirflow, folder: Path) -> Kills:
    """Run the DAG, and end each of its tasks in its own way."""
    seen = Kills(airflow, folder)
    airflow.switch_on(DAG)
    airflow.trigger(DAG, RUN, {"folder": str(folder)})
    for task_id in TASKS:
        wait(partial(seen.is_running, task_id))
    os.kill(seen.task("terminated")["pid"], signal.SIGTERM)
    # The supervisor too, as when a worker's machine goes away.
    pid = seen.task("killed")["pid"]
    for dead in (_parent_of(pid), pid):
        os.kill(dead, signal.SIGKILL)
    seen = replace(seen, since=time.time())
    for task_id in ("marked", "deferred_marked"):
        airflow.mark(DAG, RUN, task_id, "failed")
    for task_id in ("cleared", "deferred_cleared"):
        airflow.clear(DAG, RUN, task_id)
    return seen


def _parent_of(pid: int) -> int:
    """Return the process that started a process."""
    return int(stat_of(pid)[1])
