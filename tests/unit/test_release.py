"""What must agree before a tag is published: `make release-dry-run`."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from release import problems

PROJECT = """
[project]
version = "1.2.3"
dependencies = ["mwaa-ecs-operator==1.2.3"]
urls.Repository = "https://github.com/team/terraform-aws-mwaa-ecs-operator"
"""
CHANGELOG = "# Changelog\n\n## Unreleased\n\n## 1.2.3\n\n- A thing.\n\n## 1.2.2\n\n- Another.\n"
FILES = {
    "pyproject.toml": PROJECT,
    "CHANGELOG.md": CHANGELOG,
    "modules/dags/operator/mwaa_ecs_operator/__init__.py": '__version__ = "1.2.3"\n',
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_a_release_whose_versions_agree_has_no_problems(root: Path) -> None:
    assert list(problems(root, "v1.2.3")) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        (
            "modules/dags/operator/mwaa_ecs_operator/__init__.py",
            "1.2.3",
            "1.2.2",
            "__init__.py has",
        ),
        (
            "pyproject.toml",
            "operator==1.2.3",
            "operator==1.2.2",
            "must depend on mwaa-ecs-operator",
        ),
        (
            "CHANGELOG.md",
            "## 1.2.3\n\n- A thing.\n\n",
            "",
            "has '1.2.2' where",
        ),
        ("CHANGELOG.md", "- A thing.\n", "", "nothing below '## 1.2.3'"),
        (
            "CHANGELOG.md",
            "## Unreleased\n",
            "## Unreleased\n\n- Late.\n",
            "lines below 'Unreleased'",
        ),
    ],
)
def test_each_version_that_differs_is_named(
    root: Path, name: str, old: str, new: str, told: str
) -> None:
    (root / name).write_text(FILES[name].replace(old, new))
    assert re.search(re.escape(told), "\n".join(problems(root, "v1.2.3")))


def test_a_tag_of_another_version_is_refused_with_the_right_one(root: Path) -> None:
    (told,) = problems(root, "v1.2.4")
    assert told.endswith("Tag v1.2.3.")


def test_the_dry_run_builds_and_checks_both_packages(repository: Path) -> None:
    done = subprocess.run(
        ["make", "--silent", "release-dry-run"],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    built = re.findall(r"^  (mwaa_ecs\w*)-\d+\.\d+\.\d+.*?(whl|tar\.gz)$", done.stdout, re.M)
    assert built == [
        ("mwaa_ecs", "whl"),
        ("mwaa_ecs", "tar.gz"),
        ("mwaa_ecs_operator", "whl"),
        ("mwaa_ecs_operator", "tar.gz"),
    ]
