"""Links of pages that are shown outside the repository."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from published import Published, stale_places

ADDRESS = "https://github.com/team/terraform-aws-mwaa-ecs-operator"
PROJECT = f"""
[project]
version = "1.2.3"
urls.Repository = "{ADDRESS}"
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "tasks.md").write_text("# Tasks\n## Which `revision` runs\n")
    (tmp_path / "modules" / "dags").mkdir(parents=True)
    return tmp_path


def test_links_of_a_readme_lead_to_the_tag_and_others_stay(root: Path) -> None:
    readme = root / "modules" / "dags" / "README.md"
    readme.write_text(
        "[a](../../docs/tasks.md#which-revision-runs) [b](../../docs) [c](#inputs)"
        " [d](https://example.com)\n```text\n[e](../../docs)\n```\n![f](../../docs/f.png)\n"
    )
    other = root / "docs" / "other.md"
    other.write_text("[a](tasks.md)\n")
    assert dict(stale_places(root)) == {
        readme: f"[a]({ADDRESS}/blob/v1.2.3/docs/tasks.md#which-revision-runs)"
        f" [b]({ADDRESS}/tree/v1.2.3/docs) [c](#inputs)"
        " [d](https://example.com)\n```text\n[e](../../docs)\n```\n"
        f"![f]({ADDRESS}/raw/v1.2.3/docs/f.png)\n"
    }


def test_a_version_that_is_not_released_links_to_the_branch() -> None:
    assert Published("1.2.3.dev1", ADDRESS).ref == "main"
