"""What the commands share in talking to a person: errors, progress, the summary."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import typer
from rich.console import Console, Group
from rich.markup import escape
from rich.panel import Panel
from rich.status import Status
from rich.table import Table
from rich.text import Text

from mwaa_ecs.errors import MwaaEcsError, OperationError

if TYPE_CHECKING:
    # Costs a second to import, and only `sandbox` needs it.
    from mwaa_ecs.sandbox.run import Report, Stage

# Without emoji: ":key:" in an ARN is no picture.
console = Console(highlight=False, emoji=False)
errors = Console(stderr=True, highlight=False, emoji=False)

DEBUG = "MWAA_ECS_DEBUG"
"""Set to anything, an error that nobody foresaw is shown with its stack trace."""


@contextmanager
def clear_errors() -> Iterator[None]:
    """Turn every error into one message and an exit code, never a stack trace."""
    try:
        yield
        # What cannot be written shows now, where it can be said, and not when Python ends.
        if sys.stdout is not None:
            sys.stdout.flush()
    except MwaaEcsError as error:
        _say("error", str(error))
        raise typer.Exit(error.exit_code) from None
    except KeyboardInterrupt:
        _say("interrupted", "everything that was started is cleaned up")
        raise typer.Exit(1) from None
    except (typer.Exit, typer.Abort):
        raise
    except OSError as error:
        if os.environ.get(DEBUG):
            raise
        _give_up_stdout()
        where = f"{error.filename}: " if error.filename else ""
        _say("error", f"{where}{error.strerror or error}")
        raise typer.Exit(1) from None
    except Exception as error:
        if os.environ.get(DEBUG):
            raise
        _say(
            "error",
            f"{type(error).__name__}: {error}. This is a mistake in mwaa-ecs; with {DEBUG}=1 "
            "it shows where, for a report",
        )
        raise typer.Exit(1) from None


def write_out(text: str) -> None:
    """Write a result to stdout.

    Raises:
        OperationError: it cannot be written.
    """
    if sys.stdout is None:
        raise OperationError("the result cannot be written: stdout is closed")
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        _give_up_stdout()
        raise OperationError(
            f"the result cannot be written to stdout: {error.strerror}"
        ) from None


def _say(what: str, text: str) -> None:
    # Where not even this can be written, the exit code is all there is.
    with suppress(OSError):
        errors.print(f"[bold red]{what}:[/] {escape(text)}", soft_wrap=True)


def _give_up_stdout() -> None:
    """Let what is still to be written go nowhere: Python would try it again at its end."""
    with suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


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
    for stream, lines_dropped in report.dropped_lines.items():
        parts.append(
            Text.assemble(
                ("dropped ", "bold yellow"),
                f"the {lines_dropped:,} oldest lines of the log stream {stream}: it is larger "
                "than what the sandbox keeps of one\n",
            )
        )
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
