"""The article's DAG in real Airflow, with the resources of Terraform in the local AWS."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from airflow_forks import ForkedRun, run_forked
from applied import Applied
from mwaa_ecs.sandbox.airflow import DEFAULT_VERSION, DagRun, find_version, prepare, run_dag
from mwaa_ecs.sandbox.local_aws import Call

UPLOADS = True

REPOSITORY = Path(__file__).resolve().parents[2]
DAG_FILE = REPOSITORY / "examples" / "hello-world" / "dags" / "airflow_dag_ecs_operator.py"
DAG_ID = "example_ecs_operator"

# Airflow 2.10 has an operator without container_name. Besides, the proof of the policies runs
# the operator on every version, and this DAG on the newest.
VERSIONS = (
    DEFAULT_VERSION,
    *(pytest.param(other, marks=pytest.mark.versions) for other in ("2.10.3", "3.3.1")),
)

pytestmark = pytest.mark.airflow

Words = tuple[tuple[str, str], ...]

REFUSED: dict[str, tuple[Words, str]] = {
    "an unknown container": (
        (('"name": "hello-world"', '"name": "helo-world"'),),
        "Override for container named helo-world is not a container in the TaskDefinition.",
    ),
    "an invalid combination of cpu and memory": (
        (('overrides={"cont', 'overrides={"cpu": "256", "memory": "3072", "cont'),),
        "No Fargate configuration exists for given values",
    ),
    "an image that cannot be pulled": (
        (("\"{{ ssm(run_id)['ecs/task_definition'] }}\"", '"no-such-image"'),),
        "CannotPullContainerError",
    ),
}
# Words of the DAG's file to replace, by run.
RUNS: dict[str, Words] = {
    "as it is": (),
    "exits with 3": (('["/hello"]', '["fail", "3"]'),),
    **{name: replaced for name, (replaced, _) in REFUSED.items()},
}
PARSING = "parsing"


@dataclass(frozen=True)
class Runs:
    """The runs of one version, each in a session of the role that has its name."""

    folder: Path
    done: dict[str, DagRun]
    all_calls: tuple[Call, ...]

    def calls(self, name: str) -> list[str]:
        """Return the calls of a run."""
        session = f"/{_session(name)}"
        return [
            f"{call.service}:{call.action}"
            for call in self.all_calls
            if call.principal.endswith(session)
        ]


def _session(name: str) -> str:
    return name.replace(" ", "-")


@pytest.fixture(scope="module", params=VERSIONS)
def runs(
    request: pytest.FixtureRequest, applied: Applied, tmp_path_factory: pytest.TempPathFactory
) -> Runs:
    """The DAG as it is and with words of its file replaced; and its file, parsed."""
    _register_without_image(applied)
    environment = prepare(find_version(request.param))
    folder = tmp_path_factory.mktemp("runs")
    forked = {
        name: _forked(applied, name, _dags(folder / name, replaced), folder / name)
        for name, replaced in RUNS.items()
    }
    parsing = _forked(applied, PARSING, _dags(folder / PARSING, ()), folder / PARSING)
    mark = applied.aws.mark()
    run_forked(environment, [parsing, *forked.values()], folder / "base")
    return Runs(
        folder,
        {name: one.result(environment, DAG_ID) for name, one in forked.items()},
        applied.aws.calls_since(mark),
    )


def _forked(applied: Applied, name: str, dags: Path, folder: Path) -> ForkedRun:
    read = ("read", str(folder / "read.json"))
    words = read if name == PARSING else ("airflow", "dags", "test", DAG_ID)
    role = applied.account.mwaa_execution_role_arn
    return ForkedRun(
        words, dags, folder / "home", applied.aws.role_environment(role, _session(name))
    )


def _dags(folder: Path, replaced: Words) -> Path:
    """A folder with the DAG's file, with words replaced."""
    text = DAG_FILE.read_text()
    for old, new in replaced:
        assert old in text
        text = text.replace(old, new)
    dags = folder / "dags"
    dags.mkdir(parents=True)
    (dags / DAG_FILE.name).write_text(text)
    return dags


