"""What becomes of a container when somebody or something ends its Airflow task.

One Airflow with scheduler and triggerer runs all cases at once: the fixture does what ends the
tasks while their containers run, and each test looks at one of them.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from dag_side.world import PACKAGE, TaskOfWorld, world
from local_mwaa.local_airflow import LocalAirflow, stat_of
from mwaa_ecs.sandbox.account import create_account, create_environment
from mwaa_ecs.sandbox.airflow import DEFAULT_VERSION, find_version, prepare
from mwaa_ecs.sandbox.containers import tasks_of
from mwaa_ecs.sandbox.leftovers.folders import OwnedFolder
from mwaa_ecs.sandbox.local_mwaa import LocalMwaa
from mwaa_ecs.sandbox.mwaa_environment import find_mwaa_environment
from mwaa_ecs.sandbox.up import Up
from unit.sandbox.ecs_story import until

pytestmark = pytest.mark.airflow

DAGS = Path(__file__).parent / "kills"
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
VERSIONS = (DEFAULT_VERSION, pytest.param("2.10.3", marks=pytest.mark.versions))
STOPPED_BY_AIRFLOW = "Airflow ended the task (killed, cleared or timed out)"
# Airflow misses a dead task or triggerer soon; the first names are those of Airflow 3.
SETTINGS = {
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "15",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "1",
    "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
    "AIRFLOW__SCHEDULER__SCHEDULER_ZOMBIE_TASK_THRESHOLD": "15",
    "AIRFLOW__SCHEDULER__ZOMBIE_DETECTION_INTERVAL": "1",
    "AIRFLOW__SCHEDULER__LOCAL_TASK_JOB_HEARTBEAT_SEC": "1",
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
    version: str
    since: float

    @property
    def tells_the_trigger(self) -> bool:
        """Whether Airflow tells a trigger that a user ended its task."""
        return self.version == "3.3.1"

    def task(self, task_id: str) -> dict[str, Any]:
        return self.airflow.task(DAG, RUN, task_id)

    def containers(self, task_id: str) -> list[dict[str, Any]]:
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

    def ended(self, task_id: str, state: str) -> None:
        """Wait for a task's state."""
        wait(lambda: self.task(task_id)["state"] == state)


@contextmanager
def airflow_of(version: str, folder: Path) -> Iterator[LocalAirflow]:
    """Run Airflow with short heartbeats."""
    environment = prepare(find_version(version))
    settings = {**SETTINGS, "MWAA_ECS_STORY": str(folder), "PYTHONPATH": str(PACKAGE)}
    owned = OwnedFolder()
    try:
        with world("nightly") as at:
            at.add("nightly", TaskOfWorld("nightly"))
            account = create_account(at.aws)
            create_environment(at.aws, account, version)
            with LocalMwaa(
                at.aws,
                find_mwaa_environment(at.aws, account),
                environment,
                owned.path,
                settings=settings,
                dags=DAGS,
            ) as mwaa:
                up = Up(at.aws, account, mwaa, None, version, owned.path)
                yield LocalAirflow(up, at, DAGS)
    finally:
        owned.remove()


def parent_of(pid: int) -> int:
    """Return the process that started a process."""
    return int(stat_of(pid)[1])


@pytest.fixture(scope="module", params=VERSIONS)
def kills(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Kills]:
    folder = tmp_path_factory.mktemp("kills")
    with airflow_of(request.param, folder) as airflow:
        seen = Kills(airflow, folder, request.param, float("inf"))
        airflow.switch_on(DAG)
        airflow.trigger(DAG, RUN, {})
        for task_id in TASKS:
            wait(partial(seen.is_running, task_id))
        os.kill(seen.task("terminated")["pid"], signal.SIGTERM)
        # The supervisor too, as when a worker's machine goes away.
        pid = seen.task("killed")["pid"]
        for dead in (parent_of(pid), pid):
            os.kill(dead, signal.SIGKILL)
        seen = replace(seen, since=time.time())
        for task_id in ("marked", "deferred_marked"):
            airflow.mark(DAG, RUN, task_id, "failed")
        for task_id in ("cleared", "deferred_cleared"):
            airflow.clear(DAG, RUN, task_id)
        yield seen


def test_a_task_that_is_terminated_stops_its_container(kills: Kills) -> None:
    assert kills.stopped("terminated")["stoppedReason"] == STOPPED_BY_AIRFLOW


def test_a_running_task_that_is_marked_failed_stops_its_container(kills: Kills) -> None:
    assert kills.stopped("marked")["stoppedReason"] == STOPPED_BY_AIRFLOW
    assert len(kills.containers("marked")) == 1


def test_a_running_task_that_is_cleared_stops_its_container(kills: Kills) -> None:
    if kills.version == "2.10.3":
        # Its scheduler may begin the next try before the first one knows of the clear; that
        # try takes the container over.
        wait(
            lambda: (
                (now := kills.task("cleared"))["state"] == "running" and now["try_number"] > 1
            )
        )
        states = [one["lastStatus"] for one in kills.containers("cleared")]
        assert states.count("RUNNING") <= 1
        return
    assert kills.stopped("cleared")["stoppedReason"] == STOPPED_BY_AIRFLOW
    if kills.version == "3.0.6":
        return  # its scheduler leaves such a task in the state `restarting` for ever
    kills.let_end("cleared")
    kills.ended("cleared", "success")
    assert len(kills.containers("cleared")) == 2


def test_a_task_whose_worker_is_killed_is_retried_and_takes_its_container_over(
    kills: Kills,
) -> None:
    wait(lambda: kills.task("killed")["try_number"] > 1 and kills.is_taken_over("killed"))
    kills.let_end("killed")
    kills.ended("killed", "success")
    assert len(kills.containers("killed")) == 1


def test_a_deferred_task_that_waits_longer_than_its_execution_timeout_stops_its_container(
    kills: Kills,
) -> None:
    assert kills.stopped("deferred_late")["stoppedReason"] == STOPPED_BY_AIRFLOW


def test_a_deferred_task_that_is_cleared_runs_again(kills: Kills) -> None:
    if kills.tells_the_trigger:
        assert kills.stopped("deferred_cleared")["stoppedReason"] == STOPPED_BY_AIRFLOW
    kills.let_end("deferred_cleared")
    kills.ended("deferred_cleared", "success")
    # Where nobody tells the trigger, the next try takes the container over.
    assert len(kills.containers("deferred_cleared")) == 1 + kills.tells_the_trigger


def test_a_deferred_task_that_is_marked_stops_its_container_from_airflow_3_3_on(
    kills: Kills,
) -> None:
    if kills.tells_the_trigger:
        assert kills.stopped("deferred_marked")["stoppedReason"] == STOPPED_BY_AIRFLOW
    else:
        assert [one["lastStatus"] for one in kills.containers("deferred_marked")] == ["RUNNING"]
    assert kills.task("deferred_marked")["state"] == "failed"


def test_a_deferred_task_survives_a_triggerer_that_is_killed(kills: Kills) -> None:
    kills.airflow.kill_program("triggerer", os.killpg)
    kills.let_end("deferred")
    kills.ended("deferred", "success")
    assert len(kills.containers("deferred")) == 1
