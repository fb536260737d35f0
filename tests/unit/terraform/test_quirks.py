"""python-terraform's quirks, as our class relies on them; a new release may change them.

Each was met once; docs/terraform.md lists them. A failure here says that `runner.py` may get
simpler, or that it is about to break.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from python_terraform import IsFlagged, IsNotFlagged, Terraform

CONFIGURATION = """
variable "word" {
  type    = string
  default = "none"
}

output "word" {
  value = var.word
}
"""


@pytest.fixture
def raw(tmp_path: Path) -> Terraform:
    (tmp_path / "main.tf").write_text(CONFIGURATION)
    terraform = Terraform(working_dir=str(tmp_path))
    assert terraform.init()[0] == 0
    return terraform


def test_plan_ends_with_2_when_there_are_changes_and_0_when_not(raw: Terraform) -> None:
    assert raw.plan(out="plan")[0] == 2
    assert raw.apply("plan")[0] == 0
    assert raw.plan()[0] == 0


def test_apply_without_a_plan_asks_and_dies(raw: Terraform) -> None:
    code, _, errors = raw.apply()
    assert code == 1
    assert "approval" in errors or "canceled" in errors.lower() or "input" in errors


def test_destroy_sends_force_which_terraform_refuses(raw: Terraform) -> None:
    code, _, errors = raw.destroy()
    assert code == 1
    assert "-force" in errors


def test_destroy_works_without_force(raw: Terraform) -> None:
    assert raw.destroy(force=IsNotFlagged, auto_approve=IsFlagged)[0] == 0


def test_output_of_one_name_raises(raw: Terraform) -> None:
    assert raw.apply(skip_plan=True)[0] == 0
    assert raw.output()["word"]["value"] == "none"
    with pytest.raises(TypeError):
        raw.output("word")


def test_a_misspelt_method_becomes_a_terraform_command(raw: Terraform) -> None:
    code, output, errors = raw.pln()
    assert code != 0
    assert 'no command named "pln"' in output + errors


def test_raise_on_error_takes_changes_for_an_error(raw: Terraform) -> None:
    with pytest.raises(Exception, match="2"):
        raw.plan(raise_on_error=True)


def test_asynchronous_runs_pass_their_own_option_on_to_terraform(raw: Terraform) -> None:
    process, _, _ = raw.cmd("version", synchronous=False)
    _, errors = process.communicate()
    assert b"synchronous" in errors


def test_a_var_file_beats_a_variable(raw: Terraform, tmp_path: Path) -> None:
    (tmp_path / "file.tfvars").write_text('word = "from the file"\n')
    assert raw.apply(var={"word": "given"}, var_file="file.tfvars", skip_plan=True)[0] == 0
    assert raw.output()["word"]["value"] == "from the file"
