"""The output of the commands: nothing secret, pure JSON, and every change."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

import mwaa_ecs.cli.rollout
import mwaa_ecs.plan.dangers
from rollout_team import COMMAND, Team

SECRET = """
output "secret" {
  value     = "hunter2-${var.word}"
  sensitive = true
}
"""


@pytest.fixture
def secret(team: Team) -> Team:
    (team.folder / "secret.tf").write_text(SECRET)
    return team


def test_sensitive_outputs_are_not_printed(secret: Team) -> None:
    code, out, err = secret.run_split("apply", "dev", "--auto-approve", "--new-state", "--json")
    assert code == 0
    assert "hunter2" not in out + err
    data = json.loads(out)
    assert data["outputs"] == {"word": "hello"}
    assert data["outputs_not_shown"] == ["secret"]
    code, out, err = secret.run_split("output", "dev")
    assert "hunter2" not in out + err
    assert "not shown: secret (sensitive)" in err
    code, out, _ = secret.run_split("output", "dev", "--json")
    assert json.loads(out) == {"word": "hello"}


def test_sensitive_outputs_are_printed_if_that_is_said(secret: Team) -> None:
    secret.run("apply", "dev", "--auto-approve", "--new-state")
    code, out, _ = secret.run_split("output", "dev", "--show-sensitive")
    assert (code, "secret = hunter2-hello" in out) == (0, True)
    code, out, _ = secret.run_split("output", "dev", "--json", "--show-sensitive")
    assert json.loads(out) == {"word": "hello", "secret": "hunter2-hello"}


def test_with_json_there_is_nothing_but_json_on_stdout(team: Team) -> None:
    for command in (
        ("plan", "dev"),
        ("apply", "dev", "--auto-approve", "--new-state"),
        ("drift", "dev"),
        ("output", "dev"),
        ("destroy", "dev", "--auto-approve"),
    ):
        code, out, err = team.run_split(*command, "--json")
        assert code == 0, err
        assert isinstance(json.loads(out), dict), command
    assert "account 111111111111, eu-west-1" in err


def test_apply_and_destroy_say_what_they_did_as_json(team: Team) -> None:
    _, out, _ = team.run_split("apply", "dev", "--auto-approve", "--new-state", "--json")
    data = json.loads(out)
    assert (data["applied"], data["counts"]["create"]) == (True, 1)
    assert data["outputs"] == {"word": "hello"}
    _, out, _ = team.run_split("destroy", "dev", "--auto-approve", "--json")
    data = json.loads(out)
    assert (data["applied"], data["counts"]["delete"], data["outputs"]) == (True, 1, {})


def test_progress_is_a_line_for_each_that_is_finished(team: Team) -> None:
    _, out, err = team.run_split("apply", "dev", "--auto-approve", "--new-state")
    assert "terraform_data.word: Creation complete" in err
    assert "Creation complete" not in out


def test_an_output_alone_is_a_change_and_is_said(team: Team) -> None:
    assert team.run("apply", "dev", "--auto-approve", "--new-state")[0] == 0
    (team.folder / "more.tf").write_text('output "more" { value = 1 }\n')
    code, said = team.run("plan", "dev")
    assert code == 0
    assert "~ changed  output  more" in said
    assert "1 output changed" in said
    assert "Nothing changes" not in said
    _, out, _ = team.run_split("plan", "dev", "--json")
    assert json.loads(out)["outputs_changed"] == ["more"]
    code, said = team.run("drift", "dev")
    assert (code, "output.more: not rolled out" in said) == (3, True)
    code, said = team.run("apply", "dev", "--auto-approve")
    assert (code, "Done: 1 output changed" in said) == (0, True)


def test_what_is_only_forgotten_moved_or_imported_is_said(team: Team) -> None:
    assert team.run("apply", "dev", "--auto-approve", "--new-state")[0] == 0
    main = (team.folder / "main.tf").read_text()
    renamed = main.replace("terraform_data.word", "terraform_data.text").replace(
        '"terraform_data" "word"', '"terraform_data" "text"'
    )
    moved = "moved {\n  from = terraform_data.word\n  to   = terraform_data.text\n}\n"
    (team.folder / "main.tf").write_text(renamed + moved)
    code, said = team.run("plan", "dev")
    assert (code, "1 moved" in said) == (0, True)
    assert "moved from terraform_data.word" in said
    code, said = team.run("drift", "dev")
    assert (code, "terraform_data.text: moved from terraform_data.word" in said) == (3, True)
    (team.folder / "main.tf").write_text(
        'variable "word" { type = string }\nremoved {\n  from = terraform_data.word\n'
        "  lifecycle { destroy = false }\n}\n"
    )
    code, said = team.run("plan", "dev")
    assert (code, "1 forgotten, kept in AWS" in said) == (0, True)
    code, said = team.run("drift", "dev")
    assert code == 3
    assert "terraform_data.word: to be forgotten by Terraform and kept in AWS" in said
    # Nothing that DAGs use goes.
    assert team.run("apply", "dev", "--auto-approve")[0] == 0
    assert team.state["resources"] == []


def test_what_is_imported_is_said(team: Team) -> None:
    (team.folder / "import.tf").write_text(
        'import {\n  to = terraform_data.word\n  id = "a"\n}\n'
    )
    code, said = team.run("plan", "dev")
    assert (code, "imported" in said) == (0, True), said


def test_no_plan_at_all_is_told_in_plain_text(team: Team) -> None:
    (team.folder / "broken.tf").write_text("output {\n")
    code, said = team.run("plan", "dev")
    assert code in (1, 2)
    assert "\x1b" not in said
    assert "│" not in said


@pytest.mark.parametrize("where", [".mwaa-ecs", ".mwaa-ecs/dev"])
def test_a_file_in_the_way_of_the_working_folder_is_named(team: Team, where: str) -> None:
    path = team.folder / where
    path.parent.mkdir(exist_ok=True)
    path.write_text("")
    code, said = team.run("plan", "dev")
    assert (code, f"{path} is a file, and a folder is expected there" in said) == (2, True)


def test_a_file_in_the_way_of_the_state_is_named(team: Team) -> None:
    team.yaml("dev", "backend: {path: ../main.tf/dev.tfstate}\ninputs: {word: hello}\n")
    code, said = team.run("plan", "dev")
    assert (code, "main.tf is a file, and a folder is expected there" in said) == (2, True)


# Where stdout is closed, what is shown to nobody is no failure; a result is.
@pytest.mark.parametrize(
    ("redirection", "more", "message"),
    [
        (">/dev/full", "--json", "No space left on device"),
        (">/dev/full", "", "No space left on device"),
        (">&-", "--json", "stdout is closed"),
    ],
)
def test_a_result_that_cannot_be_written_is_a_failure_in_one_line(
    team: Team, redirection: str, message: str, more: str
) -> None:
    code = COMMAND.format(path=sys.path)
    done = subprocess.run(
        ["sh", "-c", f'exec "$0" -c "$1" plan dev {more} {redirection}', sys.executable, code],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, message in done.stderr) == (1, True), done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


def test_what_nobody_foresaw_is_one_line_and_with_a_variable_the_trace(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("forget")

    monkeypatch.setattr(mwaa_ecs.cli.rollout, "print_plan", broken)
    code, said = team.run("plan", "dev")
    assert code == 1
    assert "error: KeyError: 'forget'. This is a mistake in mwaa-ecs" in said
    assert "Traceback" not in said
    monkeypatch.setenv("MWAA_ECS_DEBUG", "1")
    with pytest.raises(KeyError):
        team.run("plan", "dev")


def test_an_arn_is_printed_as_it_is(team: Team) -> None:
    # ":key:" is a picture to some.
    team.yaml("dev", "profile: 'arn:aws:kms:key:x'\ninputs: {word: hello}\n")
    (team.folder / "arn.tf").write_text(
        'check "arn" {\n  assert {\n    condition     = var.word == "x"\n'
        '    error_message = "arn:aws:kms:key:x is wrong"\n  }\n}\n'
    )
    _, said = team.run("plan", "dev")
    assert "arn:aws:kms:key:x is wrong" in said
    assert os.environ.get("MWAA_ECS_DEBUG") is None
