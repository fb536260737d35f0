"""What is applied is what was shown, for the environment that it was made for."""

from __future__ import annotations

import json
import subprocess
import zipfile
from pathlib import Path

import pytest
import typer

import mwaa_ecs.cli.asking
from mwaa_ecs.environments import EnvironmentFolder, load_module
from mwaa_ecs.errors import UserError
from mwaa_ecs.rollout.plan_contents import check_contents
from rollout_team import Team

PROD = "account_id: '222222222222'\ninputs: {word: world}\n"


def plans(team: Team) -> list[str]:
    return [path.name for path in team.folder.rglob("*.tfplan") if path.name != "dev.tfplan"]


@pytest.mark.parametrize("backend", ["", 'terraform {\n  backend "local" {}\n}\n'])
def test_a_plan_is_not_applied_to_another_environment(team: Team, backend: str) -> None:
    (team.folder / "backend.tf").write_text(backend)
    team.yaml("prod", "inputs: {word: world}\n")
    assert team.run("plan", "dev", "--out", "dev.tfplan")[0] == 0
    code, said = team.run(
        "apply", "prod", "--plan", "dev.tfplan", "--auto-approve", "--new-state"
    )
    assert code == 2
    assert "dev.tfplan is for environment dev, and this is prod; nothing was changed" in said
    assert list((team.folder / "environments").glob("*.tfstate")) == []


@pytest.mark.parametrize(
    ("now", "message"),
    [
        ("backend: {path: other.tfstate}\n", "is for state"),
        ("region: eu-west-3\n", "is for region eu-west-1, and this is eu-west-3"),
    ],
)
def test_a_plan_is_not_applied_elsewhere(team: Team, now: str, message: str) -> None:
    assert team.run("plan", "dev", "--out", "dev.tfplan")[0] == 0
    team.yaml("dev", f"{now}inputs: {{word: hello}}\n")
    code, said = team.run(
        "apply", "dev", "--plan", "dev.tfplan", "--auto-approve", "--new-state"
    )
    assert code == 2
    assert message in said


def restamp(plan: Path, **changes: str) -> None:
    """Edit what a plan's file says that it is for."""
    with zipfile.ZipFile(plan, "a") as archive:
        said = json.loads(archive.comment)
        said["mwaa-ecs"] |= changes
        archive.comment = json.dumps(said).encode()


def test_a_plan_whose_stamp_was_edited_is_refused_for_its_values(team: Team) -> None:
    team.yaml("prod", "inputs: {word: world}\n")
    assert team.run("plan", "dev", "--out", "dev.tfplan")[0] == 0
    state = str(team.folder / "environments/prod.tfstate")
    restamp(team.folder / "dev.tfplan", environment="prod", state=state)
    code, said = team.run(
        "apply", "prod", "--plan", "dev.tfplan", "--auto-approve", "--new-state"
    )
    assert (code, "was made with other values of word than the YAML of prod" in said) == (
        2,
        True,
    ), said
    assert list((team.folder / "environments").glob("*.tfstate")) == []


def test_a_plan_whose_stamp_was_edited_is_refused_for_its_state(in_s3: Team) -> None:
    other = "backend: {type: s3, bucket: states, key: prod}\ninputs: {word: hello}\n"
    in_s3.yaml("prod", other)
    assert in_s3.run("plan", "dev", "--out", "dev.tfplan")[0] == 0
    restamp(in_s3.folder / "dev.tfplan", environment="prod", state="s3://states/prod")
    code, said = in_s3.run(
        "apply", "prod", "--plan", "dev.tfplan", "--auto-approve", "--new-state"
    )
    assert (code, "is for another state, and this is s3://states/prod" in said) == (2, True)
    # Its own environment takes it.
    restamp(in_s3.folder / "dev.tfplan", environment="dev", state="s3://states/dev")
    assert (
        in_s3.run("apply", "dev", "--plan", "dev.tfplan", "--auto-approve", "--new-state")[0]
        == 0
    )


@pytest.mark.parametrize(
    ("kind", "attribute", "value", "message"),
    [
        ("aws_caller_identity", "account_id", "2" * 12, "account 222222222222, and this is 1"),
        ("aws_service", "region", "eu-west-3", "region eu-west-3, and this is eu-west-1"),
    ],
)
def test_a_plan_that_was_made_elsewhere_is_refused_whatever_its_stamp_says(
    team: Team, kind: str, attribute: str, value: str, message: str
) -> None:
    assert team.run("plan", "dev", "--out", "dev.tfplan")[0] == 0
    data = {"mode": "data", "type": kind, "values": {attribute: value}}
    module = {"child_modules": [{"resources": [data]}]}
    raw = {"prior_state": {"values": {"root_module": module}}}
    (dev,) = EnvironmentFolder(Path("environments"), load_module(team.folder)).load(["dev"])
    with pytest.raises(UserError, match=message):
        check_contents(Path("dev.tfplan"), raw, dev, False, Path("dev.tfplan"))


