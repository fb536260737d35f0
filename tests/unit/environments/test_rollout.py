"""What a person notices when an environment is rolled out, on a configuration without AWS."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, NoCredentialsError
from typer.testing import CliRunner

import mwaa_ecs.cli.rollout
import mwaa_ecs.plan.second_look
from mwaa_ecs.cli import app

MAIN = """
variable "word" { type = string }
variable "slow" {
  type    = bool
  default = false
}

resource "terraform_data" "word" {
  input            = var.word
  triggers_replace = length(var.word)
}

resource "terraform_data" "slow" {
  count = var.slow ? 1 : 0
  provisioner "local-exec" { command = "echo started > ${path.module}/started; sleep 30" }
  depends_on = [terraform_data.word]
}

check "word" {
  assert {
    condition     = var.word != "odd"
    error_message = "The word is odd."
  }
}

output "word" { value = terraform_data.word.output }
"""

DEFAULTS = "region: eu-west-1\naccount_id: '111111111111'\n"


class Session:
    """Stands in for boto3.Session: the caller is what the test says."""

    account = "111111111111"
    arn = "arn:aws:iam::111111111111:user/me"
    error: Exception | None = None
    assumed: list[str] = []  # noqa: RUF012

    def __init__(self, **options: Any) -> None:
        self.account_id = "222222222222" if "aws_access_key_id" in options else self.account

    def client(self, _: str) -> Session:
        return self

    def get_caller_identity(self) -> dict[str, str]:
        if self.error is not None:
            raise self.error
        return {"Account": self.account_id, "Arn": self.arn}

    def assume_role(self, RoleArn: str, **_: str) -> dict[str, Any]:  # noqa: N803
        self.assumed.append(RoleArn)
        keys = {"AccessKeyId": "a", "SecretAccessKey": "b", "SessionToken": "c"}
        return {"Credentials": keys}


class Team:
    """A team's repository, and the commands they say in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.yaml("defaults", DEFAULTS)
        self.yaml("dev", "inputs: {word: hello}\n")
        (folder / "main.tf").write_text(MAIN)

    def yaml(self, name: str, text: str) -> None:
        path = self.folder / "environments" / f"{name}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)

    def say(self, *words: str, given: str = "") -> tuple[int, str]:
        done = CliRunner().invoke(app, list(words), input=given)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.exit_code, done.output

    @property
    def state(self) -> dict[str, Any]:
        path = self.folder / "environments" / "dev.tfstate"
        found: dict[str, Any] = json.loads(path.read_text())
        return found


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> type[Session]:
    made = type("MadeSession", (Session,), {"assumed": []})
    monkeypatch.setattr("boto3.Session", made)
    return made


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, session: type[Session]) -> Team:
    monkeypatch.chdir(tmp_path)
    return Team(tmp_path)


def test_an_environment_is_planned_applied_looked_at_and_destroyed(team: Team) -> None:
    code, said = team.say("plan", "dev")
    assert code == 0
    assert "1 made" in said
    assert "account 111111111111, eu-west-1" in said
    code, said = team.say("apply", "dev", "--auto-approve")
    assert (code, "Done: 1 made" in said) == (0, True)
    assert team.say("drift", "dev") == (0, team.say("drift", "dev")[1])
    code, said = team.say("output", "dev", "--json")
    assert json.loads(said[said.index("{") :]) == {"word": "hello"}
    code, said = team.say("apply", "dev", "--auto-approve")
    assert (code, "Nothing changes." in said) == (0, True)
    code, said = team.say("destroy", "dev", "--auto-approve")
    assert (code, "Done: 1 destroyed" in said) == (0, True)
    assert team.state["resources"] == []


def test_two_environments_have_a_state_and_a_folder_each(team: Team) -> None:
    team.yaml("prod", "inputs: {word: world}\n")
    assert team.say("apply", "dev", "--auto-approve")[0] == 0
    assert team.say("apply", "prod", "--auto-approve")[0] == 0
    assert team.say("drift", "dev")[0] == 0
    made = sorted(path.name for path in (team.folder / "environments").glob("*.tfstate"))
    assert made == ["dev.tfstate", "prod.tfstate"]
    assert (team.folder / ".mwaa-ecs/.gitignore").read_text() == "*\n"


