"""The article's DAG in real Airflow, with the resources of Terraform in the local AWS."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from applied import Applied
from mwaa_ecs.sandbox.airflow import DEFAULT_VERSION, DagRun, find_version, prepare, run_dag
from mwaa_ecs.sandbox.airflow.environment import airflow_settings

UPLOADS = True

REPOSITORY = Path(__file__).resolve().parents[2]
DAG_FILE = REPOSITORY / "examples" / "hello-world" / "dags" / "airflow_dag_ecs_operator.py"
DAG_ID = "example_ecs_operator"

# Airflow 2.10 with an operator that has no container_name yet, and both ends of 3.x. The newest
# runs in a target of its own; the proof of the policies runs every mode on it in any case.
VERSIONS = ("2.10.3", "3.0.6", pytest.param("3.3.1", marks=pytest.mark.versions))

pytestmark = pytest.mark.airflow

Runner = Callable[..., DagRun]


@pytest.fixture
def run(applied: Applied, tmp_path: Path) -> Runner:
    """Run the DAG, with words of its file replaced."""

    def run(*replaced: tuple[str, str], version: str = DEFAULT_VERSION) -> DagRun:
        text = DAG_FILE.read_text()
        for old, new in replaced:
            assert old in text
            text = text.replace(old, new)
        dags = tmp_path / "dags"
        dags.mkdir()
        (dags / DAG_FILE.name).write_text(text)
        return run_dag(
            prepare(find_version(version)),
            DAG_ID,
            dags=dags,
            home=tmp_path / "home",
            environ=applied.aws.environment(),
        )

    return run


def _stopped_tasks(applied: Applied) -> list[dict[str, object]]:
    ecs = applied.client("ecs")
    arns = ecs.list_tasks(cluster="airflow-ecs-cluster", desiredStatus="STOPPED")["taskArns"]
    tasks: list[dict[str, object]] = ecs.describe_tasks(
        cluster="airflow-ecs-cluster", tasks=arns
    )["tasks"]
    return sorted(tasks, key=lambda task: str(task["createdAt"]))


@pytest.mark.parametrize("version", VERSIONS)
def test_the_containers_lines_are_in_the_airflow_log(
    version: str, run: Runner, applied: Applied
) -> None:
    start = len(applied.aws.calls)
    done = run(version=version)
    assert done.state == "success", done.log.read_text()
    assert [(task.task_id, task.state) for task in done.tasks] == [("ecs_operator", "success")]
    assert done.container_lines == ("Hello from Docker!",)
    actions = [f"{call.service}:{call.action}" for call in list(applied.aws.calls)[start:]]
    assert actions.count("ecs:RunTask") == 1
    assert [name for name in actions if name.startswith("ssm:")] == ["ssm:GetParameters"]


@pytest.mark.parametrize("version", VERSIONS)
def test_parsing_the_dag_file_calls_nothing(
    version: str, applied: Applied, tmp_path: Path
) -> None:
    environment = prepare(find_version(version))
    start = len(applied.aws.calls)
    done = subprocess.run(
        [str(environment.airflow.with_name("python")), str(DAG_FILE)],
        env={
            "PATH": os.environ["PATH"],
            **applied.aws.environment(),
            **airflow_settings(tmp_path, DAG_FILE.parent),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert list(applied.aws.calls)[start:] == []


@pytest.mark.parametrize("version", VERSIONS)
def test_a_container_that_exits_with_3_fails_the_airflow_task(
    version: str, run: Runner, applied: Applied
) -> None:
    done = run(('["/hello"]', '["fail", "3"]'), version=version)
    assert done.state == "failed"
    (reason,) = done.reasons
    assert "This task is not in success state" in reason
    assert reason.endswith(": about to fail")
    assert [task.state for task in done.tasks] == ["failed"]
    assert done.container_lines == ("about to fail",), done.log.read_text()
    task = _stopped_tasks(applied)[-1]
    assert task["stopCode"] == "EssentialContainerExited"
    assert [container["exitCode"] for container in task["containers"]] == [3]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("replaced", "message"),
    [
        pytest.param(
            [('"name": "hello-world"', '"name": "helo-world"')],
            "Override for container named helo-world is not a container in the TaskDefinition.",
            id="an unknown container",
        ),
        pytest.param(
            [('overrides={"cont', 'overrides={"cpu": "256", "memory": "3072", "cont')],
            "No Fargate configuration exists for given values",
            id="an invalid combination of cpu and memory",
        ),
        pytest.param(
            [("\"{{ ssm(run_id)['ecs/task_definition'] }}\"", '"no-such-image"')],
            "CannotPullContainerError",
            id="an image that cannot be pulled",
        ),
    ],
)
def test_a_refusal_by_ecs_fails_the_airflow_task_with_its_message(
    replaced: Sequence[tuple[str, str]], message: str, run: Runner, applied: Applied
) -> None:
    _register_without_image(applied)
    done = run(*replaced)
    assert done.state == "failed"
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
    version: str, run: Runner, applied: Applied, tmp_path: Path
) -> None:
    started = tmp_path / "started"

    def interrupt_once_started() -> None:
        while not started.exists():
            time.sleep(0.1)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt_once_started, daemon=True).start()
    with pytest.raises(KeyboardInterrupt):
        run(('["/hello"]', f'["wait", "{started}"]'), version=version)
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
