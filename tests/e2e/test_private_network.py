"""`mwaa-ecs sandbox run examples/private-network`: the DAG runs in the environment it makes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.airflow


def test_it_ends_with_the_containers_lines_in_the_version_that_was_asked_for(
    tmp_path: Path,
) -> None:
    report = tmp_path / "report.json"
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("mwaa-ecs")),
            *("sandbox", "run", str(REPOSITORY / "examples" / "private-network")),
            *("--engine", "stand-in", "--airflow", "2.10.3", "--json", str(report)),
        ],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Hello from Docker!" in done.stdout
    told = json.loads(report.read_text())
    assert told["ok"]
    assert told["airflow"] == "2.10.3"
    assert told["second_plan"] == told["left_over"] == []
    (run,) = told["dag_runs"]
    assert run["container_lines"][0] == "Hello from Docker!"
    stages = {stage["name"]: stage["detail"] for stage in told["stages"]}
    assert stages["MWAA environment private"] == "2 configuration options, as private-mwaa"
