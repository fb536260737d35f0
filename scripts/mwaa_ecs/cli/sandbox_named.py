"""The commands for a sandbox that runs: status, login, env, trigger, down."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.text import Text

from mwaa_ecs.cli.output import clear_errors, console, errors, write_out
from mwaa_ecs.errors import MwaaEcsError
from mwaa_ecs.sandbox.named.ending import end
from mwaa_ecs.sandbox.named.registry import (
    DEFAULT_NAME,
    Entry,
    entries,
    find,
    find_ready,
    forget,
    how_it_ended,
)
from mwaa_ecs.sandbox.named.variables import FORMATS, variables

_Name = Annotated[
    str | None,
    typer.Argument(metavar="[NAME]", help="Name of the sandbox. Default: the only one."),
]


class _Format(StrEnum):
    SH = "sh"
    DOTENV = "dotenv"
    JSON = "json"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("status")(status)
    app.command("login")(login)
    app.command("env")(env)
    app.command("down")(down)


def status(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[NAME]", help="Name of a sandbox. Default: all of them."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, without keys.")] = False,
) -> None:
    """Show the sandboxes that run, and a login link of each Airflow.

    The exit code is 1 if none runs, or if one has ended by itself.

    Example: mwaa-ecs sandbox status
    """
    with clear_errors():
        found = [find(name)] if name is not None else entries()
        if as_json:
            write_out(json.dumps([_shown(one) for one in found], indent=2) + "\n")
        elif not found:
            console.print("No sandbox runs. Start one: mwaa-ecs sandbox up --background")
        for one in found:
            if not as_json:
                _print_entry(one)
            if not one.is_running:
                forget(one)
        if not found or not all(one.is_running for one in found):
            raise typer.Exit(1)


def login(name: _Name = None) -> None:
    """Print a new link to Airflow's page, valid once, within a minute.

    Example: mwaa-ecs sandbox login
    """
    with clear_errors():
        write_out(_link(find_ready(name)) + "\n")


def env(
    name: _Name = None,
    form: Annotated[
        _Format, typer.Option("--format", metavar="FORMAT", help="sh, dotenv or json.")
    ] = _Format.SH,
) -> None:
    """Print the variables with which programs reach a sandbox.

    In a shell: eval "$(mwaa-ecs sandbox env)". The keys are valid in this sandbox only.

    Example: mwaa-ecs sandbox env --format dotenv > .env
    """
    with clear_errors():
        write_out(FORMATS[form.value](variables(find_ready(name))))


def down(
    name: _Name = None,
    everyone: Annotated[bool, typer.Option("--all", help="End all sandboxes.")] = False,
) -> None:
    """End a sandbox, with everything in it.

    Example: mwaa-ecs sandbox down
    """
    with clear_errors():
        found = entries() if everyone or (name is None and not entries()) else [_to_end(name)]
        for one in found:
            if not one.is_running:
                console.print(how_it_ended(one), soft_wrap=True, markup=False)
                forget(one)
            elif end(one):
                console.print(f"The sandbox {one.name!r} has ended.")
            else:
                console.print(f"The sandbox {one.name!r} did not end, and was killed.")
        if not found:
            console.print("No sandbox runs.")


def show_ready(entry: Entry) -> None:
    """Print how to use a sandbox that has started in the background."""
    _print_entry(entry)


def environment_command(entry: Entry) -> str:
    """Return the command that lets a shell's programs reach a sandbox."""
    return f'eval "$(mwaa-ecs sandbox env{_named(entry)})"'


def warn(line: str) -> None:
    """Print a warning."""
    errors.print(f"Warning: {line}", soft_wrap=True, markup=False)


def _to_end(name: str | None) -> Entry:
    found = {one.name: one for one in entries()}
    dead = found.get(name or "")
    return dead if dead is not None and not dead.is_running else find(name)


def _named(entry: Entry) -> str:
    return "" if entry.name == DEFAULT_NAME else f" {entry.name}"


def _link(entry: Entry) -> str:
    # boto3 takes a second to import.
    from mwaa_ecs.sandbox.named.client import SandboxClient

    return SandboxClient(entry).login_link()


def _shown(entry: Entry) -> dict[str, Any]:
    secret = {"access_key_id", "secret_access_key", "owner", "started"}
    found = {name: value for name, value in asdict(entry).items() if name not in secret}
    return {**found, "running": entry.is_running}


def _print_entry(entry: Entry) -> None:
    if not entry.is_running:
        console.print(Text.assemble(("✗ ", "red"), how_it_ended(entry)), soft_wrap=True)
        return
    if entry.ready:
        console.print(Text.assemble(("✓ ", "green"), (entry.name, "bold")))
    else:
        console.print(Text.assemble(("… ", "yellow"), (entry.name, "bold"), "  starting"))
    since = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(entry.since))
    rows = {"since": f"{since}, process {entry.pid}"}
    if entry.ready:
        rows |= {"local AWS": f"{entry.endpoint_url}, {entry.region}"}
    if entry.example:
        rows["example"] = entry.example
    if entry.airflow:
        rows |= {"Airflow": f"{entry.airflow}, environment {entry.environment}"}
        rows["login, once"] = _link_or_why(entry)
    if entry.log:
        rows["output"] = entry.log
    if entry.ready:
        rows["shell"] = environment_command(entry)
    rows["end"] = f"mwaa-ecs sandbox down{_named(entry)}"
    for key, value in rows.items():
        console.print(f"  {key:<12} {value}", soft_wrap=True, markup=False)


def _link_or_why(entry: Entry) -> str:
    try:
        return _link(entry)
    except MwaaEcsError as error:
        return str(error)
