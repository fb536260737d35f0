"""`mwaa-ecs init`: a folder to begin with, for an MWAA environment that exists."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from mwaa_ecs.cli.output import clear_errors, console, errors
from mwaa_ecs.connection import connect
from mwaa_ecs.errors import UserError

if TYPE_CHECKING:
    from mwaa_ecs.init import MwaaEnvironment


def init_command(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Folder to write; it may exist.")
    ] = Path(),
    environment: Annotated[
        str | None, typer.Option(metavar="NAME", help="MWAA environment to read.")
    ] = None,
    image: Annotated[
        str, typer.Option(metavar="IMAGE", help="Image of the first task.")
    ] = "hello-world:latest",
    task: Annotated[
        str, typer.Option(metavar="TASK", help="Name of the task. Default: the image's.")
    ] = "",
    source: Annotated[
        str,
        typer.Option(
            metavar="ADDRESS",
            help="Module's source. Default: this checkout, else the registry.",
        ),
    ] = "",
    environments: Annotated[
        bool, typer.Option("--environments", help="Write the values as YAML environments.")
    ] = False,
    role: Annotated[
        str | None, typer.Option(metavar="ROLE", help="MWAA's role, without --environment.")
    ] = None,
    subnets: Annotated[
        str | None,
        typer.Option(metavar="ID,ID", help="Private subnets, without --environment."),
    ] = None,
    bucket: Annotated[
        str | None, typer.Option(metavar="BUCKET", help="DAGs bucket, without --environment.")
    ] = None,
    region: Annotated[
        str | None, typer.Option(metavar="REGION", help="AWS region. Default: the shell's.")
    ] = None,
    profile: Annotated[
        str | None, typer.Option(metavar="PROFILE", help="Profile of the AWS configuration.")
    ] = None,
) -> None:
    """Begin a folder of Terraform and DAGs for MWAA.

    Reads role, subnets, bucket and version from the environment, or asks for them. It changes
    nothing in the account and overwrites no file.

    Example: mwaa-ecs init airflow-ecs --environment my-mwaa --image my-etl:1.4
    """
    from mwaa_ecs.init import Wanted, begin, read_environment

    with clear_errors():
        if environment is not None:
            given = {"--role": role, "--subnets": subnets, "--bucket": bucket}
            if extra := [name for name, value in given.items() if value]:
                raise UserError(
                    f"--environment names the environment that is read; leave out "
                    f"{', '.join(extra)}"
                )
            where = connect(region=region, profile=profile)
            mwaa = read_environment(where, environment)
            _print_found(mwaa)
        else:
            mwaa = _asked(role, subnets, bucket, region, environments=environments)
        begun = begin(Wanted(folder, image, task, source, environments), mwaa)
        for name in begun.files:
            console.print(f"wrote {escape(str(folder / name))}", soft_wrap=True)
        if begun.from_checkout:
            console.print(
                "The module's source is this checkout. Before others use the folder, set "
                "source in main.tf to the module's address.",
                soft_wrap=True,
            )
        where_to = shlex.quote(str(folder))
        console.print(f"Next: mwaa-ecs sandbox run {where_to}", soft_wrap=True, markup=False)
        then = (
            f"mwaa-ecs plan {mwaa.name} --dir {shlex.quote(str(folder / 'environments'))}"
            if environments
            else f"terraform -chdir={where_to} init && terraform -chdir={where_to} apply"
        )
        console.print(f"Then: {then}", soft_wrap=True, markup=False)


def _print_found(mwaa: MwaaEnvironment) -> None:
    for name, value in (
        ("Airflow", mwaa.airflow_version),
        ("execution role", mwaa.role_name),
        ("subnets", ", ".join(mwaa.subnet_ids)),
        ("DAGs", f"s3://{mwaa.bucket_name}/{mwaa.dags_prefix}"),
    ):
        errors.print(f"[dim]{name:<15}[/] {escape(value)}", soft_wrap=True)


def _asked(
    role: str | None,
    subnets: str | None,
    bucket: str | None,
    region: str | None,
    *,
    environments: bool,
) -> MwaaEnvironment:
    from mwaa_ecs.init import MwaaEnvironment

    if environments:
        raise UserError(
            "--environments needs --environment NAME: account and region come from it"
        )
    missing = [
        option
        for option, value in (
            ("--region", region),
            ("--role", role),
            ("--subnets", subnets),
            ("--bucket", bucket),
        )
        if not value
    ]
    if missing and not sys.stdin.isatty():
        raise UserError(
            f"{', '.join(missing)} missing; name your MWAA environment with --environment, or "
            "give them"
        )
    region = region or typer.prompt("Region of the MWAA environment")
    role = role or typer.prompt("Name of its execution role")
    subnets = subnets or typer.prompt("Its two private subnets, joined by a comma")
    bucket = bucket or typer.prompt("Name of its DAGs bucket")
    found = tuple(one.strip() for one in str(subnets).split(",") if one.strip())
    if wrong := [one for one in found if not one.startswith("subnet-")] or not found:
        raise UserError(
            f"--subnets {subnets!r}: each must be an id such as subnet-0a1b2c3d; wrong: {wrong}"
        )
    if str(role).startswith("arn:"):
        role = str(role).rpartition("/")[2]
    return MwaaEnvironment("mwaa", str(region), "", str(role), found, str(bucket))
