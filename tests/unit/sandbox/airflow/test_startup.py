"""A startup script: the variables that it exports, commands that are not run, and failures."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mwaa_ecs.errors import OperationError
from mwaa_ecs.sandbox.airflow.environment import AirflowEnvironment
from mwaa_ecs.sandbox.airflow.startup import Startup, run_startup_script
from mwaa_ecs.sandbox.airflow.versions import AirflowVersion

ENVIRON = {"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AIRFLOW__CORE__PARALLELISM": "4"}

Run = Callable[..., Startup]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run a script beside an Airflow whose programs are in a folder of the test."""
    airflow = tmp_path / "airflow"
    (airflow / "venv" / "bin").mkdir(parents=True)
    version = AirflowVersion("3.0.6", "3.12", tmp_path / "lock.txt")
    environment = AirflowEnvironment(version, airflow, "3.12")

    def run(script: str, **limits: float) -> Startup:
        folder = tmp_path / "startup"
        return run_startup_script(environment, script.encode(), folder, ENVIRON, **limits)

    return run


def test_only_what_the_script_exports_is_returned(run: Run) -> None:
    script = """#!/bin/sh
    export GREETING="two
lines"
    ONLY_HERE=1
    export SEEN="$MWAA_TEST$AIRFLOW__CORE__PARALLELISM"
    cd /
    """
    done = run(script)
    assert done == Startup({"GREETING": "two\nlines", "SEEN": "4"}, ())


def test_it_can_change_neither_the_address_of_aws_nor_the_environments_options(
    run: Run,
) -> None:
    script = """
    export AWS_ENDPOINT_URL=https://example.org AWS_PROFILE=mine HOME=/root
    export AIRFLOW__CORE__PARALLELISM=99
    """
    assert run(script).variables == {}


@pytest.mark.parametrize(
    "end", ["exit 0", "trap 'true' EXIT", "return 0; exit 1", "set -eu; exit"]
)
def test_it_can_end_in_any_way(end: str, run: Run) -> None:
    assert run(f"export KEPT=1\n{end}\n").variables == {"KEPT": "1"}


def test_a_longer_path_is_returned_without_the_sandboxs_own_folders(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    done = run('export PATH="/opt/tool/bin:$PATH"\n')
    assert done.variables == {"PATH": "/opt/tool/bin:/usr/bin:/bin"}


def test_it_has_the_python_of_its_airflow(run: Run, tmp_path: Path) -> None:
    python = tmp_path / "airflow" / "venv" / "bin" / "python"
    python.symlink_to(sys.executable)
    assert run("export WHICH=$(command -v python)\n").variables == {"WHICH": str(python)}


def test_nothing_is_installed_on_the_users_machine(run: Run, tmp_path: Path) -> None:
    touched = tmp_path / "touched"
    script = f"""set -e
    sudo touch {touched}
    sudo yum -y install libaio
    dnf install -y jq
    apt-get update
    pip3 install humanize
    echo done >~/.profile
    export AFTER=1
    """
    done = run(script)
    assert not touched.exists()
    assert done.not_run == (
        f"sudo touch {touched}",
        "sudo yum -y install libaio",
        "dnf install -y jq",
        "apt-get update",
        "pip3 install humanize",
    )
    assert done.variables == {"AFTER": "1"}
    assert (tmp_path / "startup" / ".profile").exists()
    log = (tmp_path / "startup" / "startup.log").read_text()
    assert "dnf install -y jq: not run in the sandbox" in log


@pytest.mark.parametrize(
    ("script", "message"),
    [
        pytest.param("echo no licence >&2\nexit 3\n", "ended with 3:\nno licence", id="exit"),
        pytest.param("set -e\nfalse\necho on\n", "ended with 1:\n$", id="set -e"),
        pytest.param(
            "no-such-command\n", "ended with 127:\n.*no-such-command", id="a missing command"
        ),
    ],
)
def test_a_script_that_fails_is_reported_with_its_last_lines(
    script: str, message: str, run: Run
) -> None:
    with pytest.raises(OperationError, match=message):
        run(script)


def test_a_script_that_exceeds_its_time_is_stopped(run: Run) -> None:
    with pytest.raises(OperationError, match=r"took more than 3 s:\nwaiting"):
        run("echo waiting\nsleep 600\n", seconds=3)
