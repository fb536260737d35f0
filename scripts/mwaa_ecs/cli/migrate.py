"""`mwaa-ecs migrate`: from DockerOperator to MWAA."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bars

from mwaa_ecs.cli.migrate_summary import summarise
from mwaa_ecs.cli.output import clear_errors, errors
from mwaa_ecs.errors import UserError
from mwaa_ecs.files import write_stream
from mwaa_ecs.migrate.answers import Answers, read_answers
from mwaa_ecs.migrate.migration import Draft, Migration, Progress, copy_rest, migrate
from mwaa_ecs.migrate.writing.output import DAGS, write_all
from mwaa_ecs.migrate.writing.report import json_lines

if TYPE_CHECKING:
    from mwaa_ecs.migrate.trial import Trial
    from mwaa_ecs.sandbox.airflow.versions import AirflowVersion


class Form(StrEnum):
    """How tasks are written."""

    hcl = "hcl"
    yaml = "yaml"


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
    tries: Annotated[
        bool,
        typer.Option(
            "--try",
            help="Import the new DAGs in real Airflow, which runs their code on this machine, "
            "and compare tasks and edges with what was read; end with 1 if they differ.",
        ),
    ] = False,
    airflow: Annotated[
        str | None,
        typer.Option(
            metavar="VERSION", help="The Airflow version of --try, as of `sandbox run`."
        ),
    ] = None,
) -> None:
    """Bring DAGs from DockerOperator to MWAA.

    Changes import lines, writes the tasks for Terraform, and asks what only you know.
    Your folder stays as it is, and without --try nothing of it is imported.

    Example: mwaa-ecs migrate dags --out migrated
    """
    with clear_errors():
        if out is None and not check and not tries and json_file is None:
            raise UserError(
                "--out: expected a new folder; or use --check, --try or --json alone"
            )
        if airflow is not None and not tries:
            raise UserError(f"--airflow: {airflow!r} is the version for --try; add --try")
        if not folder.is_dir():
            why = "is a file" if folder.exists() else "does not exist"
            raise UserError(f"FOLDER: {str(folder)!r} {why}; name the folder with your DAGs")
        given = Answers()
        if answers is not None:
            given = read_answers(answers, folder.resolve().name)
        try_in = _version(airflow) if tries else None
        found = _run(folder, out, given, form, try_in)
        if json_file is not None:
            write_stream(json_file, (f"{line}\n" for line in json_lines(found)))
        summarise(found, out)
        failed = found.trial is not None and not found.trial.ok
        if failed or (check and found.is_open):
            raise typer.Exit(1)


def _run(
    folder: Path, out: Path | None, given: Answers, form: Form, try_in: AirflowVersion | None
) -> Migration:
    if out is None and try_in is None:
        return _migrated(folder, given, None)
    with ExitStack() as stack:
        if out is None:
            work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mwaa-ecs-")))
            draft = None
        else:
            draft = stack.enter_context(Draft(out, folder))
            work = draft.path
        found = _migrated(folder, given, work / DAGS)
        copy_rest(found, work / DAGS)
        if try_in is not None:
            found.trial = _trial(found, work / DAGS, try_in)
        if draft is not None:
            write_all(found, draft, form.value)
            draft.keep()
        return found


def _migrated(folder: Path, given: Answers, dags: Path | None) -> Migration:
    with _bars() as progress:
        return migrate(folder, given, dags=dags, shipped=_shipped(), progress=progress)


def _version(airflow: str | None) -> AirflowVersion:
    try:
        from mwaa_ecs.sandbox.airflow.versions import DEFAULT_VERSION, find_version
    except ModuleNotFoundError:
        raise UserError(
            "--try: it needs the extra sandbox; install mwaa-ecs[sandbox,migrate]"
        ) from None
    return find_version(airflow or DEFAULT_VERSION)


def _trial(found: Migration, dags: Path, version: AirflowVersion) -> Trial:
    from mwaa_ecs.migrate.trial import try_dags
    from mwaa_ecs.sandbox.airflow import prepare

    with errors.status(f"Importing the DAGs in Airflow {version.number}"):
        return try_dags(prepare(version), dags, found)


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
