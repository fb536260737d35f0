"""`sandbox trigger`: how a run ended, and why it did not begin."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from typer.testing import CliRunner

from mwaa_ecs.cli import app
from mwaa_ecs.sandbox.airflow.triggered import read_text_log
from mwaa_ecs.sandbox.keys import Keys
from mwaa_ecs.sandbox.named.client import SandboxClient
from mwaa_ecs.sandbox.named.registry import registered
from unit.sandbox.named.airflow_api import AirflowApi, task

# As Airflow 2 answers: pairs of host and text, in Python's form.
_LINE = "[2026-01-31T12:00:00.000+0000] {load.py:1} ERROR - Task failed"
_TEXT = str([("host", f"{_LINE}\nValueError: x is 2\n")])
_ERROR = {"exc_type": "ValueError", "exc_value": "x is 2"}
_RECORDS = [{"event": "Task failed", "error_detail": [_ERROR]}]

_Trigger = Callable[..., tuple[int, str]]


@contextmanager
def _sandbox(airflow: AirflowApi, version: str = "3.0.6") -> Iterator[_Trigger]:
    with registered("mine") as registration, pytest.MonkeyPatch.context() as patch:
        registration.ready(
            endpoint_url="http://127.0.0.1:9",
            region="eu-west-1",
            keys=Keys("MWAAECSKEY", "secret"),
            airflow=version,
            environment="demo",
            page="http://127.0.0.1:10",
        )

        def call(_self: Any, *words: Any, **options: Any) -> Any:
            return airflow.call(*words, **options)

        patch.setattr(SandboxClient, "call", call)
        patch.setattr("mwaa_ecs.sandbox.airflow.triggered._POLL_SECONDS", 0.0)

        def run(*words: str) -> tuple[int, str]:
            done = CliRunner().invoke(app, ["sandbox", "trigger", *words])
            return done.exit_code, done.output

        yield run


def test_a_run_that_succeeds_exits_with_0_and_its_paused_dag_is_switched_on() -> None:
    airflow = AirflowApi()
    with _sandbox(airflow) as run:
        code, told = run("load", "--conf", '{"day": 1}', "--wait")
    assert (code, "✓ load: success" in told) == (0, True), told
    assert ("PATCH", "/dags/load", {"is_paused": False}) in airflow.seen
    assert (
        "POST",
        "/dags/load/dagRuns",
        {"conf": {"day": 1}, "logical_date": None},
    ) in airflow.seen


@pytest.mark.parametrize(("version", "log"), [("2.10.3", _TEXT), ("3.0.6", _RECORDS)])
def test_a_run_that_fails_exits_with_1_and_names_the_task_and_its_reason(
    version: str, log: object
) -> None:
    airflow = AirflowApi(state="failed", log=log)
    airflow.tasks = [
        task("last", "upstream_failed"),
        task("each", "failed", index=1),
        task("first", "success", tries=2),
    ]
    with _sandbox(airflow, version) as run:
        code, told = run("load", "--wait")
    assert code == 1
    assert told.splitlines()[-5:] == [
        "✓ first: success, try 2",
        "✗ each[1]: failed",
        "    ValueError: x is 2",
        "✗ last: upstream_failed",
        "✗ load: failed",
    ]


def test_without_wait_the_command_returns_at_once() -> None:
    airflow = AirflowApi()
    with _sandbox(airflow) as run:
        code, told = run("load")
    assert (code, told.splitlines()[0]) == (0, "load: run manual+1")
    assert next(airflow.states) == "queued"


def test_a_wrong_id_lists_the_dags_and_the_files_that_cannot_be_imported() -> None:
    with _sandbox(AirflowApi()) as run:
        code, told = run("laod")
    assert code == 2
    assert "There is no DAG 'laod'. Did you mean 'load'? The DAGs are load, report" in told
    assert "broken.py cannot be imported: NameError: x" in told


def test_a_configuration_that_the_dag_refuses_is_the_users_mistake() -> None:
    with _sandbox(AirflowApi(refused="'x' is not of type 'integer'\nmore")) as run:
        code, told = run("load", "--conf", '{"n": "x"}')
    assert (code, "'x' is not of type 'integer'. Give another --conf" in told) == (2, True)


@pytest.mark.parametrize("conf", ["{day", "[1]", "1", ""])
def test_a_configuration_that_is_no_object_is_refused_before_anything_runs(conf: str) -> None:
    airflow = AirflowApi()
    with _sandbox(airflow) as run:
        code, told = run("load", "--conf", conf)
    assert (code, f"--conf is {conf!r}" in told, airflow.seen) == (2, True, [])


def test_a_log_in_no_known_form_is_read_as_text() -> None:
    assert read_text_log("no host\nKeyError: 'x'").reasons == ("KeyError: 'x'",)
