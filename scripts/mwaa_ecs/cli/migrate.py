"""`mwaa-ecs migrate`: from DockerOperator to MWAA."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bars

from mwaa_ecs.cli.migrate_summary import summarise
from mwaa_ecs.cli.output import clear_errors, errors
from mwaa_ecs.errors import UserError
from mwaa_ecs.files import write_stream
from mwaa_ecs.migrate.answers import Answers, read_answers
from mwaa_ecs.migrate.migration import Draft, Migration, Progress, migrate
from mwaa_ecs.migrate.writing.output import DAGS, write_all
from mwaa_ecs.migrate.writing.report import json_lines

app = typer.Typer(add_completion=False, rich_markup_mode=None)


class Form(StrEnum):
    """How tasks are written."""

    hcl = "hcl"
    yaml = "yaml"


@app.command()
def migrate_command(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="The folder with your DAGs.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(metavar="OUT", help="A new folder for DAGs, tasks, answers and report."),
    ] = None,
    answers: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The answers.yaml that migrate wrote, with answers."),
    ] = None,
    form: Annotated[
        Form, typer.Option("--format", help="How the tasks are written.")
    ] = Form.hcl,
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write the report as JSON.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="For CI: end with 1 if a question is open.")
    ] = False,
) -> None:
    """Bring DAGs from DockerOperator to MWAA.

    Changes import lines, writes the tasks for Terraform, and asks what only you know.
    Your folder stays as it is, and nothing of it is imported.

    Example: mwaa-ecs migrate dags --out migrated
    """
    with clear_errors():
        if out is None and not check and json_file is None:
            raise UserError("--out: expected a new folder; or use --check or --json alone")
        if not folder.is_dir():
            why = "is a file" if folder.exists() else "does not exist"
            raise UserError(f"FOLDER: {str(folder)!r} {why}; name the folder with your DAGs")
        given = Answers()
        if answers is not None:
            given = read_answers(answers, folder.resolve().name)
        found = _run(folder, out, given, form)
        if json_file is not None:
            write_stream(json_file, (f"{line}\n" for line in json_lines(found)))
        summarise(found, out)
        if check and found.is_open:
            raise typer.Exit(1)


def _run(folder: Path, out: Path | None, given: Answers, form: Form) -> Migration:
    if out is None:
        with _bars() as progress, tempfile.TemporaryDirectory():
            return migrate(folder, given, dags=None, shipped=_shipped(), progress=progress)
    with Draft(out, folder) as draft:
        with _bars() as progress:
            found = migrate(
                folder, given, dags=draft.path / DAGS, shipped=_shipped(), progress=progress
            )
        write_all(found, draft, form.value)
        draft.keep()
        return found


@contextmanager
def _bars() -> Iterator[Progress]:
    """Show how far it is, on a terminal."""
    if not errors.is_terminal:
        yield lambda *_: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Bars(*columns, console=errors, transient=True) as bars:
        tasks = {}

        def progress(what: str, done: int, count: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=count)
            bars.update(tasks[what], completed=done)

        yield progress


def _shipped() -> frozenset[str] | None:
    """Return the packages that MWAA's newest Airflow has; None without the extra sandbox."""
    try:
        from mwaa_ecs.sandbox.airflow.versions import DEFAULT_VERSION, find_version
    except ModuleNotFoundError:
        return None
    lines = find_version(DEFAULT_VERSION).lock.read_text(encoding="utf-8").splitlines()
    return frozenset(line.partition("==")[0].lower() for line in lines if "==" in line)
