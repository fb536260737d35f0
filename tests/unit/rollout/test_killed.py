"""`kill -9` of a command: Terraform ends by itself, and the next command goes on from there."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from mwaa_ecs.processes import Identity
from mwaa_ecs.sandbox.local_aws import LocalAws
from mwaa_ecs.sandbox.local_aws.gateway import Gateway
from rollout_team import Team

# A thing exists in the world where its file does. At one of them the command is killed.
THING = """
resource "terraform_data" "thing_{number}" {{
  depends_on = [{after}]
  provisioner "local-exec" {{ command = "sh point.sh {number} touch" }}
  provisioner "local-exec" {{
    when    = destroy
    command = "sh point.sh {number} rm"
  }}
}}
"""
POINT = """
if [ "$(cat at)" = "$2 $1" ]; then
  until [ -s command ]; do sleep 0.05; done
  kill -9 $(cat command)
  until [ -e killed ]; do sleep 0.05; done
fi
$2 thing_$1
"""
THINGS = 5


@pytest.fixture
def things(in_s3: Team, bucket: LocalAws) -> Team:
    """An environment of five things, one after the other, its state in S3."""
    text = "".join(
        THING.format(
            number=number, after=f"terraform_data.thing_{number - 1}" if number else ""
        )
        for number in range(THINGS)
    )
    (in_s3.folder / "main.tf").write_text(text + 'variable "word" { type = string }\n')
    (in_s3.folder / "point.sh").write_text(POINT)
    (in_s3.folder / "at").write_text("nowhere")
    for key in ("dev", "dev.tflock"):
        bucket.client("s3").delete_object(Bucket="states", Key=key)
    return in_s3


def kill_at(team: Team, point: str, *words: str) -> None:
    """Run a command that is killed at a point, and do not wait for its Terraform."""
    (team.folder / "at").write_text(point)
    new = ["--new-state"] if words == ("apply",) else []
    process = team.begin(*words, "dev", "--auto-approve", *new, file="main.tf")
    (team.folder / "command").write_text(f"{process.pid}\n")
    process.communicate(timeout=300)
    assert process.returncode == -signal.SIGKILL
    (team.folder / "killed").touch()


def exist(team: Team) -> set[str]:
    return {path.name for path in team.folder.glob("thing_?")}


def in_state(bucket: LocalAws) -> set[str]:
    body = bucket.client("s3").get_object(Bucket="states", Key="dev")["Body"]
    return {item["name"] for item in json.loads(body.read())["resources"]}


def keys(bucket: LocalAws) -> list[str]:
    found = bucket.client("s3").list_objects_v2(Bucket="states").get("Contents", [])
    return [item["Key"] for item in found if item["Key"].startswith("dev")]


def left_in(team: Team) -> list[str]:
    return [path.name for path in (team.folder / ".mwaa-ecs/dev/runs").glob("*/*")]


@pytest.mark.parametrize("number", range(THINGS))
def test_an_apply_that_is_killed_is_ended_by_terraform_and_the_next_command_goes_on(
    things: Team, bucket: LocalAws, number: int
) -> None:
    kill_at(things, f"touch {number}", "apply")
    code, said = things.run("apply", "dev", "--auto-approve", "--new-state")
    assert code == 0, said
    assert "the apply of dev that began at" in said
    assert "has done everything: all of its plan is applied" in said
    assert "Nothing changes." in said
    assert exist(things) == in_state(bucket) == {f"thing_{each}" for each in range(THINGS)}
    assert keys(bucket) == ["dev"]
    assert left_in(things) == []


@pytest.mark.parametrize("number", [0, 3])
def test_a_destroy_that_is_killed_destroys_everything(
    things: Team, bucket: LocalAws, number: int
) -> None:
    assert things.run("apply", "dev", "--auto-approve", "--new-state")[0] == 0
    kill_at(things, f"rm {number}", "destroy")
    code, said = things.run("plan", "dev")
    assert code == 0, said
    assert "the destroy of dev that began at" in said
    assert exist(things) == in_state(bucket) == set()
    assert keys(bucket) == ["dev"]


def test_killed_while_the_state_is_written_it_is_written(
    things: Team, bucket: LocalAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = Gateway.__call__
    at_work: list[subprocess.Popen[str]] = []

    def kill_first(gateway: Gateway, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        is_state = environ["PATH_INFO"].endswith("/dev") or environ["PATH_INFO"] == "/dev"
        if environ["REQUEST_METHOD"] == "PUT" and is_state and at_work:
            at_work.pop().kill()
        return answer(gateway, environ, start)

    monkeypatch.setattr(Gateway, "__call__", kill_first)
    process = things.begin("apply", "dev", "--auto-approve", "--new-state", file="main.tf")
    at_work.append(process)
    process.communicate(timeout=300)
    assert process.returncode == -signal.SIGKILL
    code, said = things.run("drift", "dev")
    assert code == 0, said
    assert exist(things) == in_state(bucket)
    assert keys(bucket) == ["dev"]


def test_a_command_finds_a_run_that_is_still_at_work_and_waits_for_it(things: Team) -> None:
    (things.folder / "at").write_text("touch 2")
    process = things.begin("apply", "dev", "--auto-approve", "--new-state", file="main.tf")
    (things.folder / "command").write_text(f"{process.pid}\n")
    process.communicate(timeout=300)
    # It waits for `killed`, and so Terraform is at work for as long as that.
    watching = things.begin("plan", "dev", file="main.tf")
    said = read_until(watching, "terraform_data.thing_1: Creation complete")
    assert "Waiting for it; Ctrl-C stops only the waiting" in said
    assert "the apply of dev that began at" in said
    assert "is still at work (process " in said
    pid = int(re.findall(r"process (\d+)", said)[0])
    watching.send_signal(signal.SIGINT)
    more, _ = watching.communicate(timeout=300)
    assert watching.returncode == 1
    assert "goes on by itself, and the next command waits for it again. To end it" in more
    assert f"kill -INT {pid}" in more
    assert Identity.find(pid) is not None
    (things.folder / "killed").touch()
    code, said = things.run("plan", "dev")
    assert (code, "all of its plan is applied" in said) == (0, True), said


def read_until(process: subprocess.Popen[str], text: str) -> str:
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if text in line:
            return said
    raise AssertionError(said)


def test_where_terraform_is_killed_too_the_lock_and_what_is_lost_are_named_with_what_mends(
    things: Team, bucket: LocalAws
) -> None:
    kill_at_once(things)
    code, said = things.run("plan", "dev")
    assert code == 1
    assert "did not end by itself: Terraform was killed, or the machine went down" in said
    assert "may be in AWS and not in the state: terraform_data.thing_2" in said
    assert (
        "made by the run that was killed, and not in the state: terraform_data.thing_1" in said
    )
    assert "nobody holds it. Free it with" in said
    lock = json.loads(
        bucket.client("s3").get_object(Bucket="states", Key="dev.tflock")["Body"].read()
    )
    (line,) = re.findall(r"^  (\(cd .*force-unlock.*)$", said, re.M)
    assert f"force-unlock -force {lock['ID']}" in line
    # Said again for as long as it holds.
    assert line in things.run("plan", "dev")[1]
    subprocess.run(["sh", "-c", line], check=True)
    assert things.run("plan", "dev")[0] == 0
    assert left_in(things) == []


def kill_at_once(team: Team) -> None:
    """Kill the command and Terraform in the middle, as a machine that goes down does."""
    (team.folder / "at").write_text("touch 2")
    process = team.begin("apply", "dev", "--auto-approve", "--new-state", file="main.tf")
    (team.folder / "command").write_text(f"{process.pid}\n")
    process.communicate(timeout=300)
    (pid_file,) = (team.folder / ".mwaa-ecs/dev/runs").glob("*/apply.pid")
    terraform = Identity.read(pid_file)
    assert terraform is not None
    os.killpg(terraform.pid, signal.SIGKILL)
    until(lambda: not terraform.is_running)


def until(holds: Callable[[], bool]) -> None:
    for _ in range(3000):
        if holds():
            return
        time.sleep(0.1)
    raise AssertionError("it does not happen")


def test_a_state_that_could_not_be_saved_after_the_kill_is_rescued(team: Team) -> None:
    state = {"version": 4, "serial": 2, "lineage": "l", "resources": [], "outputs": {}}
    (team.folder / "dump").write_text(json.dumps({"type": "x", "state": state}) + "\n")
    team.terraform(
        'if [ "$1" = apply ]; then touch started; until [ -e killed ]; do sleep 0.05; done; '
        "cat dump; exit 1; fi"
    )
    process = team.begin("apply", "dev", "--auto-approve", "--new-state")
    process.kill()
    process.communicate(timeout=300)
    (team.folder / "killed").touch()
    code, said = team.run("plan", "dev")
    saved = team.folder / "environments/rescued-0.tfstate"
    assert (code, f"It is in {saved}, and nowhere else" in said) == (1, True), said
    assert json.loads(saved.read_text()) == state
    assert f"cp {saved}" in said


def test_errors_of_a_run_that_was_killed_are_told(things: Team) -> None:
    (things.folder / "point.sh").write_text(POINT + '[ "$1" = 3 ] && exit 7\ntrue\n')
    kill_at(things, "touch 1", "apply")
    code, said = things.run("plan", "dev")
    assert code == 0, said
    assert "ended with errors; the state holds what was made" in said
    assert "exit status 7" in said
    assert "terraform_data.thing_4" in said


def test_a_run_that_ended_leaves_no_file_and_one_at_work_has_them_to_itself(
    team: Team,
) -> None:
    process = team.begin_slow_apply()
    folder = team.folder / ".mwaa-ecs"
    for path in (folder, *folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if "terraform" not in parts and path.name != ".gitignore" and path.suffix != ".pid":
            assert path.stat().st_mode & 0o077 == 0, path
    (file,) = folder.glob("dev/runs/*/run.json")
    record = json.loads(file.read_text())
    assert record["command"] == record["terraform"] == "apply"
    assert record["owner"]["pid"] == process.pid
    assert record["account_id"] == "111111111111"
    assert record["host"]
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=300)
    assert left_in(team) == []
