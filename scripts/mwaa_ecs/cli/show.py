"""`mwaa-ecs show`: what is connected to what."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from mwaa_ecs.cli.output import clear_errors, console, errors, write_out
from mwaa_ecs.cli.task_runs import Prefix, Profile, Region
from mwaa_ecs.cli.workspace import DEFAULT_FOLDER, Folder, ModuleFolder, opened_workspace
from mwaa_ecs.connection import connect
from mwaa_ecs.errors import UserError

if TYPE_CHECKING:
    from mwaa_ecs.show import Picture

_ACCOUNT, _PLAN, _STATE = "account", "plan", "state"


class Format(StrEnum):
    """How the picture is written."""

    TREE = "tree"
    MERMAID = "mermaid"
    HTML = "html"


def show_command(
    environment: Annotated[
        str | None, typer.Argument(metavar="[ENV]", help="Environment to look at.")
    ] = None,
    origin: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="account|plan|state|FILE",
            help="Where to read it. A FILE is JSON of terraform show -json.",
        ),
    ] = _ACCOUNT,
    form: Annotated[
        Format, typer.Option("--format", help="How to write it; html is one page.")
    ] = Format.TREE,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the result as JSON on stdout.")
    ] = False,
    mwaa: Annotated[
        str | None,
        typer.Option(
            "--environment",
            metavar="NAME",
            help="The MWAA environment. Default: the only one there is.",
        ),
    ] = None,
    folder: Folder = DEFAULT_FOLDER,
    module: ModuleFolder = None,
    ssm_prefix: Prefix = None,
    region: Region = None,
    profile: Profile = None,
) -> None:
    """Show what is connected: DAGs, tasks, roles, secrets, network.

    Changes nothing, and reads no value of a secret.

    Example: mwaa-ecs show prod --format html > prod.html
    """
    from mwaa_ecs.show import as_json as picture_as_json
    from mwaa_ecs.show import mermaid, page

    with clear_errors():
        if origin == _ACCOUNT:
            picture = _of_account(environment, folder, ssm_prefix, region, profile, mwaa)
        else:
            for option, given in (
                ("--ssm-prefix", ssm_prefix),
                ("--region", region),
                ("--profile", profile),
                ("--environment", mwaa),
            ):
                if given is not None:
                    raise UserError(f"{option} is for --from account; leave it out")
            picture = _of_terraform(environment, origin, folder, module)
        if as_json:
            write_out(picture_as_json(picture))
        elif form is Format.MERMAID:
            write_out(mermaid(picture))
        elif form is Format.HTML:
            write_out(page(picture))
        else:
            _print(picture)


def _of_account(
    environment: str | None,
    folder: Path,
    ssm_prefix: str | None,
    region: str | None,
    profile: str | None,
    mwaa: str | None,
) -> Picture:
    from mwaa_ecs.doctor import Account
    from mwaa_ecs.show import read_account

    where = connect(
        environment=environment,
        folder=folder,
        ssm_prefix=ssm_prefix,
        region=region,
        profile=profile,
    )
    with errors.status("reading the account"):
        return read_account(Account(where.make_client, where.region), where.ssm_prefix, mwaa)


def _of_terraform(
    environment: str | None, origin: str, folder: Path, module: Path | None
) -> Picture:
    from mwaa_ecs.plan.shown import plan_of_state, read_shown
    from mwaa_ecs.show import read_plan

    if origin not in (_PLAN, _STATE):
        if environment is not None:
            raise UserError(f"--from {origin!r} is a file; leave out {environment!r}")
        file = Path(origin)
        kind, plan = read_shown(file)
        return read_plan(plan, f"{kind} {file.name}", file.parent)
    if environment is None:
        raise UserError(
            f"--from {origin} needs ENV, an environment of --dir. Without environments, write "
            "the file of terraform show -json and name it: --from FILE"
        )
    with opened_workspace("show", environment, folder, module) as (workspace, _):
        plan = workspace.plan().plan if origin == _PLAN else plan_of_state(workspace.state())
        return read_plan(plan, f"{origin} of {environment}", workspace.module.folder)


def _print(picture: Picture) -> None:
    """Print the tree; a terminal gets one line each, a pipe whole names."""
    from mwaa_ecs.show import tree

    for line in tree(picture):
        if not console.is_terminal:
            write_out(f"{line}\n")
        elif line.startswith("note:"):
            console.print(Text(line))
        else:
            console.print(Text(line), no_wrap=True, overflow="ellipsis")
