"""`mwaa-ecs sandbox run examples/private-network`: the DAG runs in the environment it makes."""

from __future__ import annotations

from pathlib import Path

import pytest

from mwaa_story import run_in_sandbox

pytestmark = [pytest.mark.airflow, pytest.mark.usefixtures("attached_commands")]


def test_it_ends_with_the_containers_lines_in_the_version_that_was_asked_for(
    tmp_path: Path,
) -> None:
    told = run_in_sandbox(
        "private-network", "--airflow", "2.10.3", report=tmp_path / "report.json"
    )
    assert told["airflow"] == "2.10.3"
    stages = {stage["name"]: stage["detail"] for stage in told["stages"]}
    environment = stages["MWAA environment private"]
    assert environment == "1 configuration options, as private-mwaa-eu-west-1"