def test_what_is_in_the_files_and_not_rolled_out_is_drift(team: Team) -> None:
    team.say("apply", "dev", "--auto-approve")
    team.yaml("dev", "inputs: {word: world}\n")
    code, said = team.say("drift", "dev")
    assert code == 3
    assert "terraform_data.word: changed in the files, and not rolled out" in said
    assert "input: hello -> world" in said
    code, said = team.say("drift", "dev", "--json")
    data = json.loads(said[said.index("{") :])
    assert code == 3
    assert data["drifted"] is True
    assert data["drift"][0]["attributes"] == {"input": ["hello", "world"]}


def test_nothing_is_applied_without_a_yes(team: Team) -> None:
    code, said = team.say("apply", "dev")
    assert code == 2
    assert "say --auto-approve. Nothing was changed" in said
    assert not (team.folder / "environments/dev.tfstate").exists()


def test_a_check_that_does_not_hold_stops_before_anything_is_made(team: Team) -> None:
    team.yaml("dev", "inputs: {word: odd}\n")
    for command in (("plan", "dev"), ("apply", "dev", "--auto-approve")):
        code, said = team.say(*command)
        assert code == 1
        assert "The word is odd." in said
    assert not (team.folder / "environments/dev.tfstate").exists()


def test_a_second_look_is_needed_where_something_that_dags_use_goes(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mwaa_ecs.plan.second_look, "_HARMLESS", ())
    team.say("apply", "dev", "--auto-approve")
    before = team.state
    team.yaml("dev", "inputs: {word: longer}\n")
    code, said = team.say("apply", "dev", "--auto-approve")
    assert code == 2
    assert "replaced: terraform_data.word" in said
    assert "say --confirm dev too. Nothing was changed" in said
    assert team.say("apply", "dev", "--auto-approve", "--confirm", "prod")[0] == 2
    assert team.say("destroy", "dev", "--auto-approve")[0] == 2
    assert team.state == before
    assert team.say("apply", "dev", "--auto-approve", "--confirm", "dev")[0] == 0
    assert team.state["outputs"]["word"]["value"] == "longer"


def test_at_a_terminal_it_asks_and_wants_the_name_where_dags_are_hurt(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mwaa_ecs.plan.second_look, "_HARMLESS", ())
    monkeypatch.setattr(mwaa_ecs.cli.rollout, "_can_ask", lambda: True)
    code, said = team.say("apply", "dev", given="n\n")
    assert (code, "nothing was changed" in said) == (2, True)
    code, said = team.say("apply", "dev", given="y\n")
    assert (code, "Apply this to dev?" in said) == (0, True)
    # A yes is not enough here.
    code, said = team.say("destroy", "dev", given="y\n")
    assert (code, "that is not its name; nothing was changed" in said) == (2, True)
    assert team.state["resources"] != []
    assert team.say("destroy", "dev", given="dev\n")[0] == 0
    assert team.state["resources"] == []


def test_a_saved_plan_is_applied_as_it_was_and_only_once(team: Team) -> None:
    code, said = team.say("plan", "dev", "--out", "dev.tfplan", "--json")
    data = json.loads(said[said.index("{") :])
    assert (code, data["counts"]["create"]) == (0, 1)
    # What is in the files now does not count any more.
    team.yaml("dev", "inputs: {word: other}\n")
    Path("copy.tfplan").write_bytes(Path("dev.tfplan").read_bytes())
    assert team.say("apply", "dev", "--plan", "dev.tfplan", "--auto-approve")[0] == 0
    assert team.state["outputs"]["word"]["value"] == "hello"
    code, said = team.say("apply", "dev", "--plan", "copy.tfplan", "--auto-approve")
    assert code == 1
    assert "the state has changed since that plan was made; plan dev again" in said
    code, said = team.say("apply", "dev", "--plan", "none.tfplan")
    assert (code, "--plan: there is no file 'none.tfplan'" in said) == (2, True)


@pytest.mark.parametrize(
    ("caller", "message"),
    [
        ({"account": "9" * 12}, "account 111111111111, but these are credentials of 999"),
        ({"arn": "arn:aws-us-gov:iam::1:user/me"}, "credentials of partition aws-us-gov"),
        ({"error": NoCredentialsError()}, "dev: there are no AWS credentials; log in"),
        (
            {"error": ClientError({"Error": {"Code": "ExpiredToken", "Message": "old"}}, "x")},
            "AWS does not take these credentials: ExpiredToken: old",
        ),
    ],
)  # fmt: skip
def test_the_wrong_caller_is_refused_before_anything_is_planned(
    team: Team, session: type[Session], caller: dict[str, Any], message: str
) -> None:
    for name, value in caller.items():
        setattr(session, name, value)
    for command in ("plan", "apply", "destroy", "drift"):
        code, said = team.say(command, "dev")
        assert (code, message in said) == (2, True)
    assert not (team.folder / ".mwaa-ecs").exists()


