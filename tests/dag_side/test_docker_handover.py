"""With MWAA_ECS_RUN=docker a DAG runs on a laptop: Airflow's own DockerOperator takes it."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
import uv

from mwaa_ecs.sandbox.airflow import DEFAULT_VERSION
from mwaa_ecs.sandbox.airflow.environment import airflow_settings, prepare
from mwaa_ecs.sandbox.airflow.versions import find_version

pytestmark = pytest.mark.airflow

HERE = Path(__file__).parent
OPERATOR = HERE.parents[1] / "modules" / "dags" / "operator"


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the docker provider and its client."""
    folder = tmp_path_factory.mktemp("docker_provider")
    locked = HERE / "docker_provider.txt"
    subprocess.run(
        [
            *(str(uv.find_uv_bin()), "pip", "install", "--quiet", "--no-deps"),
            *("--require-hashes", "--target", str(folder), "-r", str(locked)),
        ],
        check=True,
    )
    return folder


def run(home: Path, *path: Path, program: list[str]) -> subprocess.CompletedProcess[str]:
    environment = prepare(find_version(DEFAULT_VERSION))
    return subprocess.run(
        [str(environment.interpreter), *program],
        env={
            **airflow_settings(home, home),
            "PATH": os.environ["PATH"],
            "MWAA_ECS_RUN": "docker",
            "PYTHONPATH": os.pathsep.join(map(str, (*path, OPERATOR))),
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_airflows_own_operator_runs_the_same_call(provider: Path, tmp_path: Path) -> None:
    done = run(tmp_path, provider, program=[str(HERE / "dags" / "handed_over.py")])
    assert done.returncode == 0, done.stderr
    (seen,) = [line for line in done.stdout.splitlines() if line.startswith("SEEN")]
    assert json.loads(seen.removeprefix("SEEN")) == {
        "is_airflows": True,
        "image": "busybox:1",
        "command": ["echo"],
        "environment": {"STAGE": "laptop"},
        "mounts": [
            {"Target": "/data", "Source": "/home/me/data", "Type": "bind", "ReadOnly": False},
            {"Target": "/more", "Source": "/home/me/more", "Type": "bind", "ReadOnly": True},
        ],
        "skip_on_exit_code": [3],
        "do_xcom_push": False,
        "mapped": "mapped",
    }


@pytest.mark.parametrize("name", ["DockerOperator", "Mount"])
def test_a_missing_provider_is_named_with_what_to_do(name: str, tmp_path: Path) -> None:
    done = run(tmp_path, program=["-c", f"from mwaa_ecs_operator import {name}"])
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("ImportError: MWAA_ECS_RUN is 'docker'")
    assert "pip install apache-airflow-providers-docker" in last
    assert "unset MWAA_ECS_RUN" in last
