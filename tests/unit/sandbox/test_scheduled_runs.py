"""`sandbox run --scheduler`: what the report has of the scheduler's runs."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mwaa_ecs.errors import OperationError
from mwaa_ecs.sandbox.airflow import NOT_RUN, DagRun
from mwaa_ecs.sandbox.airflow.dag_files import DagFiles
from mwaa_ecs.sandbox.example import ExampleDag
from mwaa_ecs.sandbox.scheduled_runs import ScheduledRunner, lines_in, tasks_in
from unit.sandbox.named.airflow_api import AirflowApi, task

_PAST = "2026-01-31T12:00:00Z"


class _Aws:
    """A local AWS in which no task runs."""

    def mark(self) -> int:
        return 0

    def calls_since(self, _mark: int) -> tuple[()]:
        return ()

    def client(self, _service: str) -> Any:
        return SimpleNamespace(list_clusters=lambda: {"clusterArns": []})

    watcher = client


def _run(
    api: AirflowApi, monkeypatch: pytest.MonkeyPatch, dag_id: str = "load", **options: Any
) -> list[DagRun]:
    monkeypatch.setattr("mwaa_ecs.sandbox.airflow.triggered._POLL_SECONDS", 0.0)
    monkeypatch.setattr("mwaa_ecs.sandbox.scheduled_runs._POLL_SECONDS", 0.0)
    files: Any = SimpleNamespace(aws=_Aws())
    airflow: Any = SimpleNamespace(
        client=api, home=Path("/home"), check=options.get("check", lambda: None)
    )
    known = DagFiles({"load": Path("load.py")}, (), ())
    done, _ = ScheduledRunner(files, airflow).run(ExampleDag(dag_id, {"day": 1}), known)
    return done


def test_retries_and_mapped_tasks_are_in_the_report(monkeypatch: pytest.MonkeyPatch) -> None:
    api = AirflowApi(state="failed", log=[{"event": "x", "error_detail": []}])
    api.tasks = [task("flaky", "success", tries=2), task("each", "failed", index=1)]
    (run,) = _run(api, monkeypatch)
    assert [(one.task_id, one.outcome) for one in run.tasks] == [
        ("flaky", "success, try 2"),
        ("each[1]", "failed"),
    ]
    assert (run.state, run.ok) == ("failed", False)


def test_runs_that_the_schedule_starts_are_reported_too_and_no_more_follow(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    api = AirflowApi()
    api.runs = ["manual+1", "scheduled+1"]
    api.dag = {"is_paused": True, "next_dagrun_run_after": _PAST}
    asked, scheduled = _run(api, monkeypatch)
    assert (asked.name, scheduled.name) == ("load", "load (scheduled+1)")
    switched = [body for method, _, body in api.seen if method == "PATCH"]
    assert switched == [{"is_paused": False}, {"is_paused": True}]


def test_a_run_that_is_due_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    api = AirflowApi()
    api.dag = {"is_paused": True, "next_dagrun_create_after": _PAST}
    looks = iter(range(100))

    def check() -> None:
        if next(looks) > 5:
            api.runs = ["manual+1", "scheduled+1"]

    assert len(_run(api, monkeypatch, check=check)) == 2


def test_a_dag_that_does_not_exist_or_refuses_its_configuration_is_not_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (missing,) = _run(AirflowApi(), monkeypatch, dag_id="laod")
    assert (missing.state, "no DAG 'laod'" in missing.reasons[0]) == (NOT_RUN, True)
    (refused,) = _run(AirflowApi(refused="'x' is not valid"), monkeypatch)
    assert (refused.state, "'x' is not valid" in refused.reasons[0]) == (NOT_RUN, True)


def test_a_scheduler_that_ends_again_and_again_ends_the_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def check() -> None:
        raise OperationError("Airflow's scheduler ended with 1")

    with pytest.raises(OperationError, match="scheduler ended"):
        _run(AirflowApi(), monkeypatch, check=check)


def test_each_run_has_the_lines_of_its_own_containers() -> None:
    tasks = [
        {"taskArn": "arn:aws:ecs:r:1:task/c/one"},
        {"taskArn": "arn:aws:ecs:r:1:task/c/two"},
    ]
    events = ["ECS task ID is: two", "[2026-01-31 12:00:00,123] Hello", "and bye"]
    assert tasks_in(events, tasks) == tasks[1:]
    assert list(lines_in(events, ["Hello", "not logged", "and bye"])) == ["Hello", "and bye"]
