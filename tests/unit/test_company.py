"""What a contributor's machine and GitHub run is what the Makefile and pyproject.toml name."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

WORKFLOWS = ("ci.yaml", "release.yaml")


def workflow(repository: Path, name: str) -> dict[str, Any]:
    text = (repository / ".github" / "workflows" / name).read_text()
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


def test_ci_tests_each_python_that_the_package_names(repository: Path) -> None:
    project = tomllib.loads((repository / "pyproject.toml").read_text())["project"]
    named = re.findall(r"Python :: (3\.\d+)", " ".join(project["classifiers"]))
    matrix = workflow(repository, "ci.yaml")["jobs"]["test"]["strategy"]["matrix"]["include"]
    assert [one["python"] for one in matrix] == named


@pytest.mark.parametrize(
    "name", [".pre-commit-config.yaml", *(f".github/workflows/{name}" for name in WORKFLOWS)]
)
def test_every_target_that_is_run_elsewhere_is_in_the_makefile(
    repository: Path, name: str
) -> None:
    targets = re.findall(r"^([a-z-]+):", (repository / "Makefile").read_text(), re.M)
    used = set(re.findall(r"(?:run|entry): make ([a-z-]+)", (repository / name).read_text()))
    assert used
    assert used <= set(targets)


def test_terraform_has_one_version_for_contributors_and_ci(repository: Path) -> None:
    version = (repository / ".terraform-version").read_text().strip()
    text = (repository / ".github" / "workflows" / "ci.yaml").read_text()
    assert set(re.findall(r'terraform(?:_version)?: "([\d.]+)"', text)) == {version}


def test_only_the_job_that_publishes_may_speak_for_the_project(repository: Path) -> None:
    jobs = workflow(repository, "release.yaml")["jobs"]
    assert {name for name, job in jobs.items() if "id-token" in job["permissions"]} == {
        "publish"
    }
    assert jobs["publish"]["environment"]["name"] == "pypi"
    assert jobs["publish"]["needs"] == "build"
    assert jobs["build"]["needs"] == "test"
