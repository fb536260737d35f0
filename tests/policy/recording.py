"""Records what real Airflow, and ECS for it, need: an apply, then every mode."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from airflow_forks import ForkedRun, run_forked
from mwaa_ecs.iam.model import Need
from mwaa_ecs.sandbox.airflow import DagRun, find_version, prepare
from mwaa_ecs.sandbox.authorization.execution import task_needs
from mwaa_ecs.sandbox.authorization.needs import shared_context
from mwaa_ecs.sandbox.authorization.principals import Principal, service_session
from mwaa_ecs.sandbox.engines import ImageSource, select_engine
from mwaa_ecs.sandbox.local_aws import LocalAws
from mwaa_ecs.sandbox.place import Place as AwsPlace
from mwaa_ecs.terraform import Terraform
from mwaa_ecs.terraform.configuration import copy_configuration
from policy.modes import ARTICLE, FAILING, RUNS, SETUPS, Run
from policy.world import PLACES, Place, World
from running_provider import VARIABLE, provider_program, running_provider

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
_ARTICLE = REPOSITORY / "examples" / "hello-world" / "dags" / "airflow_dag_ecs_operator.py"
_OPERATOR = REPOSITORY / "modules" / "dags" / "operator"
_AT_ONCE = 3
# For each setup, the tasks that are run by their own parameters.
_BY_PARAMETER = {
    "plain": ["operator"],
    "full": ["operator", "nightly"],
    "tagged": ["operator", "existing"],
}


@dataclass(frozen=True)
class Recorded:
    """A need, with the mode that had it and the session of the role that must be allowed it."""

    mode: str
    principal: str
    need: Need


@dataclass(frozen=True)
class Trust:
    """A role of a setup, and who may have it."""

    role_arn: str
    document: Mapping[str, Any]


@dataclass(frozen=True)
class Setup:
    """What Terraform made of a setup in a partition, and what was recorded of it.

    policy, execution_policy: the documents as IAM has them after the apply.
    trusts: of the `execution` role, and of the `task` role where one was made.
    names: what the forbidden calls are made of.
    operator: what was recorded of Airflow's role. execution: what follows for the other.
    """

    name: str
    place: Place
    policy: Mapping[str, Any]
    execution_policy: Mapping[str, Any]
    trusts: Mapping[str, Trust]
    names: Mapping[str, str]
    operator: tuple[Recorded, ...]
    execution: tuple[Recorded, ...]

    @property
    def title(self) -> str:
        """Its name; with the partition where that is not `aws`."""
        partition = self.place.partition
        return self.name if partition == "aws" else f"{self.name} ({partition})"


@dataclass(frozen=True)
class _Applied:
    """A setup as it is applied, and its world."""

    name: str
    world: World
    outputs: Mapping[str, Any]

    @property
    def role(self) -> str:
        return self.world.roles[self.name]


def record(work: Path, runs: Sequence[Run] = RUNS) -> list[Setup]:
    """Apply, run every mode, and close the local AWS again. Takes some minutes."""
    container = ["sh", str(REPOSITORY / "tests" / "e2e" / "container.sh")]
    places = [PLACES[partition] for partition in dict.fromkeys(run.partition for run in runs)]
    names = ["hello-world:latest", *(place.etl_image for place in places)]
    images = {name: ImageSource(stand_in=container) for name in names}
    with LocalAws(engine=select_engine("stand-in", images=images)) as aws:
        worlds = {place.partition: World(aws, place) for place in places}
        program = provider_program(REPOSITORY / "versions.tf", _empty(work / "provider"))
        wanted = {(run.partition, SETUPS[run.setup]) for run in runs}
        with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
            outputs = dict(
                pool.map(
                    lambda one: (one, _apply(aws, worlds[one[0]], one[1], work, program)),
                    sorted(wanted),
                )
            )
            applied = {
                (partition, setup): _Applied(setup, worlds[partition], made)
                for (partition, folder), made in outputs.items()
                for setup in SETUPS
                if SETUPS[setup] == folder
            }
            by_version: dict[str, list[tuple[Run, _Applied]]] = {}
            for run in runs:
                of_version = by_version.setdefault(run.airflow, [])
                of_version.append((run, applied[run.partition, run.setup]))
            list(pool.map(lambda one: _run(aws, one, by_version[one], work), by_version))
        return [_setup(aws, one) for one in applied.values()]


def _apply(aws: LocalAws, world: World, name: str, work: Path, program: Path) -> dict[str, Any]:
    place = f"{world.place.partition}-{name}"
    folder = copy_configuration(HERE / "terraform" / name, work / "terraform" / place)
    var_file = work / f"{place}.tfvars.json"
    declared = (HERE / "terraform" / name / "main.tf").read_text()
    var_file.write_text(
        json.dumps({k: v for k, v in world.variables.items() if f'variable "{k}"' in declared})
    )
    environ = aws.environment(world.place.region)
    beside = _empty(work / "attached" / place)
    with running_provider(program, beside, environ, folder) as attached:
        terraform = Terraform(folder, environ={**environ, VARIABLE: attached})
        terraform.init()
        terraform.plan(work / f"{place}.plan", var_file=var_file)
        terraform.apply(work / f"{place}.plan")
        return {name: found.value for name, found in terraform.output().items()}


def _empty(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def _run(aws: LocalAws, version: str, runs: list[tuple[Run, _Applied]], work: Path) -> None:
    environment = prepare(find_version(version))
    wanted = [_wanted(aws, run, applied, work) for run, applied in runs]
    run_forked(environment, wanted, work / "airflow" / version)
    for (run, _), one in zip(runs, wanted, strict=True):
        _check(run, one.result(environment, _dag_id(run)))


def _dag_id(run: Run) -> str:
    return "example_ecs_operator" if run.modes == (ARTICLE,) else "modes"


def _wanted(aws: LocalAws, run: Run, applied: _Applied, work: Path) -> ForkedRun:
    role = applied.role
    region = applied.world.place.region
    sessions = {mode: aws.role_environment(role, run.label(mode), region) for mode in run.modes}
    name = f"{run.partition}-{run.label(run.modes[0])}"
    return ForkedRun(
        ("airflow", "dags", "test", _dag_id(run)),
        dags=_dags(work / "dags" / name, run.setup, article=run.modes == (ARTICLE,)),
        home=work / "airflow" / name,
        environ={
            **aws.role_environment(role, run.label("airflow"), region),
            **sessions.get(run.session, {}),
            **run.environ,
            "PYTHONPATH": str(_OPERATOR),
            **{
                f"AIRFLOW_CONN_{_connection(mode).upper()}": _as_connection(session)
                for mode, session in sessions.items()
            },
            "MODES": json.dumps({mode: _connection(mode) for mode in run.modes}),
            "SETUP": run.setup,
            "PROOF": json.dumps(
                {
                    "kwargs": applied.outputs["kwargs"][run.setup],
                    "parameters": applied.outputs["parameters"][run.setup],
                    "run_by_parameter": _BY_PARAMETER[run.setup],
                    "registered": _registered(applied) if "register" in run.modes else [],
                }
            ),
        },
    )


def _check(run: Run, done: DagRun) -> None:
    article = run.modes == (ARTICLE,)
    states = {task.task_id: task.state for task in done.tasks}
    for mode in run.modes:
        state = states["ecs_operator" if article else mode]
        if (state == "success") == (mode in FAILING):
            raise AssertionError(f"{run.label(mode)}: {state}\n{done.log.read_text()}")


def _connection(mode: str) -> str:
    return mode.replace("-", "_")


def _as_connection(session: Mapping[str, str]) -> str:
    return json.dumps(
        {
            "conn_type": "aws",
            "login": session["AWS_ACCESS_KEY_ID"],
            "password": session["AWS_SECRET_ACCESS_KEY"],
            "extra": {"aws_session_token": session["AWS_SESSION_TOKEN"]},
        }
    )


def _recorded(aws: LocalAws, role_arn: str) -> Iterator[Recorded]:
    partition, role = role_arn.split(":")[1], role_arn.rpartition("/")[2]
    session = re.compile(f"arn:{partition}:sts::\\d+:assumed-role/{role}/.*")
    for call in aws.calls:
        if session.fullmatch(call.principal):
            if call.error_code in ("AccessDeniedException", "NotJudged"):
                raise AssertionError(f"the local AWS did not answer: {call}")
            if not call.needs and call.service != "sts":
                raise AssertionError(f"what it needs is not known: {call}")
            for need in call.needs:
                yield Recorded(call.principal.rpartition("/")[2], call.principal, need)


def _once(recorded: Iterable[Recorded]) -> Iterator[Recorded]:
    seen = set()
    for one in recorded:
        key = (
            one.mode,
            one.need.action,
            one.need.resource,
            str(sorted(one.need.context.items())),
        )
        if key not in seen:
            seen.add(key)
            yield one


def _dags(folder: Path, setup: str, *, article: bool) -> Path:
    folder.mkdir(parents=True)
    if article:
        text = _ARTICLE.read_text()
        assert 'SSM_PREFIX = "/mwaa"' in text
        (folder / _ARTICLE.name).write_text(text.replace('"/mwaa"', f'"/{setup}"'))
    else:
        for name in ("modes.py", "own_modes.py"):
            shutil.copy(HERE / "dags" / name, folder)
    return folder


def _registered(applied: _Applied) -> list[dict[str, Any]]:
    """What the mode `register` registers: a family derived from each that is there."""
    ecs = applied.world.client("ecs")
    execution_role = applied.outputs["execution_roles"][applied.name]

    def derived(family: str) -> dict[str, Any]:
        found = ecs.describe_task_definition(taskDefinition=family)["taskDefinition"]
        return {
            "family": f"{family}--proof",
            "container_definitions": found["containerDefinitions"],
            "register_task_kwargs": {
                "requiresCompatibilities": ["FARGATE"],
                "networkMode": "awsvpc",
                "cpu": found["cpu"],
                "memory": found["memory"],
                "executionRoleArn": execution_role,
                "taskRoleArn": found.get("taskRoleArn", applied.world.task_role),
                # As docs/tasks.md says; by tag nothing else can be run.
                "tags": [{"key": "mwaa-ecs-contract", "value": f"/{applied.name}"}],
            },
        }

    tasks = applied.outputs["tasks"][applied.name]
    return [derived(tasks[name]["family"]) for name in _BY_PARAMETER[applied.name]]


def _setup(aws: LocalAws, applied: _Applied) -> Setup:
    world, name, place = applied.world, applied.name, applied.world.place
    execution_role = applied.outputs["execution_roles"][name]
    main = applied.outputs["tasks"][name]["operator"]
    cluster = applied.outputs["kwargs"][name]["operator"]["cluster"]
    iam = world.client("iam")
    trusts = {"execution": _trust(iam, execution_role)}
    made = main["task_role_arn"]
    if made is not None and made != world.task_role:
        trusts["task"] = _trust(iam, made)
    return Setup(
        name=name,
        place=place,
        policy=_policy(iam, applied.role, f"{name}-run-tasks-{place.region}"),
        execution_policy=_policy(iam, execution_role, "start-tasks"),
        trusts=trusts,
        names={
            "partition": place.partition,
            "region": place.region,
            "other_region": place.other_region,
            "dns": place.dns_suffix,
            "account": aws.account_id,
            "cluster": cluster,
            "family": main["family"],
            "group": main["log_group_name"],
            "prefix": f"/{name}",
            "execution_role": execution_role,
            "task_role": world.task_role,
            "secret": world.secret,
            "file": world.file,
            "bucket": world.file.partition("/")[0],
            **{f"{key}_key": arn for key, arn in world.keys.items()},
        },
        operator=tuple(_once(_recorded(aws, applied.role))),
        execution=tuple(_once(_execution(aws.account_id, world, cluster, execution_role))),
    )


def _policy(iam: Any, role_arn: str, name: str) -> Mapping[str, Any]:
    """The policy of a role: inline, or managed and attached."""
    role = role_arn.rpartition("/")[2]
    if name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        found = iam.get_role_policy(RoleName=role, PolicyName=name)
        inline: Mapping[str, Any] = found["PolicyDocument"]
        return inline
    attached = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    (arn,) = (one["PolicyArn"] for one in attached if one["PolicyName"] == name)
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    managed: Mapping[str, Any] = iam.get_policy_version(PolicyArn=arn, VersionId=version)[
        "PolicyVersion"
    ]["Document"]
    return managed


def _trust(iam: Any, role_arn: str) -> Trust:
    role = iam.get_role(RoleName=role_arn.rpartition("/")[2])["Role"]
    return Trust(role_arn, role["AssumeRolePolicyDocument"])


def _execution(
    account_id: str, world: World, cluster: str, role_arn: str
) -> Iterator[Recorded]:
    """What ECS needed of the execution role, out of the tasks that ran."""
    ecs, region = world.client("ecs"), world.place.region
    place = AwsPlace(account_id, region)
    arns = ecs.list_tasks(cluster=cluster, desiredStatus="STOPPED")["taskArns"]
    for task in ecs.describe_tasks(cluster=cluster, tasks=arns)["tasks"]:
        definition = ecs.describe_task_definition(taskDefinition=task["taskDefinitionArn"])
        task_id = task["taskArn"].rpartition("/")[2]
        principal = service_session(role_arn, task_id, place)
        family = definition["taskDefinition"]["family"]
        for container in definition["taskDefinition"]["containerDefinitions"]:
            for what_for in ("secrets", "files", "logs", "image"):
                for need in task_needs(what_for, container, task_id, place):
                    yield _of_service(f"{family}: {what_for}", principal, need, region)


def _of_service(mode: str, principal: Principal, need: Need, region: str) -> Recorded:
    context = {**shared_context(principal, region), **need.context}
    return Recorded(mode, principal.arn, Need(need.action, need.resource, context))
