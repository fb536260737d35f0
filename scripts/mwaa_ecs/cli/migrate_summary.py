"""The summary of `mwaa-ecs migrate`: what runs, what each answer unlocks, what to do next."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Group
from rich.markup import escape
from rich.table import Table

from mwaa_ecs.cli.output import console
from mwaa_ecs.files import shown_name
from mwaa_ecs.migrate.answers import FILE as ANSWERS
from mwaa_ecs.migrate.judging.reasons import CONVERTED, DECISION, REFUSED
from mwaa_ecs.migrate.migration import Migration
from mwaa_ecs.migrate.writing.output import DAGS, REPORT
from mwaa_ecs.migrate.writing.report import ordered_questions

if TYPE_CHECKING:
    from mwaa_ecs.migrate.trial import Trial

_MOST_QUESTIONS = 12
_MOST_FINDINGS = 20
_MARKS = {CONVERTED: "[green]✓[/]", DECISION: "[yellow]?[/]", REFUSED: "[red]✗[/]"}
_MEANINGS = {
    CONVERTED: "run with the tasks that are written",
    DECISION: "wait for an answer",
    REFUSED: "cannot run on ECS as they are written",
}


def summarise(migration: Migration, out: Path | None) -> None:
    """Print the summary.

    Args:
        migration: what was found.
        out: where the files are; None where none were written.
    """
    total = migration.verdicts.total()
    console.print(f"[bold]{total} calls[/] of DockerOperator in {escape(migration.folder)}")
    for name in (CONVERTED, DECISION, REFUSED):
        count = migration.verdicts[name]
        if count:
            console.print(
                f"  {_MARKS[name]} {count:>4}  {name:<9}  {_MEANINGS[name]}", soft_wrap=True
            )
    questions = ordered_questions(migration)
    if questions:
        console.print(Group("", "[bold]Questions[/]", _table(migration)))
        if len(questions) > _MOST_QUESTIONS:
            console.print(f"  and {len(questions) - _MOST_QUESTIONS} more in {ANSWERS}")
    if migration.note_counts:
        notes = ", ".join(
            f"{count} {code}" for code, count in sorted(migration.note_counts.items())
        )
        console.print(f"\n[bold]Notes[/]  {notes}", soft_wrap=True)
    for each in migration.not_checked:
        console.print(f"[yellow]not checked:[/] {escape(each)}", soft_wrap=True)
    if migration.trial is not None:
        _trial(migration.trial)
    if out is not None:
        _next_steps(migration, out)


def _trial(trial: Trial) -> None:
    console.print(
        f"\n[bold]Tried[/]  in Airflow {trial.airflow}: compared {trial.tasks} tasks and"
        f" {trial.edges} of the edges in {trial.dags} DAGs",
        soft_wrap=True,
    )
    groups = (
        ("[red]✗ cannot be imported[/]", trial.errors),
        ("[red]✗ differs[/]", trial.differences),
        ("[yellow]? not tried[/]", trial.not_tried),
    )
    for what, findings in groups:
        for each in findings[:_MOST_FINDINGS]:
            console.print(f"  {what}  {escape(str(each))}", soft_wrap=True)
        if len(findings) > _MOST_FINDINGS:
            console.print(f"  and {len(findings) - _MOST_FINDINGS} more")


def _table(migration: Migration) -> Table:
    table = Table(box=None, pad_edge=True, header_style="dim")
    table.add_column("calls", justify="right")
    table.add_column("it alone", justify="right")
    table.add_column("question", overflow="fold")
    for question in ordered_questions(migration)[:_MOST_QUESTIONS]:
        table.add_row(
            str(migration.waiting[question]),
            str(migration.alone[question] or ""),
            escape(question.id),
        )
    return table


def _next_steps(migration: Migration, out: Path) -> None:
    name = escape(shown_name(out))
    console.print(f"\n[bold]Next[/]  read {name}/{REPORT}", soft_wrap=True)
    if migration.is_open:
        console.print(
            f"      answer {name}/{ANSWERS}, and run again with\n"
            f"      --answers {name}/{ANSWERS} and a new --out",
            soft_wrap=True,
        )
    else:
        console.print(
            f"      give the tasks to the module, and upload {name}/{DAGS}", soft_wrap=True
        )
