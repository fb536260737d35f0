"""A local MWAA that runs for a test, with tasks in ECS and a folder of DAGs."""

from __future__ import annotations

import os
import re
import shutil
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any
from unittest.mock import patch

import yaml

from dag_side.world import CONTAINER, PACKAGE, TaskOfWorld, World
from mwaa_ecs.cli.output import StageLines
from mwaa_ecs.sandbox.account import Account
from mwaa_ecs.sandbox.airflow.client import AirflowApiError
from mwaa_ecs.sandbox.airflow.triggered import DagRuns
from mwaa_ecs.sandbox.local_aws import LocalAws
from mwaa_ecs.sandbox.mwaa_environment import MwaaEnvironment, find_mwaa_environment
from mwaa_ecs.sandbox.up import Up, Wanted, local_mwaa
from unit.sandbox.ecs_story import EcsStory, until

PATIENCE = 240.0
"""Seconds after which a test gives up waiting for Airflow; no test asserts a duration."""

DAGS = Path(__file__).with_name("dags")
_IMAGE = "app"
_ENDED = {"success", "failed"}
_LOG_LINES = 200
# Airflow's own calls of its API wait while a test looks too often.
_LOOK_SECONDS = 0.5
# A request that was refused is written as INFO.
_ROUTINE = re.compile(r"""(?!.*" [45]\d\d)(INFO:|.{,60}( INFO |\[info |\[debug ))""")
_OLD_ENOUGH = 25.0


@dataclass
class LocalAirflow:
    """A running local MWAA.

    Its ECS has the task `app`, which runs dag_side/container.sh, and the task `missing`, whose
    image nobody has.

    Attributes:
        up: what `mwaa-ecs sandbox up --airflow` has.
        world: the account with the task.
        dags: the folder that `--dags` watches; it begins as a copy of `dags` beside this file.
        lines: what the terminal shows, as pairs of kind and text.
    """

    up: Up
    world: World
    dags: Path
    lines: list[tuple[str, str]] = field(default_factory=list)

    def call(self, method: str, path: str, **more: Any) -> Any:
        """Call Airflow's REST API."""
        return self.up.mwaa.airflow.client.call(method, path, **more)

    def is_read(self, dag_id: str) -> bool:
        """Return whether Airflow has a DAG."""
        try:
            self.call("GET", f"/dags/{dag_id}")
        except AirflowApiError:
            return False
        return True

    def has_task(self, dag_id: str, task_id: str) -> bool:
        """Return whether Airflow has a DAG with a task."""
        try:
            found = self.call("GET", f"/dags/{dag_id}/tasks")
        except AirflowApiError:
            return False
        return task_id in {one["task_id"] for one in found["tasks"]}

    def wait_for(self, dag_id: str) -> None:
        """Wait until Airflow has a DAG."""
        until(lambda: self.is_read(dag_id), PATIENCE, _LOOK_SECONDS)

    def switch_on(self, dag_id: str) -> None:
        """Wait for a DAG, and switch it on."""
        self.wait_for(dag_id)
        self.call("PATCH", f"/dags/{dag_id}", body={"is_paused": False})

    def run_body(self, run_id: str, conf: Mapping[str, Any]) -> dict[str, Any]:
        """Return the request that triggers a DAG."""
        # Airflow 3 asks for the date, and takes none.
        is_2 = self.up.mwaa.airflow.client.is_2
        date = {} if is_2 else {"logical_date": None}
        return {"dag_run_id": run_id, "conf": dict(conf), **date}

    def trigger(self, dag_id: str, run_id: str, conf: Mapping[str, Any]) -> None:
        """Trigger a DAG."""
        self.call("POST", f"/dags/{dag_id}/dagRuns", body=self.run_body(run_id, conf))

    def runs(self, dag_id: str) -> dict[str, str]:
        """Return the state of each run of a DAG."""
        found = self.call("GET", f"/dags/{dag_id}/dagRuns", query={"limit": 100})
        return {run["dag_run_id"]: run["state"] for run in found["dag_runs"]}

    def state(self, dag_id: str, run_id: str) -> str:
        """Return the state of a run, for a third of the processor time that `runs` takes."""
        return str(self.call("GET", f"/dags/{dag_id}/dagRuns/{run_id}")["state"])

    def ended(self, dag_id: str, run_id: str) -> str:
        """Wait for a run's end, and return its state."""
        return str(
            until(
                lambda: (state := self.state(dag_id, run_id)) in _ENDED and state,
                PATIENCE,
                _LOOK_SECONDS,
            )
        )

    def all_succeed(self, dag_id: str, run_ids: Sequence[str]) -> None:
        """Wait until runs have succeeded.

        Raises:
            AssertionError: one failed, or they did not end in time; it has the tasks' logs.
        """
        left = list(run_ids)

        def are_over() -> bool:
            while left:
                state = self.state(dag_id, left[0])
                assert state != "failed"
                if state != "success":
                    return False
                left.pop(0)
            return True

        try:
            until(are_over, PATIENCE, _LOOK_SECONDS)
        except AssertionError as error:
            raise AssertionError(self.picture(dag_id)) from error

    def picture(self, dag_id: str) -> str:
        """Tell the state of each task, the logs where a try failed, and what went wrong."""
        service = self.up.mwaa.airflow
        runs = DagRuns(service.client, is_2=service.client.is_2)
        told: list[str] = []
        for run_id in runs.ids(dag_id):
            found = list(runs.instances(dag_id, run_id))
            told += (f"{run_id} {one['task_id']}: {one['state']}" for one in found)
            if any(one["state"] == "failed" or one["try_number"] > 1 for one in found):
                for log in runs.logs(dag_id, run_id):
                    told += ["a try:", *log.events[-_LOG_LINES:], *log.reasons]
        for file in sorted(service.home.glob("*.log")):
            odd = [line for line in file.read_text().splitlines() if not _ROUTINE.match(line)]
            told += [file.stem, *odd[-_LOG_LINES:]]
        return "\n".join(told)

    def task(self, dag_id: str, run_id: str, task_id: str) -> dict[str, Any]:
        """Return a task instance."""
        return dict(self.call("GET", _task_path(dag_id, run_id, task_id)))

    def mark(self, dag_id: str, run_id: str, task_id: str, state: str) -> None:
        """Mark a task instance, as a user does on the page."""
        # Airflow 2 tells only what it would change, unless asked not to.
        more = {"dry_run": False} if self.up.mwaa.airflow.client.is_2 else {}
        body = {"new_state": state, **more}
        self.call("PATCH", _task_path(dag_id, run_id, task_id), body=body)

    def clear(self, dag_id: str, run_id: str, task_id: str) -> None:
        """Clear a task instance, as a user does on the page."""
        body = {
            "dry_run": False,
            "dag_run_id": run_id,
            "task_ids": [task_id],
            "only_failed": False,
            "reset_dag_runs": True,
        }
        self.call("POST", f"/dags/{dag_id}/clearTaskInstances", body=body)

    def kill_program(self, name: str, kill: Callable[[int, int], None]) -> None:
        """Kill a program of Airflow, and wait until it is started again.

        Args:
            name: the program.
            kill: `os.kill`, or `os.killpg` for its children too.
        """
        service = self.up.mwaa.airflow
        pid = service.process_of(name)
        # One that ends right after its start stays away.
        until(lambda: _seconds_of(pid) > _OLD_ENOUGH, PATIENCE)
        kill(pid, signal.SIGKILL)
        until(lambda: service.process_of(name) != pid, PATIENCE)

    def stopped(self) -> set[str]:
        """Return the ARNs of the ECS tasks that have stopped."""
        ecs = self.world.story.ecs
        return set(ecs.list_tasks(cluster="story", desiredStatus="STOPPED")["taskArns"])