def _stopped_tasks(applied: Applied) -> list[dict[str, object]]:
    ecs = applied.client("ecs")
    arns = ecs.list_tasks(cluster="airflow-ecs-cluster", desiredStatus="STOPPED")["taskArns"]
    tasks: list[dict[str, object]] = ecs.describe_tasks(
        cluster="airflow-ecs-cluster", tasks=arns
    )["tasks"]
    return sorted(tasks, key=lambda task: str(task["createdAt"]))


def test_the_containers_lines_are_in_the_airflow_log(runs: Runs) -> None:
    done = runs.done["as it is"]
    assert done.state == "success", done.log.read_text()
    assert [(task.task_id, task.state) for task in done.tasks] == [("ecs_operator", "success")]
    assert done.container_lines == ("Hello from Docker!",)
    actions = runs.calls("as it is")
    assert actions.count("ecs:RunTask") == 1
    assert [name for name in actions if name.startswith("ssm:")] == ["ssm:GetParameters"]


def test_parsing_the_dag_file_calls_nothing(runs: Runs) -> None:
    read = json.loads((runs.folder / PARSING / "read.json").read_text())
    assert (list(read["dags"]), read["errors"]) == ([DAG_ID], {})
    assert runs.calls(PARSING) == []


def test_a_container_that_exits_with_3_fails_the_airflow_task(
    runs: Runs, applied: Applied
) -> None:
    done = runs.done["exits with 3"]
    assert done.state == "failed"
    (reason,) = done.reasons
    assert "This task is not in success state" in reason
    assert reason.endswith(": about to fail")
    assert [task.state for task in done.tasks] == ["failed"]
    assert done.container_lines == ("about to fail",), done.log.read_text()
    exited = [
        ([container.get("exitCode") for container in task["containers"]], task["stopCode"])  # type: ignore[attr-defined]
        for task in _stopped_tasks(applied)
    ]
    assert ([3], "EssentialContainerExited") in exited


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_by_ecs_fails_the_airflow_task_with_its_message(
    name: str, runs: Runs
) -> None:
    done = runs.done[name]
    assert done.state == "failed"
    message = REFUSED[name][1]
    assert any(message in reason for reason in done.reasons), done.log.read_text()


def _register_without_image(applied: Applied) -> None:
    ecs = applied.client("ecs")
    found = ecs.describe_task_definition(taskDefinition="airflow-ecs-operator")
    definition = found["taskDefinition"]
    (container,) = definition["containerDefinitions"]
    ecs.register_task_definition(
        family="no-such-image",
        requiresCompatibilities=["FARGATE"],
        networkMode="awsvpc",
        cpu=definition["cpu"],
        memory=definition["memory"],
        executionRoleArn=definition["executionRoleArn"],
        containerDefinitions=[{**container, "image": "no-such-image:latest"}],
    )


@pytest.mark.parametrize("version", VERSIONS)
def test_an_airflow_task_that_is_killed_stops_its_container(
    version: str, applied: Applied, tmp_path: Path
) -> None:
    started = tmp_path / "started"

    def interrupt_once_started() -> None:
        while not started.exists():
            time.sleep(0.1)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt_once_started, daemon=True).start()
    with pytest.raises(KeyboardInterrupt):
        run_dag(
            prepare(find_version(version)),
            DAG_ID,
            dags=_dags(tmp_path, (('["/hello"]', f'["wait", "{started}"]'),)),
            home=tmp_path / "home",
            environ=applied.aws.environment(),
        )
    ecs = applied.client("ecs")
    ecs.get_waiter("tasks_stopped").wait(
        cluster="airflow-ecs-cluster",
        tasks=[str(_newest_task(applied))],
        WaiterConfig={"Delay": 1, "MaxAttempts": 60},
    )
    task = _stopped_tasks(applied)[-1]
    assert task["stopCode"] == "UserInitiated"
    assert task["stoppedReason"] == "Task killed by the user"


def _newest_task(applied: Applied) -> object:
    ecs = applied.client("ecs")
    arns = [
        arn
        for status in ("RUNNING", "STOPPED")
        for arn in ecs.list_tasks(cluster="airflow-ecs-cluster", desiredStatus=status)[
            "taskArns"
        ]
    ]
    tasks = ecs.describe_tasks(cluster="airflow-ecs-cluster", tasks=arns)["tasks"]
    return max(tasks, key=lambda task: task["createdAt"])["taskArn"]
