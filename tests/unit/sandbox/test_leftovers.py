"""What a killed sandbox leaves behind, and what removes it."""

from __future__ import annotations

import json
import shlex
import signal
import subprocess
import sys
import textwrap
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import boto3
import pytest

from mwaa_ecs.processes import end_processes_in
from mwaa_ecs.sandbox.leftovers.folders import OwnedFolder, is_left_over, sweep_folders
from unit.sandbox.ecs_story import first_line, is_gone, program, until

SCRIPT = "sleep 600 & echo $$ $! $PWD; wait"
TASK = textwrap.dedent(
    """
    import os, sys, time
    from mwaa_ecs.sandbox.engines import ContainerSpec, ImageSource, select_engine
    engine = select_engine("stand-in", {"app": ImageSource(stand_in=["sh", "-c", sys.argv[1]])})
    engine.start(ContainerSpec("app", "app"), lambda said: os.write(1, said))
    time.sleep(600)
    """
)


@pytest.fixture(autouse=True)
def temporary(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A temporary folder that no other sandbox uses."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    return tmp_path


def test_a_killed_sandboxs_stand_ins_and_folder_are_gone_at_once() -> None:
    with program(TASK, SCRIPT) as killed, program(TASK, SCRIPT) as other:
        leader, child, folder = first_line(killed).split()
        other_leader, other_child, other_folder = first_line(other).split()
        killed.kill()
        killed.communicate()
        until(lambda: is_gone(leader) and is_gone(child))
        until(lambda: not Path(folder).exists())
        # The owner of this one still runs.
        assert not is_gone(other_leader)
        assert not is_gone(other_child)
        assert Path(other_folder).exists()


@pytest.mark.skipif(not Path("/proc").exists(), reason="other systems do not show it")
def test_what_left_its_session_ends_with_the_next_sandbox() -> None:
    script = """
        import subprocess, time
        from mwaa_ecs.sandbox.leftovers.folders import OwnedFolder
        folder = OwnedFolder()
        left = subprocess.Popen(
            ["sleep", "600"], env={"HOME": f"{folder.path}/task"}, start_new_session=True
        )
        print(left.pid, folder.path, flush=True)
        time.sleep(600)
    """
    with program(textwrap.dedent(script)) as killed:
        pid, folder = first_line(killed).split()
        visitor = subprocess.Popen(["sleep", "600"], cwd=folder, env={"PWD": f"{folder}/task"})
        try:
            sweep_folders()
            assert not is_gone(pid)
            killed.kill()
            killed.wait()
            sweep_folders()
            until(lambda: is_gone(pid))
            assert visitor.poll() is None, "a user who looks into the folder is not of it"
        finally:
            visitor.kill()
            visitor.wait()


@pytest.mark.skipif(not Path("/proc").exists(), reason="other systems do not show it")
def test_a_process_whose_title_lies_over_its_environment_ends_too(tmp_path: Path) -> None:
    home = tmp_path / "airflow"
    home.mkdir()
    titled = subprocess.Popen(["sleep", "600"], cwd=home, env={})
    elsewhere = subprocess.Popen(["sleep", "600"], cwd=tmp_path.parent, env={})
    try:
        until(lambda: Path(f"/proc/{titled.pid}/cmdline").read_text().startswith("sleep"))
        end_processes_in(tmp_path)
        assert titled.wait(60) == -signal.SIGKILL
        assert elsewhere.poll() is None
    finally:
        for process in (titled, elsewhere):
            process.kill()
            process.wait()


def test_folders_that_are_kept_or_anothers_stay(temporary: Path) -> None:
    kept = temporary / "mwaa-ecs-kept"
    kept.mkdir()
    elsewhere = temporary / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / ".owned").touch()
    (temporary / "mwaa-ecs-link").symlink_to(elsewhere)
    own = OwnedFolder()
    sweep_folders()
    assert kept.exists()
    assert (elsewhere / ".owned").exists()
    assert own.path.exists()
    own.remove()


def test_a_label_tells_whose_a_thing_is_and_whether_its_owner_lives() -> None:
    folder = OwnedFolder()
    label = folder.label
    assert not is_left_over(label)
    assert not is_left_over("")
    folder.remove()
    assert is_left_over(label)
    user, _, rest = label.partition("@")
    assert not is_left_over(f"{int(user) + 1}@{rest}"), "another user's"
    assert not is_left_over(f"{user}@another-{rest}"), "another machine's"


