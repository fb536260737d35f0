"""What a person notices when an environment is rolled out, on a configuration without AWS."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, NoCredentialsError

import mwaa_ecs.cli.asking
from mwaa_ecs.processes import run
from rollout_team import Session, Team

# The package exports a function of this name, so an import statement would find that.
DANGERS = importlib.import_module("mwaa_ecs.plan.dangers")


def test_an_environment_is_planned_applied_looked_at_and_destroyed(team: Team) -> None:
    code, said = team.run("plan", "dev")
    assert code == 0
    assert "1 made" in said
    assert "account 111111111111, eu-west-1" in said
    run(["git", "init", "--quiet", str(team.folder)])
    code, said = team.run("apply", "dev", "--auto-approve", "--new-state")
    assert (code, "Done: 1 made" in said) == (0, True)
    assert "not ignored by git:" in said
    assert "Write *.tfstate and *.tfstate.* into .gitignore" in said
    (team.folder / ".gitignore").write_text("*.tfstate\n*.tfstate.*\n")
    assert team.run("drift", "dev") == (0, team.run("drift", "dev")[1])
    assert "Next: mwaa-ecs output dev prints the names" in said
    assert team.run_split("output", "dev", "word")[:2] == (0, "hello\n")
    code, said = team.run("output", "dev", "--json")
    assert json.loads(said[said.index("{") :]) == {"word": "hello"}
    code, said = team.run("apply", "dev", "--auto-approve")
    assert (code, "Nothing changes." in said) == (0, True)
    code, said = team.run("destroy", "dev", "--auto-approve")
    assert (code, "Done: 1 destroyed" in said) == (0, True)
    assert "not ignored by git:" not in said
    assert "Next:" not in said
    assert team.state["resources"] == []


def test_two_environments_have_a_state_and_a_folder_each(team: Team) -> None:
    team.yaml("prod", "inputs: {word: world}\n")
    assert team.run("apply", "dev", "--auto-approve", "--new-state")[0] == 0
    assert team.run("apply", "prod", "--auto-approve", "--new-state")[0] == 0
    assert team.run("drift", "dev")[0] == 0
    made = sorted(path.name for path in (team.folder / "environments").glob("*.tfstate"))
    assert made == ["dev.tfstate", "prod.tfstate"]
    assert (team.folder / ".mwaa-ecs/.gitignore").read_text() == "*\n"


def test_what_is_in_the_files_and_not_rolled_out_is_drift(team: Team) -> None:
    team.run("apply", "dev", "--auto-approve", "--new-state")
    team.yaml("dev", "inputs: {word: world}\n")
    code, said = team.run("drift", "dev")
    assert code == 3
    assert "terraform_data.word: changed in the files, and not rolled out" in said
    assert "input: hello -> world" in said
    code, said = team.run("drift", "dev", "--json")
    data = json.loads(said[said.index("{") :])
    assert code == 3
    assert data["drifted"] is True
    assert data["drift"][0]["attributes"] == {"input": ["hello", "world"]}


def test_nothing_is_applied_without_a_yes(team: Team) -> None:
    code, said = team.run("apply", "dev")
    assert code == 2
    assert "--auto-approve" in said
    assert not (team.folder / "environments/dev.tfstate").exists()


def test_a_check_that_does_not_hold_stops_before_anything_is_made(team: Team) -> None:
    team.yaml("dev", "inputs: {word: odd}\n")
    for command in (("plan", "dev"), ("apply", "dev", "--auto-approve", "--new-state")):
        code, said = team.run(*command)
        assert code == 1
        assert "The word is odd." in said
    assert not (team.folder / "environments/dev.tfstate").exists()


def test_destroying_what_dags_use_needs_the_name_again(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DANGERS, "_HARMLESS", ())
    team.run("apply", "dev", "--auto-approve", "--new-state")
    before = team.state
    team.yaml("dev", "inputs: {word: longer}\n")
    code, said = team.run("apply", "dev", "--auto-approve")
    assert code == 2
    assert "replaced: terraform_data.word" in said
    assert "--confirm dev" in said
    assert team.run("apply", "dev", "--auto-approve", "--confirm", "prod")[0] == 2
    assert team.run("destroy", "dev", "--auto-approve")[0] == 2
    assert team.state == before
    assert team.run("apply", "dev", "--auto-approve", "--confirm", "dev")[0] == 0
    assert team.state["outputs"]["word"]["value"] == "longer"


def test_at_a_terminal_it_asks_and_wants_the_name_where_dags_are_hurt(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DANGERS, "_HARMLESS", ())
    monkeypatch.setattr(mwaa_ecs.cli.asking, "can_be_asked", lambda: True)
    code, said = team.run("apply", "dev", "--new-state", given="n\n")
    assert (code, "nothing was changed" in said) == (2, True)
    code, said = team.run("apply", "dev", "--new-state", given="y\n")
    assert (code, "Apply this to dev?" in said) == (0, True)
    # A yes is not enough here.
    code, said = team.run("destroy", "dev", given="y\n")
    assert (code, "that is not 'dev'; nothing was changed" in said) == (2, True)
    assert team.state["resources"] != []
    assert team.run("destroy", "dev", given="dev\n")[0] == 0
    assert team.state["resources"] == []


def test_a_saved_plan_is_applied_as_it_was_and_only_once(team: Team) -> None:
    code, said = team.run("plan", "dev", "--out", "dev.tfplan", "--json")
    data = json.loads(said[said.index("{") :])
    assert (code, data["counts"]["create"]) == (0, 1)
    # Nothing is planned again, whatever the configuration says now.
    main = team.folder / "main.tf"
    main.write_text(main.read_text().replace("input            = var.word", "input = 1"))
    Path("copy.tfplan").write_bytes(Path("dev.tfplan").read_bytes())
    assert (
        team.run("apply", "dev", "--plan", "dev.tfplan", "--auto-approve", "--new-state")[0]
        == 0
    )
    assert team.state["outputs"]["word"]["value"] == "hello"
    code, said = team.run("apply", "dev", "--plan", "copy.tfplan", "--auto-approve")
    assert code == 1
    assert "the state has changed since that plan was made; plan dev again" in said
    code, said = team.run("apply", "dev", "--plan", "none.tfplan")
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
        code, said = team.run(command, "dev")
        assert (code, message in said) == (2, True)
    assert not (team.folder / ".mwaa-ecs").exists()


def test_the_wrong_region_is_refused(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    code, said = team.run("plan", "dev")
    assert code == 2
    assert "AWS_REGION is us-east-1, but dev is in eu-west-1" in said


def test_the_role_is_assumed_only_where_the_caller_is_elsewhere(
    team: Team, session: type[Session]
) -> None:
    role = "role_arn: arn:aws:iam::${account_id}:role/rollout\n"
    team.yaml("dev", f"{role}inputs: {{word: hello}}\n")
    assert team.run("plan", "dev")[0] == 0
    assert session.assumed == []
    team.yaml("dev", f"account_id: '222222222222'\n{role}inputs: {{word: hello}}\n")
    assert team.run("plan", "dev")[0] == 0
    assert session.assumed == ["arn:aws:iam::222222222222:role/rollout"]


def test_a_backend_that_the_configuration_lacks_is_named(team: Team) -> None:
    team.yaml("dev", "backend: {type: s3, bucket: b}\ninputs: {word: hello}\n")
    code, said = team.run("plan", "dev")
    assert code == 2
    assert 'terraform { backend "s3" {} }' in said


@pytest.mark.parametrize(
    ("block", "said"),
    [("cloud {}", "declares a cloud block"), ('backend "gcs" {}', "declares the backend gcs")],
)
def test_a_state_elsewhere_is_named_with_what_is_possible(
    team: Team, block: str, said: str
) -> None:
    (team.folder / "backend.tf").write_text(f"terraform {{\n  {block}\n}}\n")
    code, printed = team.run("plan", "dev")
    assert (code, said in printed) == (2, True)
    assert "write the values with mwaa-ecs render" in printed


def test_a_state_that_moves_is_not_left_behind(team: Team) -> None:
    (team.folder / "backend.tf").write_text('terraform {\n  backend "local" {}\n}\n')
    assert team.run("apply", "dev", "--auto-approve", "--new-state")[0] == 0
    team.yaml("dev", "backend: {path: other.tfstate}\ninputs: {word: hello}\n")
    code, said = team.run("plan", "dev")
    assert code == 1
    assert "the YAML names another state than last time" in said


def test_wrong_yaml_is_refused_with_2_and_no_stack_trace(team: Team) -> None:
    team.yaml("dev", "inputs: {wrod: hello}\n")
    code, said = team.run("plan", "dev")
    assert code == 2
    assert "did you mean 'word'?" in said
    assert "Traceback" not in said
    assert team.run("plan", "prod")[0] == 2
