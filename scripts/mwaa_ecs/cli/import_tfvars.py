"""`mwaa-ecs import-tfvars`: the YAML of an environment from its file of variables."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from mwaa_ecs.cli.output import clear_errors, console, errors, write_out
from mwaa_ecs.environments.from_tfvars import yaml_from_tfvars
from mwaa_ecs.errors import UserError
from mwaa_ecs.files import shown_name, write_whole


def import_tfvars_command(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A *.tfvars or *.tfvars.json file.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the YAML there. Default: print it."),
    ] = None,
    region: Annotated[
        str | None, typer.Option(metavar="REGION", help="AWS region of the environment.")
    ] = None,
    account_id: Annotated[
        str | None, typer.Option(metavar="ID", help="AWS account of the environment.")
    ] = None,
) -> None:
    """Write an environment's YAML from its file of variables.

    Rendered, the YAML gives the same values.

    Example: mwaa-ecs import-tfvars prod.tfvars --out environments/prod.yaml
    """
    with clear_errors():
        text, nulls = yaml_from_tfvars(file, region=region, account_id=account_id)
        if nulls:
            errors.print(
                f"[yellow]left out:[/] {escape(', '.join(nulls))}: null, so that "
                "the default applies; declare default = null where that is not what you mean",
                soft_wrap=True,
            )
        if out is None:
            write_out(text)
            return
        if out.exists():
            raise UserError(f"--out: {str(out)!r} exists; name a new file, or move it away")
        write_whole(out, text)
        console.print(f"written: {escape(shown_name(out))}", soft_wrap=True)
