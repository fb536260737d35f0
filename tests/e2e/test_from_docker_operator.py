"""From a Docker host to MWAA: migrate, try, apply and run; and what a trial finds."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mwaa_ecs.cli import app
from unit.migrate.test_inputs import write

pytestmark = [pytest.mark.airflow, pytest.mark.usefixtures("attached_commands")]

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "from-docker-operator"

HEAD = """from datetime import datetime
from airflow import DAG
from airflow.providers.docker.operators.docker import DockerOperator
"""
DAG = """
with DAG("{name}", start_date=datetime(2024, 1, 1), schedule=None) as dag:
    DockerOperator(task_id="a", image="python:3.11"{more})
"""
NEEDY = {
    "package.py": "import nosuchpackage\n" + HEAD + DAG.format(name="package", more=""),
    "variable.py": HEAD
    + 'from airflow.models import Variable\nSTAGE = Variable.get("stage")\n'
    + DAG.format(name="variable", more=""),
    "connection.py": HEAD
    + 'from airflow.hooks.base import BaseHook\nHOST = BaseHook.get_connection("db").host\n'
    + DAG.format(name="connection", more=""),
    "environment.py": HEAD
    + 'import os\nSTAGE = os.environ["STAGE"]\n'
    + DAG.format(name="environment", more=""),
    "broken.py": HEAD + DAG.format(name="broken", more=", nonsense=1"),
    "differs.py": HEAD
    + DAG.format(name="differs", more="")
    + "dag.task_dict.clear()\n"
    + 'exec("""DockerOperator(task_id="b", image="python:3.11", dag=dag)""")\n',
}


def test_a_folder_of_docker_dags_is_migrated_tried_applied_and_run(
    tmp_path: Path, repository: Path
) -> None:
    migrated = CliRunner().invoke(
        app,
        [
            *("migrate", str(EXAMPLE / "dags-on-docker"), "--out", str(tmp_path / "migrated")),
            *("--answers", str(EXAMPLE / "answers.yaml"), "--try"),
            *("--json", str(tmp_path / "migrated.json")),
        ],
    )
    assert migrated.exit_code == 0, migrated.output
    trial = json.loads((tmp_path / "migrated.json").read_text())["trial"]
    assert (trial["dags"], trial["tasks"], trial["edges"]) == (2, 3, 1)
    assert trial["errors"] == trial["differences"] == trial["not_tried"] == []

    # The reader's own configuration, with what migrate wrote put beside it.
    example = tmp_path / "example"
    shutil.copytree(EXAMPLE, example)
    shutil.rmtree(example / "dags")
    shutil.rmtree(example / "dags-on-docker")
    shutil.copytree(tmp_path / "migrated" / "dags", example / "dags")
    # The module uploads the operator itself.
    shutil.rmtree(example / "dags" / "mwaa_ecs_operator")
    shutil.copy(tmp_path / "migrated" / "tasks.tf", example / "tasks.tf")
    main = (example / "main.tf").read_text()
    (example / "main.tf").write_text(main.replace('"../..', f'"{repository}'))
    done = CliRunner().invoke(
        app,
        [
            *("sandbox", "run", str(example), "--engine", "stand-in"),
            *("--json", str(tmp_path / "report.json")),
        ],
    )
    assert done.exit_code == 0, done.output
    report = json.loads((tmp_path / "report.json").read_text())
    assert {run["dag_id"]: run["state"] for run in report["dag_runs"]} == {
        "sales": "success",
        "report": "success",
    }
    assert report["second_plan"] == report["left_over"] == []


@pytest.mark.parametrize(
    "version",
    [
        "3.0.6",
        *(pytest.param(each, marks=pytest.mark.versions) for each in ("2.10.3", "3.3.1")),
    ],
)
def test_a_trial_tells_faults_from_what_only_your_environment_has(
    version: str, tmp_path: Path
) -> None:
    write(tmp_path / "dags", NEEDY)
    done = CliRunner().invoke(
        app,
        [
            *("migrate", str(tmp_path / "dags"), "--try", "--airflow", version),
            *("--json", str(tmp_path / "report.json")),
        ],
    )
    assert done.exit_code == 1, done.output
    trial = json.loads((tmp_path / "report.json").read_text())["trial"]
    (error,) = trial["errors"]
    assert (error["file"], error["line"]) == ("broken.py", 6)
    assert "Invalid arguments were passed to DockerOperator" in error["message"]
    differences = {(each["file"], each["line"]) for each in trial["differences"]}
    assert differences == {("differs.py", 0), ("differs.py", 6)}
    assert [(each["file"], each["line"], each["message"]) for each in trial["not_tried"]] == [
        ("connection.py", 5, "it reads the connection 'db' at parse"),
        ("environment.py", 5, "it reads the environment variable 'STAGE' at parse"),
        ("package.py", 1, "it needs the package nosuchpackage"),
        ("variable.py", 5, "it reads the Variable 'stage' at parse"),
    ]
    assert not (tmp_path / "dags" / "__pycache__").exists()
