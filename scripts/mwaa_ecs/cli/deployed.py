"""`mwaa-ecs drift` and `output`: commands that read a rolled-out environment."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.markup import escape

from mwaa_ecs.cli.asking import look_before_a_new_state, print_new_state
from mwaa_ecs.cli.output import clear_errors, console, errors, write_out
from mwaa_ecs.cli.outputs import find_output
from mwaa_ecs.cli.plan_table import shown_change
from mwaa_ecs.cli.workspace import (
    DEFAULT_FOLDER,
    EnvironmentName,
    Folder,
    Json,
    LockTimeout,
    ModuleFolder,
    opened_workspace,
    print_json,
    write_json,
)
from mwaa_ecs.rollout.drift import find_drift

DRIFTED = 3


def drift_command(
    name: EnvironmentName,
    folder: Folder = DEFAULT_FOLDER,
    module: ModuleFolder = None,
    lock_timeout: LockTimeout = None,
    as_json: Json = False,
) -> None:
    """Print what in AWS differs from the files.

    The exit code is 3 if anything differs, else 0.

    Example: mwaa-ecs drift dev
    """
    opened = opened_workspace("drift", name, folder, module, lock_timeout)
    with clear_errors(), opened as (workspace, caller):
        saved = workspace.plan()
        print_new_state(workspace, look_before_a_new_state(workspace, saved))
        found = find_drift(saved.plan)
        if as_json:
            print_json(
                name, caller, {"drifted": bool(found), "drift": list(map(asdict, found))}
            )
        for drift in found if not as_json else []:
            console.print(f"[bold]{escape(drift.address)}[/]: {drift.what}", soft_wrap=True)
            for line in drift.rights:
                console.print(f"    after apply, {escape(line)}", soft_wrap=True)
            for attribute, (now, wanted) in drift.attributes.items():
                if drift.rights and attribute == "policy":
                    continue
                line = f"    {attribute}: {shown_change(now, wanted)}"
                console.print(escape(line), soft_wrap=True)
            for attribute in drift.hidden:
                console.print(f"    {escape(attribute)}: not shown (sensitive)", soft_wrap=True)
        if found:
            raise typer.Exit(DRIFTED)
        if not as_json:
            console.print(f"{escape(name)} matches the files.")


def output_command(
    name: EnvironmentName,
    output: Annotated[
        str | None,
        typer.Argument(
            metavar="OUTPUT", help="One output, or a value in it, e.g. dag_snippet.nightly."
        ),
    ] = None,
    folder: Folder = DEFAULT_FOLDER,
    module: ModuleFolder = None,
    show_sensitive: Annotated[
        bool, typer.Option("--show-sensitive", help="Print sensitive outputs too.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Print an environment's outputs, or one of them as it is.

    Sensitive outputs are left out without --show-sensitive.

    Example: mwaa-ecs output dev dag_snippet.nightly
    """
    with clear_errors(), opened_workspace("output", name, folder, module) as (workspace, _):
        outputs = workspace.outputs()
        if output is not None:
            value = find_output(outputs, output, show_sensitive=show_sensitive)
            if as_json or not isinstance(value, str):
                write_json(value)
            else:
                write_out(value if value.endswith("\n") else f"{value}\n")
            return
        shown = {
            key: output.value
            for key, output in outputs.items()
            if show_sensitive or not output.sensitive
        }
        hidden = sorted(outputs.keys() - shown.keys())
        if hidden:
            errors.print(
                f"not shown: {escape(', '.join(hidden))} (sensitive); --show-sensitive does",
                soft_wrap=True,
            )
        if as_json:
            write_json(shown)
            return
        if not outputs:
            console.print(f"{escape(name)} has no outputs: it is not rolled out yet.")
        for key, value in shown.items():
            text = value if isinstance(value, str) else json.dumps(value, indent=2)
            console.print(f"[bold]{escape(key)}[/] = {escape(text)}", soft_wrap=True)
