"""Notes on the files, beside the verdicts; and how far migrate is."""

from __future__ import annotations

from pathlib import Path

from mwaa_ecs.migrate.answers import Answers
from mwaa_ecs.migrate.migration import migrate
from unit.migrate.inputs import HEAD
from unit.migrate.test_inputs import write

DAG = (
    HEAD.lstrip()
    + """\
import os
import docker
import pandas
import nosuchpackage
import requests
from airflow.models import Variable

STAGE = Variable.get("stage")
REGION = os.environ["REGION"]
TABLES = requests.get("http://tables").json()
DB_PASSWORD = "hunter2-hunter2"

with DAG("one", schedule_interval="@daily"):
    DockerOperator(task_id="a", image="alpine:3")

def later():
    return Variable.get("later"), os.environ["LATER"], requests.get("http://later")
"""
)
SHIPPED = frozenset({"apache-airflow", "requests", "pandas"})


def test_each_note_has_its_file_and_line(tmp_path: Path) -> None:
    folder = write(tmp_path / "dags", {"dag.py": DAG})
    found = migrate(folder, Answers(), dags=None, shipped=SHIPPED)
    (result,) = found.files()
    assert [(note.file, note.line, note.code) for note in result.notes] == [
        ("dag.py", 4, "docker"),
        ("dag.py", 6, "package"),
        ("dag.py", 10, "variable-at-parse"),
        ("dag.py", 11, "environment-at-parse"),
        ("dag.py", 12, "network-at-parse"),
        ("dag.py", 13, "secret"),
        ("dag.py", 15, "AIR301"),
    ]
    texts = " ".join(note.text for note in result.notes)
    assert "nosuchpackage" in texts
    assert "'stage'" in texts
    assert "hunter2" not in texts


def test_progress_is_told_for_every_file(tmp_path: Path) -> None:
    files = {f"dag_{number}.py": DAG for number in range(3)} | {"other.py": "x = 1\n"}
    told: list[tuple[str, int, int]] = []
    migrate(
        write(tmp_path / "dags", files),
        Answers(),
        dags=None,
        shipped=None,
        progress=lambda *args: told.append(args),
    )
    assert told == [
        *(("Looking at files", number, 4) for number in (1, 2, 3, 4)),
        *(("Reading calls", number, 3) for number in (1, 2, 3)),
    ]
