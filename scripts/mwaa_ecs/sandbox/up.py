"""Brings up a local MWAA, with an example applied or none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from mwaa_ecs.errors import UserError
from mwaa_ecs.sandbox.account import Account, create_account, create_environment
from mwaa_ecs.sandbox.airflow import DEFAULT_VERSION, find_version, prepare
from mwaa_ecs.sandbox.airflow.postgresql import HeldDatabase, read_database_url
from mwaa_ecs.sandbox.airflow_setup import set_up_airflow
from mwaa_ecs.sandbox.applying import Applied, Run, in_background, version_of
from mwaa_ecs.sandbox.engines import select_engine
from mwaa_ecs.sandbox.example import (
    DagSettings,
    Example,
    load_example,
    load_faults,
    load_images,
)
from mwaa_ecs.sandbox.faults import Fault, Faults
from mwaa_ecs.sandbox.inputs import Given, Inputs, read_inputs
from mwaa_ecs.sandbox.leftovers.folders import OwnedFolder
from mwaa_ecs.sandbox.live import Tell
from mwaa_ecs.sandbox.local_aws import DEFAULT_REGION, LocalAws
from mwaa_ecs.sandbox.local_mwaa import LocalMwaa
from mwaa_ecs.sandbox.mwaa_environment import MwaaEnvironment, find_mwaa_environment
from mwaa_ecs.sandbox.reapply import Reapply
from mwaa_ecs.sandbox.report import Progress
from mwaa_ecs.terraform import find_terraform


@dataclass(frozen=True)
class Wanted:
    """The request on the command line.

    Attributes:
        example: folder of Terraform to apply; None applies nothing.
        airflow: Airflow version; None for that of the example's environment, or the default.
        engine: `auto`, `docker`, `podman` or `stand-in`.
        port: port of the local AWS; 0 for a free one.
        enforce_iam: whether calls that a role's policies do not allow are denied.
        startup_script: whether the environment's startup script runs.
        images: a sandbox.yaml with images.
        faults: a sandbox.yaml with faults.
        dags: a folder of DAGs that is watched.
        reapply: whether the example is applied again when its HCL changes.
        database: URL of the metadata database; None for SQLite.
        inputs: values of the example's variables, and the region.
    """

    example: Path | None = None
    airflow: str | None = None
    engine: str = "auto"
    port: int = 0
    enforce_iam: bool = False
    startup_script: bool = True
    images: Path | None = None
    faults: Path | None = None
    dags: Path | None = None
    reapply: bool = False
    database: str | None = None
    inputs: Inputs = field(default_factory=Inputs)


@dataclass(frozen=True)
class Up:
    """A local MWAA that runs.

    Attributes:
        aws: the local AWS.
        account: what a user's account has already.
        mwaa: the running environment.
        applied: the example, if one was applied.
        version: the Airflow version.
        work: the run's folder.
    """

    aws: LocalAws
    account: Account
    mwaa: LocalMwaa
    applied: Applied | None
    version: str
    work: Path


@contextmanager
def local_mwaa(wanted: Wanted, progress: Progress, tell: Tell) -> Iterator[Up]:
    """Bring up a local MWAA for as long as the `with` block.

    Args:
        wanted: what is asked for.
        progress: receives every stage.
        tell: receives lines about what happens afterwards.

    Raises:
        UserError: what is asked for is wrong.
        OperationError: Terraform or Airflow failed.
    """
    if wanted.dags is not None and not wanted.dags.is_dir():
        raise UserError(
            f"--dags: there is no folder {str(wanted.dags)!r}; name the folder with your DAGs"
        )
    if wanted.reapply and wanted.example is None:
        raise UserError("--reapply: there is no EXAMPLE to apply again; name its folder")
    version = find_version(wanted.airflow or DEFAULT_VERSION)
    database = None if wanted.database is None else read_database_url(wanted.database)
    example, given = None, Given(region=wanted.inputs.region)
    if wanted.example is not None:
        find_terraform()
        example = load_example(wanted.example)
        given = read_inputs(example.folder, example.values, wanted.inputs)
    run = Run(progress)
    with ExitStack() as stack:
        owned = OwnedFolder()
        stack.callback(owned.remove)
        waiting = stack.enter_context(in_background(version))
        held = None
        if database is not None:
            with run.stage("Database") as ends_as:
                progress.doing("installing its drivers, and opening it")
                held = stack.enter_context(HeldDatabase(waiting.result(), database))
                ends_as(held.described)
        with run.stage("Local AWS") as ends_as:
            sources = dict(example.images) if example else {}
            sources |= load_images(wanted.images) if wanted.images is not None else {}
            chosen = select_engine(wanted.engine, images=sources)
            aws = stack.enter_context(
                LocalAws(
                    engine=chosen,
                    port=wanted.port,
                    region=given.region or DEFAULT_REGION,
                    enforce_iam=wanted.enforce_iam,
                    faults=Faults(_faults(wanted, example)),
                )
            )
            account = create_account(aws)
            judged = ", roles' policies are enforced" if wanted.enforce_iam else ""
            ends_as(f"containers by {chosen.describe()}{judged}")
        applied = None
        if example is not None:
            applied = Applied(
                run,
                example,
                given.values,
                aws=aws,
                account=account,
                work=owned.path,
                airflow=wanted.airflow,
            )
            applied.apply()
        mwaa = find_mwaa_environment(aws, account)
        version = version_of(mwaa, version, asked=wanted.airflow is not None)
        if mwaa.name is None:
            create_environment(aws, account, version.number)
            mwaa = find_mwaa_environment(aws, account)
        with run.stage("Airflow") as ends_as:
            progress.doing(f"installing Airflow {version.number}")
            environment = waiting.result()
            if environment.version != version:
                environment = prepare(version)
            ends_as(version.describe(environment.python))
        with run.stage(f"MWAA environment {mwaa.name}") as ends_as:
            progress.doing("applying its startup script, requirements and plugins")
            settings, told = set_up_airflow(
                aws,
                mwaa,
                environment,
                owned.path,
                startup_script=wanted.startup_script,
                dag_settings=example.dag_settings if example else DagSettings(),
            )
            ends_as(told)
        running = LocalMwaa(
            aws,
            mwaa,
            environment,
            owned.path,
            settings=settings,
            database=held.claim(environment) if held else None,
            dags=wanted.dags,
            tell=tell,
        )
        with run.stage("Airflow starts") as ends_as:
            progress.doing("scheduler, triggerer and page")
            stack.enter_context(running)
            ends_as("every program is healthy")
        if applied is not None and example is not None and wanted.reapply:
            again = partial(_again, applied, lambda: find_mwaa_environment(aws, account))
            stack.enter_context(Reapply(example.folder, again, tell))
        yield Up(aws, account, running, applied, version.number, owned.path)


def _again(
    applied: Applied, environment: Callable[[], MwaaEnvironment], check: Callable[[], None]
) -> str:
    before = environment()
    told = applied.again(check)
    if environment() != before:
        told += ". The MWAA environment has changed: start the sandbox again to run it so"
    return told


def _faults(wanted: Wanted, example: Example | None) -> tuple[Fault, ...]:
    given = load_faults(wanted.faults) if wanted.faults is not None else ()
    return (*(example.faults if example else ()), *given)