def test_the_wrong_region_is_refused(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    code, said = team.say("plan", "dev")
    assert code == 2
    assert "AWS_REGION is us-east-1, but dev is in eu-west-1" in said


def test_the_role_is_assumed_only_where_the_caller_is_elsewhere(
    team: Team, session: type[Session]
) -> None:
    role = "role_arn: arn:aws:iam::${account_id}:role/rollout\n"
    team.yaml("dev", f"{role}inputs: {{word: hello}}\n")
    assert team.say("plan", "dev")[0] == 0
    assert session.assumed == []
    team.yaml("dev", f"account_id: '222222222222'\n{role}inputs: {{word: hello}}\n")
    assert team.say("plan", "dev")[0] == 0
    assert session.assumed == ["arn:aws:iam::222222222222:role/rollout"]


def test_a_backend_that_the_configuration_lacks_is_named(team: Team) -> None:
    team.yaml("dev", "backend: {type: s3, bucket: b}\ninputs: {word: hello}\n")
    code, said = team.say("plan", "dev")
    assert code == 2
    assert 'terraform { backend "s3" {} }' in said


def test_a_state_that_moves_is_not_left_behind(team: Team) -> None:
    (team.folder / "backend.tf").write_text('terraform {\n  backend "local" {}\n}\n')
    assert team.say("apply", "dev", "--auto-approve")[0] == 0
    team.yaml("dev", "backend: {path: other.tfstate}\ninputs: {word: hello}\n")
    code, said = team.say("plan", "dev")
    assert code == 1
    assert "the YAML names another state than last time" in said


def test_wrong_yaml_is_refused_with_2_and_no_stack_trace(team: Team) -> None:
    team.yaml("dev", "inputs: {wrod: hello}\n")
    code, said = team.say("plan", "dev")
    assert code == 2
    assert "did you mean 'word'?" in said
    assert "Traceback" not in said
    assert team.say("plan", "prod")[0] == 2


COMMAND = (
    "import boto3, sys\n"
    "sys.path.insert(0, {folder!r})\n"
    "import test_rollout\n"
    "boto3.Session = test_rollout.Session\n"
    "from mwaa_ecs.cli import main\n"
    "main()\n"
)


def start(team: Team) -> subprocess.Popen[str]:
    """Begin an apply that takes long, and wait until it is in the middle."""
    team.yaml("dev", "inputs: {word: hello, slow: true}\n")
    process = subprocess.Popen(
        [
            sys.executable,
            "-c",
            COMMAND.format(folder=str(Path(__file__).parent)),
            *("apply", "dev", "--auto-approve"),
        ],
        cwd=team.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    for _ in range(600):
        if (team.folder / "started").exists() or process.poll() is not None:
            return process
        time.sleep(0.1)
    raise AssertionError("it does not start")


def test_ctrl_c_ends_terraform_cleanly_and_the_state_is_kept(team: Team) -> None:
    process = start(team)
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 1, said
    assert "interrupted; Terraform has ended and the state is kept" in said
    assert "Traceback" not in said
    assert "terraform_data.word" in json.dumps(names(team))
    # The lock is free again.
    assert team.say("plan", "dev")[0] == 0


def test_terraform_killed_in_the_middle_loses_no_state(team: Team) -> None:
    process = start(team)
    children = subprocess.run(
        ["ps", "-o", "pid=,comm=", "--ppid", str(process.pid)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\n")
    (pid,) = [int(line.split()[0]) for line in children if "terraform" in line]
    os.killpg(pid, signal.SIGKILL)
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 1, said
    assert "Traceback" not in said
    assert "terraform_data.word" in json.dumps(names(team))
    assert team.say("plan", "dev")[0] == 0


def test_a_state_that_is_locked_is_named_with_what_to_do(team: Team) -> None:
    process = start(team)
    try:
        code, said = team.say("plan", "dev")
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=120)
    assert code == 1
    assert "dev: somebody else is working on this state. Wait until they are done" in said


def names(team: Team) -> list[str]:
    return [f"{item['type']}.{item['name']}" for item in team.state["resources"]]
