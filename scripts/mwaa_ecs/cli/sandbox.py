"""`mwaa-ecs sandbox`: try it all with no AWS account."""

from __future__ import annotations

import os
import re
import sys
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mwaa_ecs.cli import sandbox_named, sandbox_trigger
from mwaa_ecs.cli.output import StageLines, clear_errors
from mwaa_ecs.errors import UserError
from mwaa_ecs.files import write_whole
from mwaa_ecs.sandbox.airflow.versions import DEFAULT_VERSION, known_versions
from mwaa_ecs.sandbox.environment import DEFAULT_REGION
from mwaa_ecs.sandbox.inputs import Inputs
from mwaa_ecs.sandbox.named.background import BACKGROUND, own_log, start_in_background
from mwaa_ecs.sandbox.named.registry import registered

if TYPE_CHECKING:
    from mwaa_ecs.sandbox.local_aws import LocalAws
    from mwaa_ecs.sandbox.report import Report

# moto takes more than a second to import, and a shell waits for `sandbox env`. So moto is
# imported where it is used, and its absence is noticed here.
if find_spec("moto") is None:
    raise ModuleNotFoundError("No module named 'moto'", name="moto")

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)


@app.callback()
def _sandbox() -> None:
    """A local AWS whose ECS runs containers.

    Example: mwaa-ecs sandbox run examples/hello-world
    """


class EngineName(StrEnum):
    """The container engines that can be asked for."""

    AUTO = "auto"
    DOCKER = "docker"
    PODMAN = "podman"
    STAND_IN = "stand-in"


_Engine = Annotated[
    EngineName,
    typer.Option(
        metavar="ENGINE",
        help="What runs the containers: docker, podman, stand-in, or auto for the first that "
        "works here.",
    ),
]


_EnforceIam = Annotated[
    bool,
    typer.Option(
        "--enforce-iam",
        help="Deny what the policies of the role that calls do not allow, as AWS would; to "
        "ECS too, where it uses a task's execution role.",
    ),
]


_StartupScript = Annotated[
    bool,
    typer.Option(
        "--startup-script/--no-startup-script",
        help="Whether the startup script of the MWAA environment which EXAMPLE makes runs; "
        "it does so on this machine.",
    ),
]
_Variables = Annotated[
    list[str] | None,
    typer.Option(
        "--var", metavar="NAME=VALUE", help="Value of an input variable, as in terraform."
    ),
]
_VarFiles = Annotated[
    list[Path] | None,
    typer.Option(
        "--var-file", metavar="FILE", help="Values of input variables, as in terraform."
    ),
]
_Region = Annotated[
    str | None,
    typer.Option(
        metavar="REGION",
        help=f"Default: that of EXAMPLE's AWS provider, else {DEFAULT_REGION}.",
    ),
]
_VERSION = re.compile(r"\d+(?:\.\d+)*")


@app.command("run")
def run(
    example: Annotated[
        Path,
        typer.Argument(metavar="EXAMPLE", help="A folder of Terraform, with its sandbox.yaml."),
    ],
    airflow: Annotated[
        str | None,
        typer.Option(
            metavar="VERSION",
            help=f"One of {', '.join(known_versions())}. Default: that of the MWAA environment "
            f"which EXAMPLE makes, else {DEFAULT_VERSION}.",
        ),
    ] = None,
    engine: _Engine = EngineName.AUTO,
    scheduler: Annotated[
        bool,
        typer.Option(
            "--scheduler",
            help="Run the DAGs with Airflow's scheduler and triggerer: retries, deferral, "
            "mapped tasks, schedules. Slower than the default, `airflow dags test`.",
        ),
    ] = False,
    keep: Annotated[
        bool,
        typer.Option(
            "--keep",
            help="Destroy nothing: the local AWS stays up after the report until Ctrl-C, and "
            "the working folder with Terraform's state and Airflow's log stays on disk.",
        ),
    ] = False,
    enforce_iam: _EnforceIam = False,
    startup_script: _StartupScript = True,
    variables: _Variables = None,
    var_files: _VarFiles = None,
    region: _Region = None,
    json_file: Annotated[
        Path | None,
        typer.Option("--json", metavar="FILE", help="Write the report there, for a machine."),
    ] = None,
) -> None:
    """Apply EXAMPLE to a local AWS and run its DAGs in real Airflow.

    Afterwards it plans again, destroys everything, and lists what is left.

    Example: mwaa-ecs sandbox run examples/hello-world --var name=mine
    """
    with clear_errors():
        if json_file is not None:
            _check_writable(json_file)
        from mwaa_ecs.cli.report import print_report
        from mwaa_ecs.cli.sandbox_local_aws import keep_up
        from mwaa_ecs.sandbox.run import run_example

        progress = StageLines()

        def tell(report: Report) -> None:
            print_report(report)
            if json_file is not None:
                write_whole(json_file, report.to_json())

        def stay_up(aws: LocalAws, report: Report) -> None:
            tell(report)
            keep_up(aws, report)

        try:
            report = run_example(
                example,
                progress=progress,
                airflow=airflow,
                engine=engine.value,
                keep=keep,
                enforce_iam=enforce_iam,
                startup_script=startup_script,
                scheduler=scheduler,
                inputs=Inputs(variables or (), var_files or (), region),
                while_up=stay_up,
            )
        finally:
            progress.close()
        if not keep:
            tell(report)
        if report.problems:
            raise typer.Exit(1)


