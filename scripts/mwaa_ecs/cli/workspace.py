"""Options, workspace and JSON that the commands on a rolled-out environment share."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from mwaa_ecs.cli.apply_progress import ApplyProgress
from mwaa_ecs.cli.environments import note_unchecked
from mwaa_ecs.cli.output import errors, write_out
from mwaa_ecs.environments import Environment, EnvironmentFolder, Module, find_module
from mwaa_ecs.errors import UserError
from mwaa_ecs.terraform import VARIABLE_PREFIX

if TYPE_CHECKING:
    # botocore takes a third of a second to import.
    from mwaa_ecs.rollout.caller import Caller
    from mwaa_ecs.rollout.workspace import Workspace

EnvironmentName = Annotated[
    str, typer.Argument(metavar="ENV", help="The environment, e.g. dev.")
]
Folder = Annotated[
    Path, typer.Option("--dir", metavar="DIR", help="The folder with the environments' YAML.")
]
ModuleFolder = Annotated[
    Path | None,
    typer.Option(
        "--module",
        metavar="DIR",
        help="The folder with your main.tf. Default: the nearest one upwards from --dir.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON on stdout.")]
LockTimeout = Annotated[
    str | None,
    typer.Option(
        metavar="TIME",
        help="How long to wait for a lock on the state that somebody else holds, e.g. 10m.",
    ),
]
DEFAULT_FOLDER = Path("environments")
_TIME = re.compile(r"\d+(s|m|h)")


@contextmanager
def opened_workspace(
    command: str,
    name: str,
    folder: Path,
    module: Path | None,
    lock_timeout: str | None = None,
) -> Iterator[tuple[Workspace, Caller]]:
    """Read the environment, find the caller, and initialise Terraform.

    Args:
        command: Name of the command, for messages.
        name: Name of the environment.
        folder: Folder of the environments' YAML.
        module: Folder of main.tf. Default: the nearest one upwards from `folder`.
        lock_timeout: How long Terraform waits for a lock on the state, e.g. `10m`.

    Yields:
        The workspace, ready for Terraform's commands, and the caller.

    Raises:
        UserError: An option or the environment is wrong.
    """
    import boto3

    from mwaa_ecs.rollout.caller import find_caller
    from mwaa_ecs.rollout.workspace import Workspace

    if lock_timeout is not None and not _TIME.fullmatch(lock_timeout):
        raise UserError(
            f"--lock-timeout: {lock_timeout!r} is not a time; expected a number and s, m or h, "
            "e.g. 10m"
        )
    found = find_module(module, folder)
    environments = EnvironmentFolder(folder, found)
    environment: Environment = environments.load([name], for_run=True)[0]
    note_unchecked(environments)
    caller = find_caller(name, environment.settings, boto3.Session, os.environ)
    settings = environment.settings
    errors.print(
        f"[bold]{escape(name)}[/]: account {caller.account_id}, {settings.region}, "
        f"state {escape(settings.backend.identity)}",
        soft_wrap=True,
    )
    _warn_of_unused(found)
    progress = ApplyProgress()
    with (
        closing(progress),
        Workspace(
            environment,
            folder / f"{name}.yaml",
            found,
            caller=caller,
            command=command,
            on_event=progress.event,
            lock_timeout=lock_timeout,
        ) as workspace,
    ):
        progress.show("terraform init")
        workspace.init()
        yield workspace, caller


def _warn_of_unused(module: Module) -> None:
    """Print the `TF_VAR_` variables of the shell, which Terraform does not get."""
    given = sorted(VARIABLE_PREFIX + name for name in module.variables)
    unused = [name for name in given if name in os.environ]
    if unused:
        errors.print(
            f"not used: {escape(', '.join(unused))}; values come from the YAML alone",
            soft_wrap=True,
        )


def print_json(name: str, caller: Caller, data: dict[str, Any]) -> None:
    """Print a result on stdout, with the environment and the account."""
    head = {"environment": name, "account_id": caller.account_id}
    write_json({**head, **data})


def write_json(data: object) -> None:
    """Print a value on stdout as JSON."""
    write_out(json.dumps(data, indent=2, ensure_ascii=False) + "\n")
