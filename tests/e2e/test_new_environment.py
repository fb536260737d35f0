"""`mwaa-ecs sandbox run examples/new-environment`: the DAG runs in the environment it makes."""

from __future__ import annotations

from pathlib import Path

import pytest

from mwaa_story import run_in_sandbox

pytestmark = [pytest.mark.airflow, pytest.mark.usefixtures("attached_commands")]


def test_it_ends_with_the_containers_lines_in_the_environments_own_version(
    tmp_path: Path,
) -> None:
    told = run_in_sandbox("new-environment", report=tmp_path / "report.json")
    assert told["airflow"] == "3.0.6"
    stages = {stage["name"]: stage["detail"] for stage in told["stages"]}
    assert stages["MWAA environment airflow"] == "as airflow-mwaa-eu-west-1"
