"""What `mwaa-ecs sandbox run` prints while it works and at its end."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

import mwaa_ecs.cli.report
import mwaa_ecs.cli.sandbox_local_aws
import mwaa_ecs.sandbox.run
from mwaa_ecs.cli import app
from mwaa_ecs.cli.output import StageLines
from mwaa_ecs.cli.report import print_report
from mwaa_ecs.sandbox.airflow import DagRun, TaskRun
from mwaa_ecs.sandbox.local_aws.refusals import Refusal, SignatureError
from mwaa_ecs.sandbox.local_aws.refused import RefusedRequests
from mwaa_ecs.sandbox.protocol import AwsRequest
from mwaa_ecs.sandbox.report import Report, Stage

TIMEOUT = "airflow.exceptions.AirflowTaskTimeout: Timeout, PID: 7"


def report(**changes: Any) -> Report:
    given: dict[str, Any] = {
        "example": "etl",
        "engine": "stand-in",
        "airflow": "3.0.6",
        "amazon_provider": "9",
        "python": "3.12",
        "stages": (),
        "resources": 1,
        "dag_runs": (),
        "second_plan": (),
        "left_over": (),
        "aws_calls": 1,
        **changes,
    }
    return Report(**given)


def dag_run(state: str, *tasks: TaskRun, **changes: Any) -> DagRun:
    return DagRun("nightly", state, tasks, changes.pop("lines", ()), Path("dag.log"), **changes)


def printed(shown: Report, capsys: pytest.CaptureFixture[str]) -> str:
    print_report(shown)
    return " ".join(capsys.readouterr().out.replace("│", " ").split())


def test_dropped_lines_are_reported(capsys: pytest.CaptureFixture[str]) -> None:
    said = printed(report(dropped_lines={"/ecs/etl ecs/etl/1": 12345}), capsys)
    assert "dropped the 12,345 oldest lines of the log stream /ecs/etl ecs/etl/1" in said


def test_a_successful_run_with_failed_tasks_is_a_problem() -> None:
    run = dag_run(
        "success",
        TaskRun("load", "failed", timed_out=True, reasons=(TIMEOUT,)),
        TaskRun("check", "upstream_failed"),
        TaskRun("clean", "success"),
        containers=("ECS task 01 (etl:1): etl exited with 0, proxy exited with 1",),
    )
    (problem,) = report(dag_runs=(run,)).problems
    assert problem.splitlines() == [
        "the DAG nightly ended as success, although 2 of 3 tasks failed",
        "  load: failed: it timed out",
        f"    {TIMEOUT}",
        "  check: upstream_failed",
        "  ECS task 01 (etl:1): etl exited with 0, proxy exited with 1",
    ]


def test_a_dag_that_did_not_run_is_a_problem_with_its_reason() -> None:
    run = dag_run(
        "not run", reasons=("there is no DAG 'nightly'", "cannot be imported: a.py:1")
    )
    data = json.loads(report(dag_runs=(run,)).to_json())
    assert data["ok"] is False
    assert data["problems"] == [
        "the DAG nightly did not run\n  there is no DAG 'nightly'\n  cannot be imported: a.py:1"
    ]


def test_missing_lines_are_explained_with_a_hint(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = printed(
        report(
            dag_runs=(dag_run("success", TaskRun("load", "success"), silence="no ECS task"),),
            denied=("User: x is not authorized",),
            hints=("ecs:ListTasks is granted by policy = { reattach = true }",),
            parse_calls={"etl.py": {"ssm:GetParameter": 2, "ecs:ListTasks": 1}},
        ),
        capsys,
    )
    assert "(no ECS task)" in said
    assert "hint ecs:ListTasks is granted by policy = { reattach = true }" in said
    assert "etl.py makes 3 calls (ecs:ListTasks 1, ssm:GetParameter 2)" in said


def test_refused_requests_are_reported_at_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    refused = RefusedRequests()
    assert "refused" not in printed(report(refused=refused.summary), capsys)
    error = SignatureError(Refusal.UNSIGNED, "The request is not signed")
    for host in ("one", "other"):
        refused.add(AwsRequest({"HTTP_HOST": host}), error)
    said = printed(report(refused=refused.summary), capsys)
    assert (
        "Warning 2 requests were refused; the first: a request for one is refused: The "
        "request is not signed" in said
    )


def test_the_reason_why_no_dag_ran_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Airflow not run: sandbox.yaml" in printed(
        report(no_dags="sandbox.yaml ..."), capsys
    )


def test_a_long_line_keeps_its_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    console = Console(file=out, width=40, force_terminal=False)
    monkeypatch.setattr(mwaa_ecs.cli.report, "console", console)
    print_report(report(dag_runs=(dag_run("success", lines=("word " * 20,)),)))
    (first, *others) = [line for line in out.getvalue().splitlines() if "word" in line]
    assert len(others) > 1
    assert all(line.startswith("│    │ word") for line in (first, *others))


@pytest.mark.parametrize(("ok", "mark"), [(True, "✓"), (False, "✗")])
def test_a_stage_that_failed_has_a_cross(
    ok: bool, mark: str, capsys: pytest.CaptureFixture[str]
) -> None:
    StageLines().end(Stage("DAG nightly", 1.0, "failed", ok))
    assert capsys.readouterr().out.startswith(f"{mark} DAG nightly")


def test_with_keep_the_report_comes_before_the_wait(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The local AWS stays up until Ctrl-C, and a person reads the report before."""
    file = tmp_path / "report.json"
    waited: list[bool] = []

    def run_example(*_: Any, while_up: Any, **__: Any) -> Report:
        kept = report(kept=tmp_path)
        while_up(None, kept)
        return kept

    monkeypatch.setattr(mwaa_ecs.sandbox.run, "run_example", run_example)
    monkeypatch.setattr(
        mwaa_ecs.cli.sandbox_local_aws, "keep_up", lambda *_: waited.append(file.exists())
    )
    done = CliRunner().invoke(
        app, ["sandbox", "run", str(tmp_path), "--keep", "--json", str(file)]
    )
    assert (done.exit_code, waited) == (0, [True]), done.output
    assert done.output.count("it works") == 1