@app.command("up")
def up(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[VERSION] [EXAMPLE]",
            help="With --airflow: the Airflow version, and a folder of Terraform to apply.",
        ),
    ] = None,
    port: Annotated[
        int,
        typer.Option(
            metavar="PORT",
            min=0,
            max=65535,
            help="The port to listen on; 0 picks a free one.",
        ),
    ] = 0,
    engine: _Engine = EngineName.AUTO,
    images: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A sandbox.yaml: how to have images, and stand-ins."),
    ] = None,
    enforce_iam: _EnforceIam = False,
    faults: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A sandbox.yaml with faults to inject."),
    ] = None,
    airflow: Annotated[
        bool,
        typer.Option(
            "--airflow",
            help="Run Airflow too, as MWAA does: scheduler, triggerer and page. VERSION is one "
            f"of {', '.join(known_versions())}.",
        ),
    ] = False,
    dags: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="With --airflow: upload this folder to the DAGs' bucket, and each file again "
            "when you save it.",
        ),
    ] = None,
    reapply: Annotated[
        bool,
        typer.Option(
            "--reapply",
            help="With --airflow: apply EXAMPLE again when a file of its Terraform changes.",
        ),
    ] = False,
    database: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="With --airflow: a PostgreSQL database for Airflow's metadata, empty or of an "
            "earlier run. Default: an SQLite one, which goes with the sandbox.",
        ),
    ] = None,
    startup_script: _StartupScript = True,
    variables: _Variables = None,
    var_files: _VarFiles = None,
    region: _Region = None,
    name: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Name by which other commands find it. Default: default, or default-2 and so "
            "on.",
        ),
    ] = None,
    background: Annotated[
        bool,
        typer.Option(
            BACKGROUND, help="Return when it is ready. `mwaa-ecs sandbox down` ends it."
        ),
    ] = False,
) -> None:
    """Leave a local AWS or, with --airflow, a local MWAA running.

    Terraform, the aws CLI and boto3 reach it with the variables that it prints.

    Example: mwaa-ecs sandbox up --airflow 3.0.6 examples/hello-world
    """
    with clear_errors():
        version, example = _version_and_example(words or [])
        if not airflow:
            _refuse_without_airflow(
                words, dags, reapply, database, variables, var_files, region
            )
        if background:
            _up_in_background(name)
            return
        with registered(name, own_log(), sandbox_named.warn) as registration:
            if airflow:
                from mwaa_ecs.cli.sandbox_airflow import up_with_airflow
                from mwaa_ecs.sandbox.up import Wanted

                wanted = Wanted(
                    example=example,
                    airflow=version,
                    engine=engine.value,
                    port=port,
                    enforce_iam=enforce_iam,
                    startup_script=startup_script,
                    images=images,
                    faults=faults,
                    dags=dags,
                    reapply=reapply,
                    database=database,
                    inputs=Inputs(variables or (), var_files or (), region),
                )
                up_with_airflow(wanted, registration)
            else:
                from mwaa_ecs.cli.sandbox_local_aws import up_alone

                up_alone(
                    registration,
                    engine=engine.value,
                    port=port,
                    images=images,
                    faults=faults,
                    enforce_iam=enforce_iam,
                )


def _up_in_background(name: str | None) -> None:
    words = [word for word in sys.argv[1:] if word != BACKGROUND]
    started = start_in_background(words, name, lambda line: print(line, flush=True))
    sys.stderr.write(started.errors)
    if started.entry is None:
        raise typer.Exit(started.exit_code or 1)
    sandbox_named.show_ready(started.entry)


def _version_and_example(words: list[str]) -> tuple[str | None, Path | None]:
    """Return the version and the folder that are given, in this order."""
    rest = list(words)
    version = rest.pop(0) if rest and _VERSION.fullmatch(rest[0]) else None
    if len(rest) > 1:
        raise UserError(
            f"EXAMPLE is {rest[-1]!r}, after {rest[0]!r}; give one version of Airflow and one "
            "folder, e.g. --airflow 3.0.6 examples/hello-world"
        )
    return version, Path(rest[0]) if rest else None


def _refuse_without_airflow(words: object, dags: object, *inputs: object) -> None:
    if words or dags or any(inputs):
        raise UserError(
            "VERSION, EXAMPLE, --dags, --reapply, --database, --var, --var-file and --region "
            "are for the local MWAA; add --airflow"
        )


def _check_writable(path: Path) -> None:
    if path.is_dir():
        raise UserError(f"--json: {str(path)!r} is a folder; name a file")
    if not path.parent.is_dir():
        raise UserError(
            f"--json: there is no folder {str(path.parent)!r} to write {path.name} in"
        )
    target = path if path.exists() else path.parent
    if not os.access(target, os.W_OK):
        raise UserError(f"--json: {str(target)!r} cannot be written to")


# In the help they come after `run` and `up`.
sandbox_named.register(app)
app.command("trigger")(sandbox_trigger.trigger)
