"""`mwaa-ecs sandbox up --airflow`: a local MWAA, and lines about what happens in it."""

from __future__ import annotations

import sys
import threading
import time

from rich.text import Text

from mwaa_ecs.cli.output import StageLines, console
from mwaa_ecs.sandbox.up import Wanted, local_mwaa

_CHECK_SECONDS = 0.5
_COLOURS = {"ecs": "cyan", "log": "white", "denied": "red", "error": "red", "dags": "green"}


def up_with_airflow(wanted: Wanted) -> None:
    """Run a local MWAA until Ctrl-C.

    Raises:
        UserError: what is asked for is wrong.
        OperationError: Terraform or Airflow failed.
    """
    progress = StageLines()
    try:
        with local_mwaa(wanted, progress, tell) as running:
            link = running.mwaa.door.link()
            console.print(f"\nAirflow {running.version}: {link}", soft_wrap=True)
            console.print("The link logs in once. Ctrl-C ends it all.")
            console.print(
                f"Clients that require HTTPS: REQUESTS_CA_BUNDLE={running.mwaa.authority}\n",
                soft_wrap=True,
            )
            sys.stdout.flush()
            try:
                while True:
                    running.mwaa.airflow.check()
                    threading.Event().wait(_CHECK_SECONDS)
            except KeyboardInterrupt:
                console.print("\nThe local MWAA has ended.")
    finally:
        progress.close()


def tell(kind: str, text: str) -> None:
    """Print a line about what happens."""
    console.print(
        Text.assemble(
            (time.strftime("%H:%M:%S "), "dim"),
            (f"{kind:<7}", _COLOURS.get(kind, "")),
            text,
        ),
        soft_wrap=True,
    )
    sys.stdout.flush()
