"""`sandbox trigger`: how a run ended, and why it did not begin."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from typer.testing import CliRunner

from mwaa_ecs.cli import app
from mwaa_ecs.sandbox.airflow.client import AirflowApiError
from mwaa_ecs.sandbox.airflow.triggered import read_text_log
from mwaa_ecs.sandbox.keys import Keys
from mwaa_ecs.sandbox.named.client import SandboxClient
from mwaa_ecs.sandbox.named.registry import registered

_RUN = "/dags/load/dagRuns/manual%2B1"
# As Airflow 2 answers: pairs of host and text, in Python's form.
_LINE = "[2026-01-31T12:00:00.000+0000] {load.py:1} ERROR - Task failed"
_TEXT = str([("host", f"{_LINE}\nValueError: x is 2\n")])
_ERROR = {"exc_type": "ValueError", "exc_value": "x is 2"}
_RECORDS = [{"event": "Task failed", "error_detail": [_ERROR]}]

_Trigger = Callable[..., tuple[int, str]]


def _task(name: str, state: str, index: int = -1, tries: int = 1) -> dict[str, Any]:
    started = None if state == "upstream_failed" else f"2026-01-31T12:00:0{max(index, 0)}Z"
    return {
        "task_id": name,
        "map_index": index,
        "state": state,
        "try_number": tries,
        "start_date": started,
    }


class _Airflow:
    """Answers as Airflow's API does, for one DAG with a run."""

    def __init__(self, *, state: str = "success", log: object = (), refused: str = "") -> None:
        self.refused = refused
        self.states = iter(["queued", "running", state, state])
        self.tasks = [_task("load", state)]
        self.log = log
        self.seen: list[tuple[str, str, Any]] = []

    def call(
        self, method: str, path: str, *, query: Any = None, body: Any = None
    ) -> dict[str, Any]:
        self.seen.append((method, path, body))
        if path == "/dags/load":
            return {"is_paused": True}
        if path == "/dags/load/dagRuns":
            if self.refused:
                raise AirflowApiError(400, {"detail": self.refused})
            return {"dag_run_id": "manual+1"}
        if path == _RUN:
            return {"state": next(self.states)}
        if "/logs/" in path:
            return {"content": self.log}
        rows: dict[str, list[Any]] = {
            f"{_RUN}/taskInstances": self.tasks,
            "/dags": [{"dag_id": "load"}, {"dag_id": "report"}],
            "/importErrors": [
                {"filename": "/tmp/dags/broken.py", "stack_trace": "Traceback\nNameError: x"}
            ],
        }
        key = {"/dags": "dags", "/importErrors": "import_errors"}.get(path, "task_instances")
        if path not in rows:
            raise AirflowApiError(404, {"detail": "not found"})
        page = rows[path][query["offset"] :][:1]  # one row a page
        return {key: page, "total_entries": len(rows[path])}


@contextmanager
def _sandbox(airflow: _Airflow, version: str = "3.0.6") -> Iterator[_Trigger]:
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
    airflow = _Airflow()
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
    airflow = _Airflow(state="failed", log=log)
    airflow.tasks = [
        _task("last", "upstream_failed"),
        _task("each", "failed", index=1),
        _task("first", "success", tries=2),
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
    airflow = _Airflow()
    with _sandbox(airflow) as run:
        code, told = run("load")
    assert (code, told.splitlines()[0]) == (0, "load: run manual+1")
    assert next(airflow.states) == "queued"


def test_a_wrong_id_lists_the_dags_and_the_files_that_cannot_be_imported() -> None:
    with _sandbox(_Airflow()) as run:
        code, told = run("laod")
    assert code == 2
    assert "There is no DAG 'laod'. Did you mean 'load'? The DAGs are load, report" in told
    assert "broken.py cannot be imported: NameError: x" in told


def test_a_configuration_that_the_dag_refuses_is_the_users_mistake() -> None:
    with _sandbox(_Airflow(refused="'x' is not of type 'integer'\nmore")) as run:
        code, told = run("load", "--conf", '{"n": "x"}')
    assert (code, "'x' is not of type 'integer'. Give another --conf" in told) == (2, True)


@pytest.mark.parametrize("conf", ["{day", "[1]", "1", ""])
def test_a_configuration_that_is_no_object_is_refused_before_anything_runs(conf: str) -> None:
    airflow = _Airflow()
    with _sandbox(airflow) as run:
        code, told = run("load", "--conf", conf)
    assert (code, f"--conf is {conf!r}" in told, airflow.seen) == (2, True, [])


def test_a_log_in_no_known_form_is_read_as_text() -> None:
    assert read_text_log("no host\nKeyError: 'x'").reasons == ("KeyError: 'x'",)
