"""A plan has the values of the YAML only, whatever the shell sets."""

from __future__ import annotations

from pathlib import Path

import pytest

from mwaa_ecs.environments import EnvironmentFolder, load_module
from mwaa_ecs.errors import UserError
from mwaa_ecs.testing.planner import plan_on_a_copy
from rollout_team import Team

OPTION = """
variable "opt" {
  type    = string
  default = "from the default"
}

output "opt" { value = var.opt }
"""


@pytest.fixture(autouse=True)
def _option(team: Team) -> None:
    (team.folder / "option.tf").write_text(OPTION)


def test_a_value_in_the_shell_does_not_count_and_that_is_said(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert team.run("apply", "dev", "--auto-approve", "--new-state")[0] == 0
    monkeypatch.setenv("TF_VAR_opt", "leak")
    monkeypatch.setenv("TF_VAR_of_another_project", "x")
    code, said = team.run("drift", "dev")
    assert (code, "not used: TF_VAR_opt; values come from the YAML alone" in said) == (0, True)


@pytest.mark.parametrize(
    ("name", "value"),
    [("TF_CLI_ARGS", "-var=opt=leak"), ("TF_CLI_ARGS_plan", "-var=opt=leak")],
)
def test_options_in_the_shell_do_not_count(
    team: Team, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    assert team.run("apply", "dev", "--auto-approve", "--new-state")[0] == 0
    assert team.state["outputs"]["opt"]["value"] == "from the default"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("terraform.tfvars", 'opt = "leak"'),
        ("terraform.tfvars.json", '{"opt": "leak"}'),
        ("team.auto.tfvars", 'opt = "leak"'),
        ("team.auto.tfvars.json", '{"opt": "leak"}'),
    ],
)
def test_a_file_that_terraform_would_load_too_is_refused(
    team: Team, tmp_path: Path, name: str, text: str
) -> None:
    (team.folder / name).write_text(text)
    code, said = team.run("plan", "dev")
    assert code == 2
    assert f"Terraform would load {name} into every environment" in said
    assert not (team.folder / ".mwaa-ecs").exists()
    module = load_module(team.folder)
    (dev,) = EnvironmentFolder(Path("environments"), module).load(["dev"])
    with pytest.raises(UserError, match=name):
        plan_on_a_copy(dev, module, tmp_path / "copy", dict)


def test_a_file_of_another_name_is_nobodys_business(team: Team) -> None:
    (team.folder / "old.tfvars").write_text('opt = "leak"')
    assert team.run("plan", "dev")[0] == 0


def test_plan_checks_plan_with_the_yaml_alone(
    team: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (
        ("TF_VAR_opt", "leak"),
        ("TF_CLI_ARGS_plan", "-var=opt=leak"),
        ("TF_WORKSPACE", "other"),
        ("TF_DATA_DIR", str(tmp_path / "data")),
    ):
        monkeypatch.setenv(name, value)
    module = load_module(team.folder)
    (dev,) = EnvironmentFolder(Path("environments"), module).load(["dev"])
    plan = plan_on_a_copy(dev, module, tmp_path / "copy", dict)
    assert plan.outputs["opt"] == "from the default"
    assert not (tmp_path / "data").exists()
