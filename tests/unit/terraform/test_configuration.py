"""A copy of a configuration works as the original does, but for its state and its account."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from mwaa_ecs.errors import UserError
from mwaa_ecs.terraform import Terraform
from mwaa_ecs.terraform.configuration import (
    call_as_the_environment,
    copy_configuration,
    copy_lock,
    keep_state_here,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "repository" / "examples" / "mine"
    path.mkdir(parents=True)
    (path / "main.tf").write_text('module "m" {\n  source = "../.."\n}\n')
    (tmp_path / "repository" / "main.tf").write_text('module "c" {\n  source = "./c"\n}\n')
    (tmp_path / "repository" / "c").mkdir()
    return path


def test_a_copy_brings_the_local_modules_along_and_leaves_state_behind(
    folder: Path, tmp_path: Path
) -> None:
    (folder / "terraform.tfstate").write_text("{}")
    (folder / ".terraform").mkdir()
    before = sorted(folder.rglob("*"))
    copy = copy_configuration(folder, tmp_path / "copy")
    assert (copy / "main.tf").is_file()
    assert (copy / "../../main.tf").is_file()
    assert (copy / "../../c").is_dir()
    assert sorted(path.name for path in copy.iterdir()) == ["main.tf"]
    assert sorted(folder.rglob("*")) == before


def test_a_copy_takes_nothing_that_lies_between_a_folder_and_its_modules(
    folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "much" / "else").mkdir(parents=True)
    away = tmp_path / "away"
    away.mkdir()
    (away / "main.tf").write_text('module "m" {\n  source = "../repository/c"\n}\n')
    copy = copy_configuration(away, tmp_path / "copy")
    assert sorted(path.name for path in (tmp_path / "copy").iterdir()) == ["away", "repository"]
    assert (copy / "../repository/c").is_dir()
    assert not (copy / "../repository/main.tf").exists()


def test_a_module_that_is_not_there_is_named(folder: Path, tmp_path: Path) -> None:
    (folder / "other.tf").write_text('module "x" {\n  source = "./nowhere"\n}\n')
    with pytest.raises(UserError, match=r"other\.tf:1: module source './nowhere' leads to"):
        copy_configuration(folder, tmp_path / "copy")


def test_what_links_lead_to_is_copied(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared/versions.tf").write_text("terraform {}\n")
    (folder / "versions.tf").symlink_to("../../../shared/versions.tf")
    (folder / "dags").symlink_to("../../../shared")
    (folder / "back").symlink_to("..")
    (folder / "gone.txt").symlink_to("nowhere")
    copy = copy_configuration(folder, tmp_path / "copy")
    assert (copy / "versions.tf").read_text() == "terraform {}\n"
    assert (copy / "dags/versions.tf").is_file()
    assert sorted(path.name for path in copy.iterdir()) == ["dags", "main.tf", "versions.tf"]


def test_a_pipe_is_not_copied(folder: Path, tmp_path: Path) -> None:
    os.mkfifo(folder / "pipe")
    assert not (copy_configuration(folder, tmp_path / "copy") / "pipe").exists()


def test_a_source_of_a_resource_is_not_a_module(folder: Path, tmp_path: Path) -> None:
    (folder / "file.txt").write_text("x")
    (folder / "object.tf").write_text(
        'resource "aws_s3_object" "this" {\n  source = "./file.txt"\n}\n'
        '# module "x" {\n#   source = "./nowhere"\n# }\n'
    )
    assert (copy_configuration(folder, tmp_path / "copy") / "file.txt").is_file()


def test_a_module_that_json_calls_comes_along(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "json").mkdir()
    (tmp_path / "json/main.tf.json").write_text(
        '{"module": {"c": {"source": "../repository/c"}}}'
    )
    copy = copy_configuration(tmp_path / "json", tmp_path / "copy")
    assert (copy / "../repository/c").is_dir()


@pytest.mark.parametrize(
    "block", ['backend "s3" {\n    bucket = "b"\n    key = "k"\n  }', "cloud {\n  }"]
)
def test_a_copy_keeps_its_state_to_itself(folder: Path, tmp_path: Path, block: str) -> None:
    (folder / "main.tf").write_text(
        f'terraform {{\n  {block}\n}}\nresource "terraform_data" "this" {{}}\n'
    )
    copy = copy_configuration(folder, tmp_path / "copy")
    keep_state_here(copy)
    terraform = Terraform(copy)
    terraform.init()
    terraform.plan(copy / "plan")
    terraform.apply(copy / "plan")
    assert (copy / "terraform.tfstate").is_file()


def test_no_provider_of_a_copy_names_a_caller_of_its_own(folder: Path, tmp_path: Path) -> None:
    (folder / "provider.tf").write_text(
        'provider "aws" {\n  region  = "eu-west-1"\n  profile = "mine"\n}\n'
        'provider "aws" {\n  alias = "b"\n  assume_role {\n    role_arn = "x"\n  }\n}\n'
        'provider "github" {\n  token = "x"\n}\n'
    )
    (folder / "more.tf.json").write_text(
        '{"provider": {"aws": [{"alias": "c", "endpoints": {"sts": "https://x"}}]}}'
    )
    copy = copy_configuration(folder, tmp_path / "copy")
    call_as_the_environment(copy)
    (override,) = copy.glob("*_override.tf.json")
    providers = json.loads(override.read_text())["provider"]
    assert list(providers) == ["aws"]
    found = {item.get("alias"): item for item in providers["aws"]}
    assert found[None] == {"profile": None}
    assert found["b"]["dynamic"]["assume_role"]["for_each"] == []
    assert found["c"]["dynamic"]["endpoints"]["for_each"] == []


def test_the_lock_of_the_providers_versions_counts(folder: Path, tmp_path: Path) -> None:
    name = ".terraform.lock.hcl"
    text = (
        'provider "registry.terraform.io/hashicorp/aws" {\n  version     = "5.100.0"\n'
        '  hashes = [\n    "zh:00",\n  ]\n}\n'
    )
    (folder / name).write_text(text)
    copy = copy_configuration(folder, tmp_path / "copy")
    assert not (copy / name).exists()
    copy_lock(folder, copy, hashes=True)
    assert (copy / name).read_text().strip() == text.strip()
    copy_lock(folder, copy, hashes=False)
    assert "zh:00" not in (copy / name).read_text()
    assert '"5.100.0"' in (copy / name).read_text()


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ('file("../sql/x.sql")', ["sql/x.sql"]),
        ('file("${path.module}/../sql/x.sql")', ["sql/x.sql"]),
        ('file("${path.root}/../sql/${var.name}.sql")', ["sql/x.sql", "sql/y.sql"]),
        ('"${file("../sql/x_${var.name}.sql")}"', ["sql/x.sql", "sql/y.sql"]),
        ('fileset("../sql", "*.sql")', ["sql/x.sql", "sql/y.sql"]),
        ('fileset("..", "sql/*.sql")', ["sql/x.sql", "sql/y.sql"]),
        ('"in ../sql and .."', []),
        ('["../sql/nowhere", "../gone"] # "../sql"', []),
    ],
)
def test_files_that_a_string_names_outside_the_folder_come_along(
    folder: Path, tmp_path: Path, text: str, there: list[str]
) -> None:
    (folder / "../sql/.git").mkdir(parents=True)
    for name in ("sql/x.sql", "sql/y.sql", "sql/.git/config", "sql/terraform.tfstate"):
        (folder / ".." / name).write_text(name)
    (folder / "main.tf").write_text(f"locals {{\n  x = {text}\n}}\n")
    copy = copy_configuration(folder, tmp_path / "copy")
    beside = sorted((copy / "../sql").glob("**/*")) if (copy / "..").exists() else []
    assert [str(path.relative_to(copy / "..")) for path in beside if path.is_file()] == there


def test_a_file_beside_a_module_comes_along_with_json(folder: Path, tmp_path: Path) -> None:
    (folder / "../x.sql").write_text("x")
    (folder / "main.tf").unlink()
    (folder / "main.tf.json").write_text('{"locals": {"x": "${file(\\"../x.sql\\")}"}}')
    copy = copy_configuration(folder, tmp_path / "copy")
    assert (copy / "../x.sql").read_text() == "x"


def test_a_large_folder_outside_is_not_copied_but_named(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mwaa_ecs.terraform.outside_files._MOST_BYTES", 5)
    (folder / "../data").mkdir()
    (folder / "../data/x").write_text("123456")
    (folder / "main.tf").write_text('locals {\n  x = fileset("../data", "*")\n}\n')
    with pytest.raises(UserError, match=r"main\.tf:2:15: '.*/data' is outside .* smaller"):
        copy_configuration(folder, tmp_path / "copy")


def test_a_provider_with_another_local_name_names_no_caller_either(
    folder: Path, tmp_path: Path
) -> None:
    (folder / "provider.tf").write_text(
        "terraform {\n  required_providers {\n"
        '    amazon = { source = "hashicorp/aws" }\n'
        '    awscc  = { source = "example/awscc" }\n  }\n}\n'
        'provider "amazon" {\n  profile = "mine"\n}\nprovider "awscc" {\n  token = "x"\n}\n'
    )
    copy = copy_configuration(folder, tmp_path / "copy")
    call_as_the_environment(copy)
    (override,) = copy.glob("*_override.tf.json")
    assert json.loads(override.read_text())["provider"] == {"amazon": [{"profile": None}]}
