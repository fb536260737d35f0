"""`mwaa-ecs plugins`: an MWAA environment's plugins.zip."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from mwaa_ecs.cli.output import clear_errors, console
from mwaa_ecs.files import shown_name
from mwaa_ecs.plugins import pack

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)


@app.callback()
def _plugins() -> None:
    """An MWAA environment's plugins.zip.

    Example: mwaa-ecs plugins pack plugins --out build/plugins.zip
    """
    # It takes no options; with one command alone, Typer would drop the command's name.


@app.command("pack")
def pack_command(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="The folder with the plugins.")
    ],
    out: Annotated[
        Path,
        typer.Option(
            metavar="FILE", help="The zip file; FILE.json, which lists the files, goes beside."
        ),
    ] = Path("plugins.zip"),
    operator: Annotated[
        bool,
        typer.Option("--operator", help="Add the package mwaa_ecs_operator for your DAGs."),
    ] = False,
) -> None:
    """Pack FOLDER so that the zip file changes only when the files in it do.

    Example: mwaa-ecs plugins pack plugins --out build/plugins.zip
    """
    with clear_errors():
        packed = pack(folder, out, operator=operator)
        done = "written" if packed.written else "up to date"
        files = "1 file" if packed.files == 1 else f"{packed.files} files"
        console.print(f"{done}: {escape(shown_name(packed.path))} ({files})", soft_wrap=True)
