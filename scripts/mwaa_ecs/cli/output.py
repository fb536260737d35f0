"""What the commands share in talking to a person: errors, progress, the summary."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer
from rich.console import Console, Group
from rich.markup import escape
from rich.panel import Panel
from rich.status import Status
from rich.table import Table
from rich.text import Text

from mwaa_ecs.errors import MwaaEcsError

if TYPE_CHECKING:
    # Costs a second to import, and only `sandbox` needs it.
    from mwaa_ecs.sandbox.run import Report, Stage

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)


@contextmanager
def clear_errors() -> Iterator[None]:
    """Turn every error into one message and an exit code, never a stack trace."""
    try:
        yield
    except MwaaEcsError as error:
        errors.print(f"[bold red]error:[/] {escape(str(error))}", soft_wrap=True)
        raise typer.Exit(error.exit_code) from None
    except KeyboardInterrupt:
        errors.print("[bold red]interrupted:[/] everything that was started is cleaned up")
        raise typer.Exit(1) from None


class StageLines:
    """Progress on a terminal: a spinner while a stage works, a line once it is done."""

    def __init__(self) -> None:
        self._status: Status | None = None
        self._name = ""

    def begin(self, stage: str) -> None:
        """Show the stage with a spinner; on no terminal, only its end is printed."""
        self._name = stage
        if console.is_terminal:
            self._status = console.status(f"[bold]{escape(stage)}[/]")
            self._status.start()

    def doing(self, what: str) -> None:
        """Show what the stage is at."""
        if self._status is not None:
            room = max(20, console.width - len(self._name) - 8)
            short = what if len(what) <= room else what[: room - 1] + "…"
            self._status.update(f"[bold]{escape(self._name)}[/]  [dim]{escape(short)}[/]")

    def end(self, stage: Stage) -> None:
        """Replace the spinner by the stage's line."""
        self.close()
        console.print(
            Text.assemble(
                ("✓ ", "green"),
                (f"{stage.name:<28}", "bold"),
                (f"{stage.seconds:6.1f} s  ", "cyan"),
                stage.detail,
            ),
            soft_wrap=True,
        )
        # Whoever reads a pipe or a CI log wants the line now.
        sys.stdout.flush()

    def close(self) -> None:
        """Take the spinner away, also in the middle of a stage."""
        if self._status is not None:
            self._status.stop()
            self._status = None


def print_report(report: Report) -> None:
    """Print a short summary of a run: the containers' lines first, they are what it was for."""
    parts: list[Text | Table] = []
    for run in report.dag_runs:
        state = "green" if run.state == "success" else "red"
        for task in run.tasks:
            parts.append(
                Text.assemble(
                    ("Airflow task ", "bold"),
                    f"{run.dag_id}.{task.task_id} ",
                    (task.state, state),
                )
            )
        lines = run.container_lines or ("(the container printed nothing)",)
        parts.extend(Text(f"  │ {line}", style="bright_white") for line in lines)
        parts.append(Text())
    for message in report.denied:
        parts.append(Text.assemble(("denied ", "bold red"), message))
    if report.denied:
        parts.append(Text("which policy grants what: docs/least-privilege.md\n", style="dim"))
    table = Table.grid(padding=(0, 2))
    for name, value in (
        ("engine", report.engine),
        (
            "Airflow",
            f"{report.airflow}, amazon provider {report.amazon_provider}"
            if report.dag_runs
            else "not run",
        ),
        ("resources", str(report.resources)),
        (
            "second plan",
            f"{len(report.second_plan)} changes" if report.second_plan else "empty",
        ),
        (
            "after destroy",
            "kept"
            if report.kept
            else f"{len(report.left_over)} left"
            if report.left_over
            else "nothing left",
        ),
        ("AWS calls", f"{report.aws_calls}, all to the local AWS"),
        ("seconds", f"{sum(stage.seconds for stage in report.stages):.0f}"),
    ):
        table.add_row(Text(name, style="dim"), value)
    parts.append(table)
    good = not report.problems
    console.print()
    console.print(
        Panel(
            Group(*parts),
            title=f"{report.example}: " + ("it works" if good else "there are problems"),
            title_align="left",
            border_style="green" if good else "red",
            expand=False,
            padding=(1, 2),
        )
    )
    for problem in report.problems:
        errors.print(f"[bold red]error:[/] {escape(problem)}", soft_wrap=True)
    if report.kept:
        console.print(f"kept: {report.kept}", soft_wrap=True)
