"""The workflow that a team copies: it fits the example's environments and our commands."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml

from mwaa_ecs.cli import app
from mwaa_ecs.distribution import own_version
from mwaa_ecs.environments import EnvironmentFolder, find_module

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "multi-environment"


@pytest.fixture(scope="module")
def jobs() -> dict[str, Any]:
    """The workflow's jobs."""
    path = EXAMPLE / ".github" / "workflows" / "roll-out.yaml"
    found: dict[str, Any] = yaml.safe_load(path.read_text())["jobs"]
    return found


def scripts(jobs: dict[str, Any]) -> Iterator[str]:
    for job in jobs.values():
        yield from (step["run"] for step in job["steps"] if "run" in step)


@pytest.mark.parametrize("job", ["plan", "apply"])
def test_every_environment_is_rolled_out_in_its_region(jobs: dict[str, Any], job: str) -> None:
    folder = EXAMPLE / "environments"
    wanted = {
        environment.name: environment.settings.region
        for environment in EnvironmentFolder(folder, find_module(None, folder)).load([])
    }
    matrix = jobs[job]["strategy"]["matrix"]["include"]
    assert {item["name"]: item["region"] for item in matrix} == wanted


def test_dev_goes_before_staging_before_prod(jobs: dict[str, Any]) -> None:
    strategy = jobs["apply"]["strategy"]
    assert strategy["max-parallel"] == 1
    assert strategy.get("fail-fast", True) is True
    assert [item["name"] for item in strategy["matrix"]["include"]] == [
        "dev",
        "staging",
        "prod",
    ]


def test_its_commands_and_options_exist(jobs: dict[str, Any]) -> None:
    commands: Any = typer.main.get_command(app)
    said = [
        shlex.split(line.partition(">")[0])
        for script in scripts(jobs)
        for line in script.splitlines()
        if line.startswith("mwaa-ecs ")
    ]
    assert {words[1] for words in said} == {"render", "plan", "apply"}
    for words in said:
        accepted = {
            name
            for option in commands.get_command(None, words[1]).params
            for name in option.opts
        }
        assert {word for word in words if word.startswith("--")} <= accepted


@pytest.mark.parametrize("code", [0, 1])
def test_a_plan_becomes_a_comment_also_where_it_failed(
    jobs: dict[str, Any], tmp_path: Path, code: int
) -> None:
    (plan,) = [step for step in jobs["plan"]["steps"] if step.get("id") == "plan"]
    keep = jobs["plan"]["steps"][-1]
    assert keep["if"] == "${{ !cancelled() && steps.plan.outcome != 'skipped' }}"
    assert jobs["comment"]["if"] == "${{ !cancelled() && needs.plan.result != 'skipped' }}"
    program = tmp_path / "mwaa-ecs"
    program.write_text(f"#!/bin/sh\necho 1 made\necho error: why >&2\nexit {code}\n")
    program.chmod(0o755)
    done = subprocess.run(
        # As GitHub runs it.
        ["bash", "-e", "-c", plan["run"]],
        cwd=tmp_path,
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "ENVIRONMENT": "dev"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code
    assert done.stdout == "1 made\nerror: why\n"
    kept = keep["with"]["path"].replace("${{ matrix.name }}", "dev")
    assert (tmp_path / kept).read_text() == "### dev\n```\n1 made\nerror: why\n\n```\n"


def test_every_plan_that_was_kept_becomes_a_comment(
    jobs: dict[str, Any], tmp_path: Path
) -> None:
    download, comment = jobs["comment"]["steps"]
    folder = tmp_path / download["with"]["path"]
    folder.mkdir()
    for name in ("dev", "prod"):
        (folder / f"{name}.md").write_text(f"plan of {name}")
    program = tmp_path / "gh"
    program.write_text('#!/bin/sh\necho "$1 $2 $3"\ncat "$5"\necho\n')
    program.chmod(0o755)
    done = subprocess.run(
        ["bash", "-e", "-c", comment["run"]],
        cwd=tmp_path,
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "NUMBER": "7"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == [
        "pr comment 7",
        "plan of dev",
        "pr comment 7",
        "plan of prod",
    ]


def test_no_job_that_runs_the_pull_request_may_write_to_it(jobs: dict[str, Any]) -> None:
    for job in jobs.values():
        checked_out = any(
            step.get("uses", "").startswith("actions/checkout@") for step in job["steps"]
        )
        rights = {right for right, level in job["permissions"].items() if level == "write"}
        assert rights <= ({"id-token"} if checked_out else {"pull-requests"})


def test_the_tools_come_in_one_version() -> None:
    lines = (EXAMPLE / "requirements.txt").read_text().splitlines()
    (line,) = [line for line in lines if not line.startswith("#")]
    assert line == f"mwaa-ecs[sandbox,testing]=={own_version()}"
