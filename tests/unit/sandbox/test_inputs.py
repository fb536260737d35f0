"""Values of an example's variables, and the region that it is run in."""

from __future__ import annotations

from pathlib import Path

import pytest

from mwaa_ecs.errors import UserError
from mwaa_ecs.sandbox.inputs import Inputs, read_inputs, refuse_dropped_attributes

VARIABLES = """
variable "name" { type = string }
variable "untyped" {}
variable "zones" { type = list(string) }
variable "region" { default = "eu-central-1" }
variable "place" { default = "sa-east-1" }
"""


@pytest.fixture
def example(tmp_path: Path) -> Path:
    folder = tmp_path / "example"
    folder.mkdir()
    (folder / "variables.tf").write_text(VARIABLES)
    return folder


def test_later_values_come_before_earlier_ones(example: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine.tfvars"
    file.write_text('name = "from the file"\nzones = ["a"]\n')
    settings = {"name": "from the settings", "untyped": 1}
    given = read_inputs(example, settings, Inputs(['zones=["b", "c"]', "untyped=[1]"], [file]))
    assert given.values == {
        "name": "from the file",
        "zones": ["b", "c"],
        # As in Terraform: without a type a value is a string.
        "untyped": "[1]",
    }


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        (Inputs(["nam=x"]), r"--var: the example .* variable 'nam'; did you mean 'name'\?"),
        (Inputs(["name"]), r"--var: 'name' must be NAME=VALUE"),
        (Inputs(["zones=[a"]), r"--var: zones='\[a' must be a value of Terraform's"),
        (
            Inputs((), [Path("nowhere.tfvars")]),
            r"--var-file: there is no file 'nowhere\.tfvars'",
        ),
        (Inputs(region="Ireland"), r"--region: 'Ireland' must be the name of a region"),
    ],
)
def test_a_wrong_value_is_named(example: Path, inputs: Inputs, message: str) -> None:
    with pytest.raises(UserError, match=message):
        read_inputs(example, {}, inputs)


def test_a_variable_of_the_settings_that_is_not_declared_is_named(example: Path) -> None:
    with pytest.raises(UserError, match=r"sandbox\.yaml: variables: .* did you mean 'zones'"):
        read_inputs(example, {"zone": 1}, Inputs())


@pytest.mark.parametrize(
    ("provider", "inputs", "region"),
    [
        ('provider "aws" { region = "ap-south-1" }', Inputs(), "ap-south-1"),
        ('provider "aws" { region = var.place }', Inputs(), "sa-east-1"),
        ('provider "aws" { region = var.place }', Inputs(["place=us-east-2"]), "us-east-2"),
        ('provider "aws" { region = local.here }', Inputs(), None),
        ('provider "aws" {}', Inputs(), "eu-central-1"),
        ("", Inputs(), "eu-central-1"),
        ('provider "aws" { region = "ap-south-1" }', Inputs(region="us-west-2"), "us-west-2"),
    ],
)
def test_the_region_is_the_examples_own_unless_it_is_given(
    example: Path, provider: str, inputs: Inputs, region: str | None
) -> None:
    (example / "main.tf").write_text(provider + "\n")
    assert read_inputs(example, {}, inputs).region == region


def test_the_region_on_the_command_line_sets_the_examples_variable(example: Path) -> None:
    given = read_inputs(example, {"region": "eu-west-3"}, Inputs(region="us-west-2"))
    assert given.values["region"] == "us-west-2"


def test_the_region_of_a_provider_with_another_local_name_counts(example: Path) -> None:
    (example / "provider.tf").write_text(
        "terraform {\n  required_providers {\n"
        '    amazon = { source = "hashicorp/aws" }\n  }\n}\n'
        'provider "amazon" {\n  region = var.place\n}\n'
    )
    assert read_inputs(example, {}, Inputs()).region == "sa-east-1"


def test_an_attribute_that_terraform_drops_is_seen_in_values_too(
    example: Path, tmp_path: Path
) -> None:
    (example / "m").mkdir()
    (example / "m/main.tf").write_text(
        'variable "tasks" {\n  type = map(object({ command = optional(string) }))\n}\n'
    )
    (example / "main.tf").write_text(
        'variable "tasks" {}\nmodule "m" {\n  source = "./m"\n  tasks  = var.tasks\n}\n'
    )
    values = tmp_path / "sandbox.tfvars.json"
    values.write_text('{"tasks": {"etl": {"comand": "x"}}}')
    with pytest.raises(
        UserError, match=r"^the variables given by --var, --var-file or sandbox.yaml: .*comand"
    ):
        refuse_dropped_attributes(example, dict, values)
