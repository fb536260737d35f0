"""The console command `mwaa-ecs`: options in, messages out; the logic is elsewhere."""

from __future__ import annotations

import signal
from types import FrameType

import typer

from mwaa_ecs.cli.sandbox import app as sandbox

app = typer.Typer(
    name="mwaa-ecs",
    help="Run containers from Amazon MWAA on ECS Fargate, and try it all with no AWS account.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(sandbox, name="sandbox")


@app.callback()
def _root() -> None:
    """Keep `sandbox` a command of its own, although it is the only one so far."""


def main() -> None:
    """Run the command line; a request to end is as good as Ctrl-C."""
    signal.signal(signal.SIGTERM, _interrupt)
    app()


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
