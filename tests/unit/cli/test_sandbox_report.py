"""What `mwaa-ecs sandbox run` says at its end."""

from __future__ import annotations

import pytest

from mwaa_ecs.cli.report import print_report
from mwaa_ecs.sandbox.report import Report


def test_lines_that_were_dropped_are_told_of(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report(
        example="etl",
        engine="stand-in",
        airflow="3.0.6",
        amazon_provider="9",
        python="3.12",
        stages=(),
        resources=1,
        dag_runs=(),
        second_plan=(),
        left_over=(),
        aws_calls=1,
        dropped_lines={"/ecs/etl ecs/etl/1": 12345},
    )
    print_report(report)
    said = " ".join(capsys.readouterr().out.replace("│", " ").split())
    assert "dropped the 12,345 oldest lines of the log stream /ecs/etl ecs/etl/1" in said
