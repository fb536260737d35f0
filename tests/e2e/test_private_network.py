"""`mwaa-ecs sandbox run` of an example that creates its MWAA environment.

tests/apply/ has what its apply makes: test_new_environment.py, test_private_network.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from mwaa_story import run_in_sandbox

pytestmark = [pytest.mark.airflow, pytest.mark.usefixtures("attached_commands")]


@pytest.mark.parametrize(
    ("options", "version"),
    [
        ((), "3.0.6"),
        pytest.param(("--airflow", "2.10.3"), "2.10.3", marks=pytest.mark.versions),
    ],
    ids=["the environment's own version", "the version that was asked for"],
)
def test_the_dag_runs_in_the_environment_that_it_makes(
    options: tuple[str, ...], version: str, tmp_path: Path
) -> None:
    told = run_in_sandbox("private-network", *options, report=tmp_path / "report.json")
    assert told["airflow"] == version
    stages = {stage["name"]: stage["detail"] for stage in told["stages"]}
    environment = stages["MWAA environment private"]
    assert environment == "1 configuration options, as private-mwaa-eu-west-1"
