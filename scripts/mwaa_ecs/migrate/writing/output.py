"""Writes the folder that migrate brings."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from mwaa_ecs.migrate.answers import FILE as ANSWERS
from mwaa_ecs.migrate.answers import answers_text
from mwaa_ecs.migrate.migration import Draft, Migration
from mwaa_ecs.migrate.writing.report import json_lines, markdown_lines
from mwaa_ecs.migrate.writing.tasks import HCL_FILE, YAML_FOLDER, as_hcl, as_yaml

DAGS = "dags"
REPORT = "report.md"
HCL, YAML = "hcl", "yaml"


def write_all(migration: Migration, draft: Draft, form: str) -> None:
    """Write tasks, answers and report into the draft.

    Args:
        migration: what was found.
        draft: the folder; its DAG files are there already.
        form: "hcl" or "yaml", of the tasks.
    """
    if form == HCL:
        (draft.path / HCL_FILE).write_text(as_hcl(migration.tasks), encoding="utf-8")
    else:
        folder = draft.path / YAML_FOLDER
        folder.mkdir()
        for name, task in migration.tasks.items():
            (folder / f"{name}.yaml").write_text(as_yaml(task), encoding="utf-8")
    (draft.path / ANSWERS).write_text(
        answers_text(migration.folder, migration.asked, migration.answers.given),
        encoding="utf-8",
    )
    _write_lines(draft.path / REPORT, markdown_lines(migration))


def write_json(migration: Migration, path: Path) -> None:
    """Write the report for machines."""
    _write_lines(path, json_lines(migration))


def _write_lines(path: Path, lines: Iterable[str]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for line in lines:
            file.write(line + "\n")
