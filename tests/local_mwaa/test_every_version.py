"""A container's line from each version of MWAA that no browser looks at."""

from __future__ import annotations

from pathlib import Path

import pytest

from local_mwaa.local_airflow import local_airflow
from local_mwaa.test_local_mwaa import VERSIONS
from mwaa_ecs.sandbox.airflow.versions import known_versions

_SEEN = {getattr(one, "values", (one,))[0] for one in VERSIONS}

pytestmark = [pytest.mark.airflow, pytest.mark.versions]


@pytest.mark.parametrize("version", [one for one in known_versions() if one not in _SEEN])
def test_a_dag_runs_and_the_terminal_shows_the_containers_line(
    version: str, tmp_path: Path
) -> None:
    with local_airflow(version, tmp_path) as airflow:
        airflow.switch_on("hello_world")
        airflow.trigger("hello_world", "run", {})
        airflow.all_succeed("hello_world", ["run"])
        assert ("log", "app: Hello from Docker!") in airflow.lines
