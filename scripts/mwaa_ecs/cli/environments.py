"""`mwaa-ecs render` and `schema`: YAML to tfvars, and the schema for editors."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from mwaa_ecs.cli.output import clear_errors, console, errors, write_out
from mwaa_ecs.environments import (
    EnvironmentFolder,
    change_lines,
    environment_schema,
    find_module,
    left_over,
    render,
    task_schema,
)
from mwaa_ecs.errors import UserError
from mwaa_ecs.files import shown_name, write_whole

Module = Annotated[
    Path | None,
    typer.Option(
        "--module",
        metavar="DIR",
        help="The folder with your main.tf. Default: the nearest one upwards.",
    ),
]


def render_command(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The folder with defaults.yaml, dev.yaml, ...")
    ],
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="ENV", help="The environments, e.g. dev prod. Default: all."),
    ] = None,
    module: Module = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="The folder for <env>.tfvars.json. Default: DIR."),
    ] = None,
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help="Write nothing; end with 1 if a file is stale or belongs to no environment.",
        ),
    ] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Write nothing; print each change once.")
    ] = False,
) -> None:
    """Check environments and write <env>.tfvars.json.

    Example: mwaa-ecs render environments dev
    """
    with clear_errors():
        _check_folder(out)
        environments = EnvironmentFolder(folder, find_module(module, folder))
        found = render(environments, names or (), out)
        note_unchecked(environments)
        unclaimed = left_over(environments, out)
        for path in unclaimed:
            name = escape(shown_name(path))
            errors.print(
                f"[yellow]left over:[/] {name} belongs to no environment; delete it, or move "
                "it elsewhere",
                soft_wrap=True,
            )
        stale = [rendered for rendered in found if rendered.is_stale]
        if diff:
            write_out("".join(f"{line}\n" for line in change_lines(stale)))
        for rendered in stale if not diff else []:
            name = escape(shown_name(rendered.path))
            if check:
                errors.print(f"[bold red]stale:[/] {name}", soft_wrap=True)
                continue
            rendered.write()
            console.print(f"written: {name}", soft_wrap=True)
        if check and stale:
            again = ["mwaa-ecs", "render", str(folder), *(names or ())]
            again += ["--out", str(out)] if out is not None else []
            again += ["--module", str(module)] if module is not None else []
            errors.print(f"run: {escape(shlex.join(again))}", soft_wrap=True)
        if check and (stale or unclaimed):
            raise typer.Exit(1)
        if not stale:
            console.print(f"{len(found)} up to date", soft_wrap=True)


def schema_command(
    module: Module = None,
    task: Annotated[
        bool, typer.Option("--task", help="Print the schema of a file in tasks/.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the schema to this file.")
    ] = None,
) -> None:
    """Print the JSON Schema of the YAML, for editors.

    Example: mwaa-ecs schema --out environment.schema.json
    """
    with clear_errors():
        if out is not None:
            if out.is_dir():
                raise UserError(f"--out: {str(out)!r} is a folder; name a file")
            _check_folder(out.parent)
        found = find_module(module, Path.cwd()).typed()
        schema = task_schema(found) if task else environment_schema(found)
        text = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        if out is None:
            write_out(text)
        else:
            write_whole(out, text)
            console.print(f"written: {escape(shown_name(out))}", soft_wrap=True)


def note_unchecked(environments: EnvironmentFolder) -> None:
    """Print the inputs that are not checked, and what the configuration gets wrong."""
    for place in environments.module.workspaces:
        errors.print(
            f'[yellow]always default:[/] {escape(place)}: terraform.workspace is "default" in '
            "every environment, because each has a state of its own; pass ${environment} on "
            "in a variable",
            soft_wrap=True,
        )
    if environments.unchecked:
        errors.print(
            f"[yellow]not checked:[/] {escape(', '.join(environments.unchecked))}: the "
            f"variables in {escape(shown_name(environments.module.folder))} accept any value, "
            "and are not passed on to a module unchanged (merge and for change them); declare "
            "their types, or give defaults to tasks with task_defaults in the YAML",
            soft_wrap=True,
        )


def _check_folder(out: Path | None) -> None:
    """Refuse an output folder that is a file, or is below one.

    Raises:
        UserError: a file is in the way.
    """
    for path in (out, *out.parents) if out is not None else ():
        if path.is_dir():
            return
        if path.exists() or path.is_symlink():
            raise UserError(f"--out: {str(path)!r} is a file; name a folder")
