"""`mwaa-ecs render` and `schema` as a person and CI call them."""

# ruff: noqa: E501 - a case a line reads best

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mwaa_ecs.cli import app

from .conftest import Write


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, list(words))
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


def test_render_writes_and_then_has_nothing_to_do(team: Write) -> None:
    folder = team({"dev.yaml": "{}\n", "prod.yaml": "{}\n"})
    code, said = run("render", "envs")
    assert code == 0
    assert "written: envs/dev.tfvars.json" in said
    assert json.loads((folder / "prod.tfvars.json").read_text())["name"] == "etl-prod"
    assert run("render", "envs") == (0, "2 up to date\n")


def test_check_fails_in_ci_and_writes_nothing(team: Write) -> None:
    folder = team({"dev.yaml": "{}\n"})
    code, said = run("render", "envs", "--check")
    assert (code, "stale: envs/dev.tfvars.json" in said) == (1, True)
    assert not (folder / "dev.tfvars.json").exists()
    run("render", "envs")
    assert run("render", "envs", "--check")[0] == 0
    # An environment that is gone leaves its file, which Terraform could still be given.
    (folder / "gone.tfvars.json").write_text("{}")
    code, said = run("render", "envs", "--check")
    assert (code, "left over: envs/gone.tfvars.json belongs to no environment" in said) == (
        1,
        True,
    )


def test_check_prints_the_command_that_writes_what_is_stale(team: Write) -> None:
    team({"dev.yaml": "{}\n", "prod.yaml": "{}\n"})
    options = ("dev", "--out", "made here", "--module", ".")
    _, said = run("render", "envs", "--check", *options)
    assert "run: mwaa-ecs render envs dev --out 'made here' --module .\n" in said


def test_a_workspace_in_the_configuration_is_named(team: Write, tmp_path: Path) -> None:
    team({"dev.yaml": "{}\n"})
    (tmp_path / "main.tf").write_text("locals {\n  a = terraform.workspace\n}\n")
    _, said = run("render", "envs")
    assert 'always default: main.tf:2: terraform.workspace is "default" in every' in said


def test_diff_shows_and_writes_nothing(team: Write) -> None:
    folder = team({"dev.yaml": "{}\n"})
    code, said = run("render", "envs", "--diff")
    assert (code, said) == (0, "+ envs/dev.tfvars.json: new file\n")
    assert not (folder / "dev.tfvars.json").exists()


def test_other_folders_can_be_named(team: Write, tmp_path: Path) -> None:
    team({"dev.yaml": "{}\n"})
    assert run("render", "envs", "dev", "--out", "made", "--module", ".")[0] == 0
    assert (tmp_path / "made/dev.tfvars.json").is_file()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("render", "nowhere"), "there is no folder 'nowhere'"),
        (("render", "variables.tf"), "'variables.tf' is a file"),
        (("render", "envs", "prod"), "there is no environment 'prod'"),
        (("render", "envs", "--module", "nowhere"), "--module: there is no folder 'nowhere'"),
        (("render", "envs", "--module", "envs"), "has no *.tf file that declares a variable"),
        (("schema", "--module", "envs"), "has no *.tf file that declares a variable"),
        (("render", "envs", "dev.yaml"), "no environment 'dev.yaml'; did you mean 'dev'? Environments in 'envs': dev"),
        (("render", "envs", "envs/dev.yaml"), "did you mean 'dev'?"),
        (("render", "envs", "--out", "variables.tf"), "--out: 'variables.tf' is a file; name a folder"),
        (("render", "envs", "--out", "variables.tf/x"), "--out: 'variables.tf' is a file; name a folder"),
        (("schema", "--out", ""), "--out: '.' is a folder; name a file"),
        (("schema", "--out", "variables.tf/x"), "--out: 'variables.tf' is a file; name a folder"),
    ],
)  # fmt: skip
def test_a_wrong_command_ends_with_2_and_says_what_is_wrong(
    team: Write, words: tuple[str, ...], message: str
) -> None:
    team({"dev.yaml": "{}\n"})
    code, said = run(*words)
    assert (code, message in said) == (2, True), said


def test_wrong_hcl_is_named_with_its_place(team: Write, tmp_path: Path) -> None:
    team({"dev.yaml": "{}\n"})
    (tmp_path / "variables.tf").write_text('variable "a" {\n  type = strin\n}\n')
    code, said = run("render", "envs")
    assert code == 2
    assert "variables.tf:2:10: found 'strin'; expected a type" in said


def test_nothing_is_written_where_one_environment_is_wrong(team: Write) -> None:
    folder = team({"dev.yaml": "{}\n", "prod.yaml": "inputs: {name: 1}\n"})
    code, said = run("render", "envs")
    assert (code, "envs/prod.yaml:1:16: inputs.name: 1 is a number" in said) == (2, True)
    assert list(folder.glob("*.json")) == []


def test_the_schema_is_json_and_can_be_written(team: Write, tmp_path: Path) -> None:
    team({})
    code, said = run("schema")
    assert code == 0
    assert list(json.loads(said)["properties"]["inputs"]["properties"])[:2] == ["name", "tasks"]
    assert run("schema", "--task", "--out", "task.json")[0] == 0
    assert "image" in json.loads((tmp_path / "task.json").read_text())["properties"]


def test_without_the_sandboxs_extra_the_other_commands_still_work(team: Write) -> None:
    team({"dev.yaml": "{}\n"})
    script = (
        "import sys\n"
        "for name in ('moto', 'flask', 'pytest', 'tftest'): sys.modules[name] = None\n"
        "from mwaa_ecs.cli import main\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "render", "envs"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "written: envs/dev.tfvars.json\n"), done.stderr