def stat_of(pid: int) -> list[str]:
    """Return what Linux tells of a process, from its state on."""
    # Its name, in brackets, may have blanks.
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _seconds_of(pid: int) -> float:
    """Return for how long a process has run."""
    uptime = float(Path("/proc/uptime").read_text().split()[0])
    return uptime - int(stat_of(pid)[19]) / os.sysconf("SC_CLK_TCK")


def _task_path(dag_id: str, run_id: str, task_id: str) -> str:
    return f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}"


@contextmanager
def local_airflow(
    version: str,
    work: Path,
    database: str | None = None,
    settings: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[LocalAirflow]:
    """Run a local MWAA as `mwaa-ecs sandbox up --airflow VERSION --dags DIR` does.

    Args:
        version: the Airflow version.
        work: a folder of the test's.
        database: URL of the metadata database; SQLite where it is not given.
        settings: what the environment's configuration options give Airflow.
    """
    dags = work / "dags"
    shutil.copytree(DAGS, dags, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(PACKAGE / "mwaa_ecs_operator", dags / "mwaa_ecs_operator")
    # As modules/dags does it: files of the package are not DAGs.
    (dags / ".airflowignore").write_text("mwaa_ecs_operator/\n")
    images = work / "sandbox.yaml"
    images.write_text(yaml.safe_dump({"images": {_IMAGE: {"stand_in": CONTAINER}}}))
    wanted = Wanted(
        airflow=version, engine="stand-in", images=images, dags=dags, database=database
    )
    lines: list[tuple[str, str]] = []

    def find(aws: LocalAws, account: Account) -> MwaaEnvironment:
        found = find_mwaa_environment(aws, account)
        return replace(found, settings={**found.settings, **settings})

    with (
        patch("mwaa_ecs.sandbox.up.find_mwaa_environment", find),
        local_mwaa(wanted, StageLines(), lambda *line: lines.append(line)) as up,
        EcsStory(local=nullcontext(up.aws)) as story,
    ):
        world = World(story)
        world.add("app", TaskOfWorld(_IMAGE))
        world.add("missing", TaskOfWorld("no-such-image:latest"))
        yield LocalAirflow(up, world, dags, lines)