VALUES = """
inputs:
  word: hello
  more:
    numbers: [1.5, 2, 123456789012345678901234567890, 0.1]
    texts: ["", "Zoe\\u0308", "${name}", "$${name}"]
    others: [true, null, {}, []]
vars: {name: "a \\"b\\""}
"""


@pytest.mark.parametrize("backend", ["", 'terraform {\n  backend "local" {}\n}\n'])
def test_a_plan_with_values_of_every_kind_is_applied(team: Team, backend: str) -> None:
    (team.folder / "backend.tf").write_text(backend)
    (team.folder / "more.tf").write_text('variable "more" {\n  type = any\n}\n')
    team.yaml("dev", VALUES)
    assert team.run("plan", "dev", "--out", "dev.tfplan")[0] == 0
    code, said = team.run(
        "apply", "dev", "--plan", "dev.tfplan", "--auto-approve", "--new-state"
    )
    assert code == 0, said


def test_a_plan_of_terraforms_own_does_not_say_what_it_is_for(team: Team) -> None:
    for words in (("init",), ("plan", "-out", "dev.tfplan", "-var", "word=x")):
        subprocess.run(["terraform", *words], check=True, capture_output=True)
    code, said = team.run(
        "apply", "dev", "--plan", "dev.tfplan", "--auto-approve", "--new-state"
    )
    assert code == 2
    assert "make one with mwaa-ecs plan dev --out dev.tfplan" in said
    code, said = team.run("apply", "dev", "--plan", "main.tf", "--auto-approve")
    assert (code, "main.tf is not a plan; make one with plan --out" in said) == (2, True)


@pytest.mark.parametrize("out", [".", "nowhere/dev.tfplan"])
def test_a_plan_that_cannot_be_kept_there_is_not_made(team: Team, out: str) -> None:
    code, said = team.run("plan", "dev", "--out", out)
    assert code == 2
    assert f"--out: '{out}'" in said


def test_a_plan_that_was_applied_stays_and_cannot_be_applied_again(team: Team) -> None:
    assert team.run("plan", "dev", "--out", "dev.tfplan")[0] == 0
    # It holds secrets.
    assert (team.folder / "dev.tfplan").stat().st_mode & 0o777 == 0o600
    assert (
        team.run("apply", "dev", "--plan", "dev.tfplan", "--auto-approve", "--new-state")[0]
        == 0
    )
    code, said = team.run("apply", "dev", "--plan", "dev.tfplan", "--auto-approve")
    assert code == 1
    assert "plan dev again" in said


def test_another_plan_meanwhile_does_not_change_what_is_applied(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mwaa_ecs.cli.asking, "can_be_asked", lambda: True)

    def meanwhile(_: str) -> bool:
        team.yaml("dev", "inputs: {word: other}\n")
        assert team.run_split("plan", "dev")[0] == 0
        assert team.run_split("drift", "dev")[0] == 3
        return True

    monkeypatch.setattr(typer, "confirm", meanwhile)
    assert team.run_split("apply", "dev", "--new-state")[0] == 0
    assert team.state["outputs"]["word"]["value"] == "hello"


def test_a_plan_file_that_is_replaced_meanwhile_is_not_applied(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mwaa_ecs.cli.asking, "can_be_asked", lambda: True)
    assert team.run_split("plan", "dev", "--out", "dev.tfplan")[0] == 0

    def meanwhile(_: str) -> bool:
        team.yaml("dev", "inputs: {word: other}\n")
        assert team.run_split("plan", "dev", "--out", "dev.tfplan")[0] == 0
        return True

    monkeypatch.setattr(typer, "confirm", meanwhile)
    assert team.run_split("apply", "dev", "--plan", "dev.tfplan", "--new-state")[0] == 0
    assert team.state["outputs"]["word"]["value"] == "hello"


def test_no_plan_is_left_lying(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    assert team.run("plan", "dev")[0] == 0
    monkeypatch.setattr(mwaa_ecs.cli.asking, "can_be_asked", lambda: True)
    assert team.run("apply", "dev", given="n\n")[0] == 2
    assert team.run("apply", "dev", "--auto-approve", "--new-state")[0] == 0
    assert team.run("apply", "dev", "--auto-approve")[0] == 0
    assert team.run("drift", "dev")[0] == 0
    assert plans(team) == []


def test_a_plan_says_where_it_was_kept(team: Team) -> None:
    code, said, _ = team.run_split("plan", "dev", "--out", "dev.tfplan", "--json")
    assert code == 0
    assert json.loads(said)["plan_file"] == str(Path("dev.tfplan").absolute())


def test_a_plan_for_a_state_that_was_begun_anew_is_made_again(team: Team) -> None:
    assert team.run("apply", "dev", "--auto-approve", "--new-state")[0] == 0
    team.yaml("dev", "inputs: {word: other}\n")
    assert team.run("plan", "dev", "--out", "dev.tfplan")[0] == 0
    (team.folder / "environments/dev.tfstate").unlink()
    assert team.run("apply", "dev", "--auto-approve", "--new-state")[0] == 0
    code, said = team.run("apply", "dev", "--plan", "dev.tfplan", "--auto-approve")
    assert code == 1
    assert "that plan was made for another state; plan dev again" in said
