"""Errors and progress on the terminal, for all commands."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.markup import escape
from rich.status import Status
from rich.text import Text

from mwaa_ecs.errors import MwaaEcsError, OperationError

if TYPE_CHECKING:
    # This import takes a second, and only `sandbox` needs it.
    from mwaa_ecs.sandbox.report import Stage

# With emoji, rich would turn the ":key:" of an ARN into a picture.
console = Console(highlight=False, emoji=False)
errors = Console(stderr=True, highlight=False, emoji=False)

DEBUG = "MWAA_ECS_DEBUG"
"""Variable that shows the stack trace of an unexpected error, whatever its value."""


@contextmanager
def clear_errors() -> Iterator[None]:
    """Turn every error into one message and an exit code, never a stack trace."""
    try:
        yield
        # A failed write to stdout must show here, not when Python exits.
        if sys.stdout is not None:
            sys.stdout.flush()
    except MwaaEcsError as error:
        print_error("error", str(error))
        raise typer.Exit(error.exit_code) from None
    except KeyboardInterrupt:
        print_error("interrupted", "everything that was started is cleaned up")
        raise typer.Exit(1) from None
    except (typer.Exit, typer.Abort):
        raise
    except OSError as error:
        if os.environ.get(DEBUG):
            raise
        _give_up_stdout()
        where = f"{error.filename}: " if error.filename else ""
        print_error("error", f"{where}{error.strerror or error}")
        raise typer.Exit(1) from None
    except Exception as error:
        if os.environ.get(DEBUG):
            raise
        print_error(
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


def print_error(what: str, text: str) -> None:
    """Write one message to stderr, with a word before it in red."""
    # Where not even this can be written, the exit code is all there is.
    with suppress(OSError):
        # A terminal gets whole words on each line, a log whole messages.
        errors.print(f"[bold red]{what}:[/] {escape(text)}", soft_wrap=not errors.is_terminal)


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
                ("✓ ", "green") if stage.ok else ("✗ ", "red"),
                (f"{stage.name:<28}", "bold"),
                (f"{stage.seconds:6.1f} s  ", "cyan"),
                stage.detail,
            ),
            soft_wrap=not console.is_terminal,
        )
        # A reader of a pipe or a CI log needs the line at once.
        sys.stdout.flush()

    def close(self) -> None:
        """Take the spinner away, also in the middle of a stage."""
        if self._status is not None:
            self._status.stop()
            self._status = None
