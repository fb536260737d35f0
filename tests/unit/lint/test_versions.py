"""The module in another version than the tool."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mwaa_ecs.distribution import own_version
from mwaa_ecs.lint import other_versions

REPOSITORY = Path(__file__).resolve().parents[3]
MARK = "modules/dags/operator/mwaa_ecs_operator/__init__.py"

CALLS = """
module "airflow_ecs" {
  source  = "team/mwaa-ecs-operator/aws"
  version = "~> 1.0"
}
module "dags" {
  source  = "team/mwaa-ecs-operator/aws//modules/dags"
  version = "~> 1.0"
}
module "other" {
  source = "./other"
}
"""


@pytest.fixture
def configuration(tmp_path: Path) -> Path:
    (tmp_path / "main.tf").write_text(CALLS)
    (tmp_path / "other").mkdir()
    mark = tmp_path / "module" / MARK
    mark.parent.mkdir(parents=True)
    shutil.copy(REPOSITORY / MARK, mark)
    return tmp_path


def lines(configuration: Path, own: str | None = None) -> list[str]:
    module = configuration / "module"
    fetched = {"airflow_ecs": module, "dags": module / "modules" / "dags"}
    return list(other_versions(configuration, lambda: fetched, own))


def test_one_version_of_module_and_tool_is_quiet(configuration: Path) -> None:
    assert lines(configuration) == []


def test_another_minor_version_is_told_for_the_root_and_for_a_submodule(
    configuration: Path,
) -> None:
    first, second = lines(configuration, own="99.1.0")
    assert "main.tf:2: module 'airflow_ecs' is version 1." in first
    assert "mwaa-ecs is 99.1.0" in first
    assert "main.tf:6: module 'dags' is" in second


def test_another_patch_is_quiet(configuration: Path) -> None:
    major, minor, _ = own_version().split(".")
    assert lines(configuration, own=f"{major}.{minor}.99") == []
