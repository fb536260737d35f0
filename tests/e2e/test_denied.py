"""`mwaa-ecs sandbox run --enforce-iam` shows a missing permission before anything is in AWS."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mwaa_ecs.cli import app

pytestmark = [pytest.mark.airflow, pytest.mark.usefixtures("attached_commands")]
REPOSITORY = Path(__file__).resolve().parents[2]


def test_a_dag_that_tags_without_the_input_fails_with_the_missing_permission(
    tmp_path: Path,
) -> None:
    for name in ("modules", "examples/hello-world"):
        shutil.copytree(REPOSITORY / name, tmp_path / name)
    for file in REPOSITORY.glob("*.tf"):
        shutil.copy(file, tmp_path)
    example = tmp_path / "examples" / "hello-world"
    (example / "dags" / "airflow_dag_ecs_operator.py").unlink()
    dag = example / "dags" / "hello_world.py"
    text = dag.read_text()
    assert 'task="operator"' in text
    dag.write_text(text.replace('task="operator"', 'task="operator", tags={"team": "data"}'))
    settings = example / "sandbox.yaml"
    settings.write_text(settings.read_text().replace("  - example_ecs_operator\n", ""))
    done = CliRunner().invoke(
        app, ["sandbox", "run", str(example), "--engine", "stand-in", "--enforce-iam"]
    )
    assert done.exit_code == 1, done.output
    said = " ".join(done.output.replace("│", " ").split())
    denied = (
        "assumed-role/AmazonMWAA-demo/Airflow is not authorized to perform: ecs:TagResource on "
        "resource: arn:aws:ecs:eu-west-1:123456789012:task/airflow-ecs-cluster/* because no "
        "identity-based policy allows the ecs:TagResource action"
    )
    assert f"denied User: arn:aws:sts::123456789012:{denied}" in said
    assert "hint ecs:TagResource is granted by policy = { tags = true }" in said
    assert "AirflowFailException: AccessDeniedException: User:" in done.stderr
    assert denied in done.stderr
    assert "Traceback" not in done.output
