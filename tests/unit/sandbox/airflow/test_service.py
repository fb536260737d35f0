"""What a local MWAA does with a program of Airflow that ends."""

from __future__ import annotations

import socket
import sqlite3
from pathlib import Path

import pytest

from mwaa_ecs.errors import OperationError
from mwaa_ecs.sandbox.airflow import AirflowEnvironment, find_version, service
from mwaa_ecs.sandbox.airflow.client import AirflowClient
from mwaa_ecs.sandbox.airflow.service import AirflowService
from unit.sandbox.ecs_story import until

# Stands for the Python that runs the programs: the scheduler ends when the test wants it to,
# the others stay.
_PYTHON = """#!/bin/sh
[ "$4" = scheduler ] || exec sleep 600
until [ -e "$AIRFLOW_HOME/full" ]; do sleep 0.1; done
echo "no space left on device"
exit 3
"""


def test_a_program_that_ends_right_after_its_start_ends_the_sandbox_with_its_last_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environment = AirflowEnvironment(find_version("3.0.6"), tmp_path / "installed", "3.11")
    python = environment.interpreter
    python.parent.mkdir(parents=True)
    python.write_text(_PYTHON)
    python.chmod(0o755)
    environment.database.parent.mkdir()
    sqlite3.connect(environment.database).close()
    monkeypatch.setattr(AirflowClient, "is_healthy", lambda _: True)
    (run := tmp_path / "run").mkdir()
    told: list[str] = []
    with AirflowService(
        environment,
        home=run / "airflow",
        dags=run / "dags",
        settings={},
        aws={},
        page="http://127.0.0.1:1",
        tell=told.append,
    ) as service:
        service.check()
        (service.home / "full").touch()
        until(lambda: told)
        with pytest.raises(OperationError) as ended:
            service.check()
    assert str(ended.value) == "Airflow's scheduler ended with 3:\nno space left on device"


def test_no_connection_takes_airflows_port_before_airflow_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        with socket.create_connection(server.getsockname()) as connection:
            assert connection.getsockname()[1] not in service.PORTS
        assert server.getsockname()[1] not in service.PORTS


def test_a_port_that_somebody_listens_on_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", service.free_port())) as taken:
        port = taken.getsockname()[1]
        other = service.free_port()
        monkeypatch.setattr(service, "PORTS", [port, other])
        assert service.free_port() == other
        monkeypatch.setattr(service, "PORTS", [port])
        with pytest.raises(OperationError, match=f"from {port} to {port}, and all are taken"):
            service.free_port()
