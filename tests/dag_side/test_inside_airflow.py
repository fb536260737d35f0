"""The operator with its base classes, without a scheduler: see inside_airflow.py."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from dag_side.world import PACKAGE
from mwaa_ecs.processes import run
from mwaa_ecs.sandbox.airflow import DEFAULT_VERSION, find_version, prepare
from mwaa_ecs.sandbox.airflow.environment import airflow_settings

pytestmark = pytest.mark.airflow

SCRIPT = Path(__file__).with_name("inside_airflow.py")
# As `mwaa-ecs plugins pack --operator` writes it.
PLUGIN = "from mwaa_ecs_operator.plugin import MwaaEcsOperatorPlugin\n"
CHECKS = re.findall(r"^def check_(\w+)", SCRIPT.read_text(), re.M)
VERSIONS = (
    DEFAULT_VERSION,
    *(
        pytest.param(other, marks=pytest.mark.versions)
        for other in ("2.10.3", "2.11.2", "3.3.1")
    ),
)


@pytest.fixture(scope="module", params=VERSIONS)
def found(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """What each check found wrong, in one run of Airflow's Python."""
    home = tmp_path_factory.mktemp("inside")
    (home / "plugins").mkdir()
    (home / "plugins" / "operator_plugin.py").write_text(PLUGIN)
    airflow = prepare(find_version(request.param))
    done = run(
        [str(airflow.interpreter), str(SCRIPT), str(home / "found.json")],
        env={
            **airflow_settings(home, home / "dags"),
            "AIRFLOW__CORE__PLUGINS_FOLDER": str(home / "plugins"),
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join([str(PACKAGE), str(SCRIPT.parents[1])]),
        },
    )
    assert done.returncode == 0, done.stderr
    read: dict[str, str] = json.loads((home / "found.json").read_text())
    return read


@pytest.mark.parametrize("check", CHECKS)
def test_inside_airflow(check: str, found: dict[str, str]) -> None:
    assert not found[check], found[check]
