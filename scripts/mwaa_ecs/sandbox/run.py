"""Runs an example from an empty local AWS to its containers' lines in the Airflow log.

Every stage is reported to a `Progress`; the functions here print nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from mwaa_ecs.plan import changed_addresses
from mwaa_ecs.sandbox.account import create_account
from mwaa_ecs.sandbox.airflow import (
    DEFAULT_VERSION,
    AirflowEnvironment,
    DagRun,
    find_version,
    prepare,
)
from mwaa_ecs.sandbox.airflow_setup import set_up_airflow
from mwaa_ecs.sandbox.applying import Applied, Run, in_background, version_of
from mwaa_ecs.sandbox.dag_runs import DagRunner
from mwaa_ecs.sandbox.dag_sync import download_dags
from mwaa_ecs.sandbox.engines import select_engine
from mwaa_ecs.sandbox.example import DagSettings, Example, load_example
from mwaa_ecs.sandbox.faults import Faults
from mwaa_ecs.sandbox.inputs import Inputs, read_inputs
from mwaa_ecs.sandbox.inventory import inventory
from mwaa_ecs.sandbox.leftovers.folders import OwnedFolder
from mwaa_ecs.sandbox.local_aws import DEFAULT_REGION, LocalAws
from mwaa_ecs.sandbox.local_mwaa import LocalMwaa
from mwaa_ecs.sandbox.logs.moto_logs import dropped_lines
from mwaa_ecs.sandbox.mwaa_environment import (
    MwaaEnvironment,
    find_mwaa_environment,
)
from mwaa_ecs.sandbox.report import Progress, Report, Stage
from mwaa_ecs.sandbox.scheduled_runs import ScheduledRunner
from mwaa_ecs.terraform import Terraform, find_terraform

_NO_INPUTS = Inputs()


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
    scheduler: bool = False,
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
        scheduler: Whether Airflow's scheduler runs the DAGs, and not `airflow dags test`.
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
    run = Run(progress)
    with ExitStack() as stack:
        if keep:
            work = Path(mkdtemp(prefix="mwaa-ecs-"))
        else:
            owned = OwnedFolder()
            stack.callback(owned.remove)
            work = owned.path
        waiting = stack.enter_context(in_background(version)) if example.dags else None
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
        applied = Applied(
            run, example, given.values, aws=aws, account=account, work=work, airflow=airflow
        )
        terraform, var_file = applied.terraform, applied.var_file
        resources = applied.apply()
        dags = _Dags()
        python = ""
        if waiting is not None:
            mwaa = find_mwaa_environment(aws, account)
            version = version_of(mwaa, version, asked=airflow is not None)
            with run.stage("Airflow") as ends_as:
                progress.doing(f"installing Airflow {version.number}")
                environment = waiting.result()
                if environment.version != version:
                    environment = prepare(version)
                python = environment.python
                ends_as(version.describe(python))
            dags = _run_dags(
                run,
                example,
                environment,
                aws,
                mwaa,
                work,
                startup_script=startup_script,
                scheduler=scheduler,
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
            scheduler=scheduler,
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


def _run_dags(
    run: Run,
    example: Example,
    environment: AirflowEnvironment,
    aws: LocalAws,
    mwaa: MwaaEnvironment,
    work: Path,
    *,
    startup_script: bool,
    scheduler: bool,
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
    if not scheduler:
        return _run_each(run, example, runner)
    with ExitStack() as stack:
        with run.stage("Airflow starts") as ends_as:
            run.progress.doing("scheduler, triggerer and page")
            running = LocalMwaa(aws, mwaa, environment, work, settings=settings)
            stack.enter_context(running)
            ends_as("every program is healthy")
        return _run_each(run, example, ScheduledRunner(runner, running.airflow))


def _run_each(run: Run, example: Example, runner: DagRunner | ScheduledRunner) -> _Dags:
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
            ended, hints = runner.run(dag, files)
            found.runs += ended
            found.hints += hints
            lines = sum(len(one.container_lines) for one in ended)
            states = ", ".join(dict.fromkeys(one.state for one in ended))
            more = f", {len(ended) - 1} runs by its schedule" if len(ended) > 1 else ""
            ends_as(
                f"{states}, {lines} lines from containers{more}",
                ok=all(one.ok for one in ended),
            )
    return found


def _plan_again(run: Run, terraform: Terraform, var_file: Path, plan: Path) -> tuple[str, ...]:
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
    run: Run,
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


__all__: list[Any] = ["Progress", "Report", "Stage", "run_example"]
