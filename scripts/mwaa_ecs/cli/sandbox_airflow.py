"""`mwaa-ecs sandbox up --airflow`: a local MWAA, and lines about what happens in it."""

from __future__ import annotations

import sys
import time

from rich.text import Text

from mwaa_ecs.cli.output import StageLines, console
from mwaa_ecs.cli.sandbox_named import environment_command
from mwaa_ecs.processes import pause
from mwaa_ecs.sandbox.named.background import limit_log
from mwaa_ecs.sandbox.named.registry import Registration
from mwaa_ecs.sandbox.up import Up, Wanted, local_mwaa

_CHECK_SECONDS = 0.5
_COLOURS = {
    "ecs": "cyan",
    "log": "white",
    "denied": "red",
    "error": "red",
    "dags": "green",
    "apply": "green",
}


def up_with_airflow(wanted: Wanted, registration: Registration) -> None:
    """Run a local MWAA until Ctrl-C.

    Args:
        wanted: what is asked for.
        registration: learns how to reach it.

    Raises:
        UserError: what is asked for is wrong.
        OperationError: Terraform or Airflow failed.
    """
    progress = StageLines()
    try:
        with local_mwaa(wanted, progress, tell) as running:
            if not registration.entry.log:
                _print_link(running, registration)
            registration.ready(
                endpoint_url=running.aws.endpoint_url,
                region=running.aws.region,
                keys=running.aws.keys,
                airflow=running.version,
                environment=running.mwaa.environment_name,
                page=running.mwaa.door.url,
                ca_bundle=running.mwaa.ca_bundle,
                example=wanted.example,
            )
            try:
                while True:
                    running.mwaa.airflow.check()
                    if registration.entry.log:
                        limit_log()
                    pause(_CHECK_SECONDS)
            except KeyboardInterrupt:
                console.print("\nThe local MWAA has ended.")
    finally:
        progress.close()


def _print_link(running: Up, registration: Registration) -> None:
    console.print(f"\nAirflow {running.version}: {running.mwaa.door.link()}", soft_wrap=True)
    console.print("The link logs in once. Ctrl-C ends it all.")
    if registration.written:
        console.print(f"In another shell: {environment_command(registration.entry)}")
    console.print()
    sys.stdout.flush()


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