def test_airflow_ends_with_a_sandbox_that_is_killed(tmp_path: Path) -> None:
    """Airflow, a startup script and the installers are started in this way."""
    # Airflow's own Python, in which every command of it is run.
    airflow = tmp_path / "venv" / "bin" / "python"
    airflow.parent.mkdir(parents=True)
    airflow.write_text("#!/bin/sh\nsleep 1\necho $$ > pid.new && mv pid.new pid\nsleep 600\n")
    airflow.chmod(0o755)
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "airflow.db").touch()
    script = """
        import sys
        from pathlib import Path
        from mwaa_ecs.sandbox.airflow import AirflowEnvironment, find_version, run_dag
        folder = Path(sys.argv[1])
        environment = AirflowEnvironment(find_version("3.0.6"), folder, "3.12")
        run_dag(environment, "x", dags=folder, home=folder / "run", environ={})
    """
    with program(textwrap.dedent(script), str(tmp_path)) as killed:
        noted = tmp_path / "run" / "pid"
        until(lambda: noted.exists() or killed.poll() is not None)
        pid = noted.read_text().strip()
        killed.kill()
        killed.wait()
        until(lambda: is_gone(pid))


@pytest.mark.skipif(not Path("/proc").exists(), reason="other systems do not show it")
def test_airflows_tasks_and_folder_go_with_a_sandbox_that_is_killed() -> None:
    """Airflow's tasks lead groups of their own."""
    script = """
        import subprocess, time
        from mwaa_ecs.sandbox.leftovers.folders import OwnedFolder
        folder = OwnedFolder().path
        home = {"AIRFLOW_HOME": f"{folder}/airflow"}
        task = subprocess.Popen(["sleep", "600"], env=home, start_new_session=True)
        print(task.pid, folder, flush=True)
        time.sleep(600)
    """
    with program(textwrap.dedent(script)) as killed:
        pid, folder = first_line(killed).split()
        killed.kill()
        killed.communicate()
        until(lambda: is_gone(pid) and not Path(folder).exists())


def test_a_command_that_is_killed_leaves_nothing(temporary: Path) -> None:
    images = temporary / "sandbox.yaml"
    images.write_text(json.dumps({"images": {"app": {"stand_in": ["sh", "-c", SCRIPT]}}}))
    command = [str(Path(sys.executable).with_name("mwaa-ecs")), "sandbox", "up"]
    options = ["--engine", "stand-in", "--images", str(images)]
    with subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True) as up:
        said = list(iter(partial(_line_of, up), "Ctrl-C ends it."))
        leader, child, folder = _run_a_task(said)
        up.kill()
    assert Path(folder).is_relative_to(temporary)
    images.unlink()
    until(lambda: list(temporary.iterdir()) == [] and is_gone(leader) and is_gone(child))


def _line_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, "it has ended"
    return line.strip()


def _run_a_task(said: Sequence[str]) -> list[str]:
    """Run a program with the keys that `sandbox up` printed; return its first line's words."""
    exports = [line.removeprefix("export ") for line in said if line.startswith("export ")]
    keys = dict(shlex.split(line)[0].split("=", 1) for line in exports)
    subnet = next(line for line in said if line.startswith("private subnets")).split()[2]

    def client(service: str) -> Any:
        return boto3.session.Session().client(
            service,
            endpoint_url=keys["AWS_ENDPOINT_URL"],
            region_name=keys["AWS_REGION"],
            aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
        )

    client("ecs").create_cluster(clusterName="story")
    client("logs").create_log_group(logGroupName="/story")
    options = {"awslogs-group": "/story", "awslogs-region": keys["AWS_REGION"]}
    client("ecs").register_task_definition(
        family="story",
        requiresCompatibilities=["FARGATE"],
        networkMode="awsvpc",
        cpu="256",
        memory="512",
        executionRoleArn=_execution_role(client("iam")),
        containerDefinitions=[
            {
                "name": "app",
                "image": "app",
                "logConfiguration": {
                    "logDriver": "awslogs",
                    "options": {**options, "awslogs-stream-prefix": "ecs"},
                },
            }
        ],
    )
    client("ecs").run_task(
        cluster="story",
        taskDefinition="story",
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": {"subnets": [subnet.rstrip(",")]}},
    )
    logs = client("logs")
    events = until(lambda: logs.filter_log_events(logGroupName="/story")["events"])
    return str(events[0]["message"]).split()


def _execution_role(iam: Any) -> str:
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "ecs-tasks.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    made = iam.create_role(
        RoleName="execution",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )
    return str(made["Role"]["Arn"])
