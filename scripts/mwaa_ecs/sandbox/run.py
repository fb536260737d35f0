"""Runs an example from an empty local AWS to its containers' lines in the Airflow log.

Every stage is reported to a `Progress`; the functions here print nothing.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from mwaa_ecs.errors import UserError
from mwaa_ecs.plan import change_counts, changed_addresses, failed_checks
from mwaa_ecs.sandbox.account import create_account
from mwaa_ecs.sandbox.airflow import (
    DEFAULT_VERSION,
    AirflowEnvironment,
    AirflowVersion,
    DagRun,
    find_version,
    prepare,
)
from mwaa_ecs.sandbox.airflow.versions import known_versions
from mwaa_ecs.sandbox.airflow_setup import set_up_airflow
from mwaa_ecs.sandbox.dag_runs import DagRunner
from mwaa_ecs.sandbox.engines import select_engine
from mwaa_ecs.sandbox.example import DagSettings, Example, load_example
from mwaa_ecs.sandbox.faults import Faults
from mwaa_ecs.sandbox.inputs import Inputs, read_inputs, refuse_dropped_attributes
from mwaa_ecs.sandbox.inventory import inventory
from mwaa_ecs.sandbox.leftovers.folders import OwnedFolder
from mwaa_ecs.sandbox.local_aws import DEFAULT_REGION, LocalAws
from mwaa_ecs.sandbox.logs.moto_logs import dropped_lines
from mwaa_ecs.sandbox.mwaa_environment import (
    MwaaEnvironment,
    download_dags,
    find_mwaa_environment,
)
from mwaa_ecs.sandbox.report import Progress, Report, Stage
from mwaa_ecs.terraform import Event, Terraform, find_terraform, provider_variables
from mwaa_ecs.terraform.configuration import (
    call_as_the_environment,
    copy_configuration,
    copy_lock,
    keep_state_here,
)
from mwaa_ecs.terraform.modules import FetchedModules

# Settings of a user's shell that would make Terraform use another folder or workspace.
_TERRAFORM_SETTINGS = ("TF_WORKSPACE", "TF_DATA_DIR", "TF_CLI_ARGS")

# Variable of an example that creates an MWAA environment. --airflow sets it.
_VERSION_VARIABLE = "airflow_version"

_NO_INPUTS = Inputs()


@dataclass
class _Ending:
    detail: str = ""
    ok: bool = True

    def __call__(self, detail: str, *, ok: bool = True) -> None:
        self.detail, self.ok = detail, ok


@dataclass
class _Run:
    progress: Progress
    stages: list[Stage] = field(default_factory=list)

    @contextmanager
    def stage(self, name: str) -> Iterator[_Ending]:
        """Time a stage; the caller sets the line that it ends with."""
        ends_as = _Ending()
        self.progress.begin(name)
        start = time.monotonic()
        yield ends_as
        seconds = round(time.monotonic() - start, 1)
        done = Stage(name, seconds, ends_as.detail, ends_as.ok)
        self.stages.append(done)
        self.progress.end(done)


@dataclass
class _Dags:
    """The runs of the DAGs, and remedies for those that failed."""

    runs: list[DagRun] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    parse_calls: dict[str, dict[str, int]] = field(default_factory=dict)


def run_example(
    folder: Path,
    *,
    progress: Progress,
    airflow: str | None = None,
    engine: str = "auto",
    keep: bool = False,
    enforce_iam: bool = False,
    startup_script: bool = True,
    inputs: Inputs = _NO_INPUTS,
    while_up: Callable[[LocalAws, Report], None] = lambda _aws, _report: None,
) -> Report:
    """Apply the Terraform in `folder` to a local AWS, run its DAGs, and destroy it again.

    Args:
        folder: The example; it is not written to.
        progress: Receives every stage.
        airflow: An Airflow version that MWAA has. Default: that of the MWAA environment which
            the example creates, else `DEFAULT_VERSION`.
        engine: `auto`, `docker`, `podman` or `stand-in`.
        keep: True destroys nothing and leaves the working folder on disk.
        enforce_iam: True denies calls that the policies of the environment's role, and of the
            role that ECS starts a task with, do not allow.
        startup_script: Whether the startup script of the example's MWAA environment is run.
        inputs: Values of the example's variables, and the region.
        while_up: Called with the local AWS, which still runs, and the report, if `keep`.

    Returns:
        What the stages did. A DAG that ran and failed is in the report; it raises nothing.

    Raises:
        UserError: The example is wrong, or the version or the engine is not available.
        OperationError: Terraform or Airflow failed.
    """
    find_terraform()
    example = load_example(folder)
    given = read_inputs(example.folder, example.values, inputs)
    version = find_version(airflow or DEFAULT_VERSION)
    run = _Run(progress)
    with ExitStack() as stack:
        if keep:
            work = Path(mkdtemp(prefix="mwaa-ecs-"))
        else:
            owned = OwnedFolder()
            stack.callback(owned.remove)
            work = owned.path
        waiting = stack.enter_context(_in_background(version)) if example.dags else None
        with run.stage("Local AWS") as ends_as:
            chosen = select_engine(engine, images=example.images)
            aws = stack.enter_context(
                LocalAws(
                    engine=chosen,
                    region=given.region or DEFAULT_REGION,
                    enforce_iam=enforce_iam,
                    faults=Faults(example.faults),
                )
            )
            account = create_account(aws)
            judged = ", roles' policies are enforced" if enforce_iam else ""
            ends_as(f"containers by {chosen.describe()}{judged}")
        baseline = inventory(aws)
        providers = provider_variables(work)
        terraform = Terraform(
            _prepared_copy(example.folder, work / "terraform", providers),
            environ={**providers, **_aws_variables(aws)},
            # The local AWS ends with this process, so no state needs to be saved.
            ends_with_us=True,
            on_event=_Watcher(progress),
        )
        var_file = work / "sandbox.tfvars.json"
        variables = {**account.variables(example.variables), **given.values}
        if airflow is not None and _VERSION_VARIABLE in example.variables:
            variables[_VERSION_VARIABLE] = airflow
        var_file.write_text(json.dumps(variables, indent=2))
        resources = _apply(run, example.folder, terraform, var_file, work / "plan")
        dags = _Dags()
        python = ""
        if waiting is not None:
            mwaa = find_mwaa_environment(aws, account)
            version = _version_of(mwaa, version, asked=airflow is not None)
            with run.stage("Airflow") as ends_as:
                progress.doing(f"installing Airflow {version.number}")
                environment = waiting.result()
                if environment.version != version:
                    environment = prepare(version)
                python = environment.python
                ends_as(version.describe(python))
            dags = _run_dags(
                run, example, environment, aws, mwaa, work, startup_script=startup_script
            )
        second_plan = _plan_again(run, terraform, var_file, work / "second-plan")
        dropped = dropped_lines()  # destroy takes the log groups away
        report = Report(
            example=str(folder),
            engine=chosen.name,
            airflow=version.number,
            amazon_provider=version.amazon_provider,
            python=python,
            stages=tuple(run.stages),
            resources=resources,
            dag_runs=tuple(dags.runs),
            second_plan=second_plan,
            left_over=(),
            aws_calls=len(aws.calls),
            denied=tuple(dict.fromkeys(call.denied for call in aws.calls if call.denied)),
            dropped_lines=dropped,
            hints=tuple(dict.fromkeys(dags.hints)),
            parse_calls=dags.parse_calls,
            no_dags=example.without_dags,
            kept=work if keep else None,
        )
        if keep:
            while_up(aws, report)
            return report
        left_over = _destroy(run, terraform, var_file, aws, baseline, refresh=bool(second_plan))
        return replace(
            report,
            stages=tuple(run.stages),
            left_over=left_over,
            aws_calls=len(aws.calls),
            refused=aws.refused.summary,
        )


def _apply(run: _Run, folder: Path, terraform: Terraform, var_file: Path, plan: Path) -> int:
    with run.stage("Terraform init"):
        terraform.init()
    fetched = FetchedModules(terraform.folder, terraform.folder / ".terraform")
    refuse_dropped_attributes(folder, cache(fetched.folders), var_file)
    with run.stage("Terraform plan") as ends_as:
        terraform.plan(plan, var_file=var_file)
        shown = terraform.show(plan)
        if failed := failed_checks(shown):
            raise UserError("the plan's checks failed: " + "; ".join(failed))
        resources = change_counts(shown)["create"]
        ends_as(f"{resources} resources to create")
    with run.stage("Terraform apply") as ends_as:
        terraform.apply(plan)
        ends_as(f"{resources} resources created")
    return resources


def _version_of(
    mwaa: MwaaEnvironment, chosen: AirflowVersion, *, asked: bool
) -> AirflowVersion:
    """Return the version of the MWAA environment; `chosen` if the example creates none."""
    if mwaa.airflow_version is None or mwaa.airflow_version == chosen.number:
        return chosen
    if asked:
        raise UserError(
            f"--airflow is {chosen.number!r}, but the MWAA environment {mwaa.name!r} of this "
            f"example has Airflow {mwaa.airflow_version}; leave --airflow out, or declare the "
            f"variable {_VERSION_VARIABLE!r} in the example"
        )
    if mwaa.airflow_version not in known_versions():
        raise UserError(
            f"EXAMPLE: its MWAA environment {mwaa.name!r} has Airflow "
            f"{mwaa.airflow_version}, which the sandbox cannot run; it must be one of "
            f"{', '.join(known_versions())}: set one with --airflow, or in the example"
        )
    return find_version(mwaa.airflow_version)


def _run_dags(
    run: _Run,
    example: Example,
    environment: AirflowEnvironment,
    aws: LocalAws,
    mwaa: MwaaEnvironment,
    work: Path,
    *,
    startup_script: bool,
) -> _Dags:
    settings: dict[str, str] = {}
    download_dags(aws, mwaa, work / "dags")
    if mwaa.name is not None or example.dag_settings != DagSettings():
        name = f"MWAA environment {mwaa.name}" if mwaa.name else "Settings"
        with run.stage(name) as ends_as:
            run.progress.doing("applying its startup script, requirements and plugins")
            settings, told = set_up_airflow(
                aws,
                mwaa,
                environment,
                work,
                startup_script=startup_script,
                dag_settings=example.dag_settings,
            )
            ends_as(told)
    runner = DagRunner(aws, environment, mwaa, work, settings)
    found = _Dags()
    with run.stage("DAG files") as ends_as:
        run.progress.doing("Airflow reads them")
        files, found.parse_calls = runner.read()
        missing = [dag.id for dag in example.dags if dag.id not in files.dags]
        told = f"{len(files.dags)} DAGs"
        if files.failures:
            told += f", {len(files.failures)} files cannot be imported"
        if missing:
            told += f", no DAG {', '.join(map(repr, missing))}"
        ends_as(told, ok=not missing)
    for dag in example.dags:
        with run.stage(f"DAG {dag.id}") as ends_as:
            run.progress.doing("the container's lines come back through CloudWatch Logs")
            done, hints = runner.run(dag, files)
            found.runs.append(done)
            found.hints += hints
            ends_as(
                f"{done.state}, {len(done.container_lines)} lines from containers", ok=done.ok
            )
    return found


def _plan_again(run: _Run, terraform: Terraform, var_file: Path, plan: Path) -> tuple[str, ...]:
    with run.stage("Second plan") as ends_as:
        changes = terraform.plan(plan, var_file=var_file)
        # If only outputs change, Terraform reports changes without an address.
        changed = changed_addresses(terraform.show(plan)) or ["outputs"] if changes else []
        ends_as(
            f"{len(changed)} changes" if changed else "empty, as it should be",
            ok=not changed,
        )
    return tuple(changed)


def _destroy(
    run: _Run,
    terraform: Terraform,
    var_file: Path,
    aws: LocalAws,
    baseline: frozenset[str],
    *,
    refresh: bool,
) -> tuple[str, ...]:
    with run.stage("Terraform destroy") as ends_as:
        terraform.destroy(var_file=var_file, refresh=refresh)
        left = tuple(sorted(inventory(aws) - baseline))
        ends_as(f"{len(left)} resources left" if left else "nothing left", ok=not left)
    return left


def _prepared_copy(folder: Path, target: Path, providers: Mapping[str, str | None]) -> Path:
    """Return a copy of an example with local state, which calls only the local AWS."""
    copy = copy_configuration(folder, target)
    # The lock has hashes of a registry's archives; a mirror has unpacked providers instead.
    copy_lock(folder, copy, hashes=not any(providers.values()))
    keep_state_here(copy)
    call_as_the_environment(copy)
    return copy


def _aws_variables(aws: LocalAws) -> dict[str, str | None]:
    """Return the local AWS's variables, and None for each other AWS or Terraform variable."""
    unset: Mapping[str, None] = {
        name: None for name in os.environ if name.startswith(("AWS_", *_TERRAFORM_SETTINGS))
    }
    return {**unset, **aws.environment()}


@contextmanager
def _in_background(version: AirflowVersion) -> Iterator[Future[AirflowEnvironment]]:
    """Prepare an Airflow while Terraform works; cancel it if the run ends before."""
    cancelled = threading.Event()
    with ThreadPoolExecutor(max_workers=1) as pool:
        try:
            yield pool.submit(prepare, version, cancelled)
        finally:
            cancelled.set()


class _Watcher:
    """Shows what Terraform does, and how much of the plan is done."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._done = 0
        self._planned = 0

    def __call__(self, event: Event) -> None:
        """Report one event of Terraform."""
        kind = event.get("type")
        if kind == "version":
            self._done = 0
        elif kind == "change_summary" and event["changes"]["operation"] == "plan":
            self._planned = event["changes"]["add"] + event["changes"]["remove"]
        elif kind == "apply_complete":
            self._done += 1
        if kind in ("refresh_start", "planned_change", "interrupt"):
            self._progress.doing(str(event["@message"]))
        elif kind in ("apply_start", "apply_progress", "apply_complete"):
            self._progress.doing(f"{self._done} of {self._planned}  {event['@message']}")


__all__: list[Any] = ["Progress", "Report", "Stage", "run_example"]
