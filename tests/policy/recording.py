"""Records what real Airflow, and ECS for it, need: one apply, then every mode."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mwaa_ecs.sandbox.account import create_account
from mwaa_ecs.sandbox.airflow import find_version, prepare, run_dag
from mwaa_ecs.sandbox.engines import ImageSource, select_engine
from mwaa_ecs.sandbox.example import copy_configuration
from mwaa_ecs.sandbox.iam.execution import task_needs
from mwaa_ecs.sandbox.iam.keys import Place
from mwaa_ecs.sandbox.iam.model import Need
from mwaa_ecs.sandbox.iam.needs import shared_context
from mwaa_ecs.sandbox.iam.principals import Principal, service_session
from mwaa_ecs.sandbox.local_aws import LocalAws
from mwaa_ecs.terraform import Terraform
from policy.modes import ARTICLE, FAILING, RUNS, Run

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
SETUPS = ("plain", "full")
_ARTICLE = REPOSITORY / "examples" / "hello-world" / "dags" / "airflow_dag_ecs_operator.py"
_AT_ONCE = 3


@dataclass(frozen=True)
class Recorded:
    """A need, with the mode that had it and the session of the role that must be allowed it."""

    mode: str
    principal: str
    need: Need


@dataclass(frozen=True)
class Setup:
    """What Terraform made of `plain` or `full`, and what was recorded of it.

    policy, execution_policy, trust: the documents as IAM has them after the apply.
    names: what the forbidden calls are made of.
    operator: what was recorded of Airflow's role. execution: what follows for the other.
    """

    name: str
    policy: Mapping[str, Any]
    execution_policy: Mapping[str, Any]
    trust: Mapping[str, Any]
    execution_role_arn: str
    names: Mapping[str, str]
    operator: tuple[Recorded, ...]
    execution: tuple[Recorded, ...]


def record(work: Path) -> dict[str, Setup]:
    """Apply, run every mode, and close the local AWS again. Takes a minute or two."""
    container = ["sh", str(REPOSITORY / "tests" / "e2e" / "container.sh")]
    image = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/etl:1.4"
    source = ImageSource(stand_in=container)
    engine = select_engine("stand-in", images={"hello-world:latest": source, image: source})
    with LocalAws(engine=engine) as aws:
        world = _World(aws, image)
        outputs = _apply(aws, world.variables, work)
        calls = _run_modes(aws, world, outputs, work)
        return {
            name: _setup(aws, world, outputs, name, calls[world.roles[name]]) for name in SETUPS
        }


class _World:
    """What is there before: two environments' roles, a task role, keys and secrets."""

    def __init__(self, aws: LocalAws, image: str) -> None:
        account = create_account(aws)
        iam, kms = aws.client("iam"), aws.client("kms")
        trust = iam.get_role(RoleName=account.mwaa_execution_role_name)["Role"]
        document = json.dumps(trust["AssumeRolePolicyDocument"])

        def role(name: str) -> str:
            made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)
            return str(made["Role"]["Arn"])

        self.roles = {"plain": role("AmazonMWAA-plain"), "full": role("AmazonMWAA-full")}
        self.task_role = role("etl-task")
        self.keys = {
            name: kms.create_key(Description=name)["KeyMetadata"]["Arn"]
            for name in ("logs", "parameters", "secrets")
        }
        self.secret: str = aws.client("secretsmanager").create_secret(
            Name="db", SecretString="s3cret", KmsKeyId=self.keys["secrets"]
        )["ARN"]
        ssm = aws.client("ssm")
        for name, key in (("/app/token", "secrets"), ("/full/tasks/token", "parameters")):
            ssm.put_parameter(
                Name=name, Value="s3cret", Type="SecureString", KeyId=self.keys[key]
            )
        self.secret_parameter = f"arn:aws:ssm:{aws.region}:{aws.account_id}:parameter/app/token"
        self.variables = {
            "region": aws.region,
            "subnet_ids": list(account.subnet_ids),
            "plain_role": "AmazonMWAA-plain",
            "full_role": "AmazonMWAA-full",
            "task_role_arn": self.task_role,
            "etl_image": image,
            "secret_arn": self.secret,
            "secret_parameter": self.secret_parameter,
            "keys": self.keys,
        }


def _apply(aws: LocalAws, variables: Mapping[str, Any], work: Path) -> dict[str, Any]:
    folder = copy_configuration(HERE / "terraform", work / "terraform")
    var_file = work / "proof.tfvars.json"
    var_file.write_text(json.dumps(variables))
    terraform = Terraform(folder, environ=aws.environment())
    terraform.init()
    terraform.plan(work / "plan", var_file=var_file)
    terraform.apply(work / "plan")
    return terraform.output()


def _run_modes(
    aws: LocalAws, world: _World, outputs: Mapping[str, Any], work: Path
) -> dict[str, tuple[Recorded, ...]]:
    """Run them, and return what each role's sessions needed, by the role's ARN."""
    proof = {
        "kwargs": outputs["kwargs"],
        "registered": _registered(aws, outputs, world),
        "parameters": outputs["parameters"],
        "run_by_parameter": {"plain": ["operator"], "full": ["operator", "nightly"]},
    }

    def start(run: Run) -> None:
        role, article = world.roles[run.setup], run.modes == (ARTICLE,)
        sessions = {mode: aws.role_environment(role, run.label(mode)) for mode in run.modes}
        home = work / "airflow" / run.label(run.modes[0])
        done = run_dag(
            prepare(find_version(run.airflow)),
            "example_ecs_operator" if article else "modes",
            dags=_dags(work / "dags" / run.label(run.modes[0]), run.setup, article=article),
            home=home,
            environ={
                **sessions.get(run.session, aws.role_environment(role, run.label("airflow"))),
                **run.environ,
                **{
                    f"AIRFLOW_CONN_{_connection(mode).upper()}": _as_connection(session)
                    for mode, session in sessions.items()
                },
                "MODES": json.dumps({mode: _connection(mode) for mode in run.modes}),
                "SETUP": run.setup,
                "PROOF": json.dumps(proof),
            },
        )
        states = {task.task_id: task.state for task in done.tasks}
        for mode in run.modes:
            state = states["ecs_operator" if article else mode]
            if (state == "success") == (mode in FAILING):
                raise AssertionError(f"{run.label(mode)}: {state}\n{done.log.read_text()}")

    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        list(pool.map(start, RUNS))
    return {role: tuple(_once(_recorded(aws, role))) for role in world.roles.values()}


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
    session = f":assumed-role/{role_arn.rpartition('/')[2]}/"
    for call in aws.calls:
        if session in call.principal:
            if call.error_code in ("AccessDeniedException", "NotJudged"):
                raise AssertionError(f"the local AWS did not answer: {call}")
            if not call.needs and call.service != "sts":
                raise AssertionError(f"what it needs is not known: {call}")
            for need in call.needs:
                yield Recorded(call.principal.rpartition("/")[2], call.principal, need)


def _once(recorded: Iterator[Recorded]) -> Iterator[Recorded]:
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
        (folder / "modes.py").write_text((HERE / "dags" / "modes.py").read_text())
    return folder


def _registered(
    aws: LocalAws, outputs: Mapping[str, Any], world: _World
) -> list[dict[str, Any]]:
    """What the mode `register` registers: the next revisions of the families that are there."""
    return [
        _next_revision(aws, task["family"], outputs["execution_roles"]["full"], world.task_role)
        for task in outputs["tasks"]["full"].values()
    ]


def _next_revision(
    aws: LocalAws, family: str, execution_role: str, task_role: str
) -> dict[str, Any]:
    found = aws.client("ecs").describe_task_definition(taskDefinition=family)["taskDefinition"]
    return {
        "family": family,
        "container_definitions": found["containerDefinitions"],
        "register_task_kwargs": {
            "requiresCompatibilities": ["FARGATE"],
            "networkMode": "awsvpc",
            "cpu": found["cpu"],
            "memory": found["memory"],
            "executionRoleArn": execution_role,
            "taskRoleArn": task_role,
        },
    }


def _setup(
    aws: LocalAws,
    world: _World,
    outputs: Mapping[str, Any],
    name: str,
    operator: tuple[Recorded, ...],
) -> Setup:
    iam = aws.client("iam")
    mwaa_role = world.roles[name].rpartition("/")[2]
    execution_role = outputs["execution_roles"][name]
    role_name = execution_role.rpartition("/")[2]
    cluster = outputs["kwargs"][name]["operator"]["cluster"]
    return Setup(
        name=name,
        policy=iam.get_role_policy(RoleName=mwaa_role, PolicyName=f"{name}-run-tasks")[
            "PolicyDocument"
        ],
        execution_policy=iam.get_role_policy(RoleName=role_name, PolicyName="start-tasks")[
            "PolicyDocument"
        ],
        trust=iam.get_role(RoleName=role_name)["Role"]["AssumeRolePolicyDocument"],
        execution_role_arn=execution_role,
        names={
            "partition": "aws",
            "region": aws.region,
            "account": aws.account_id,
            "cluster": cluster,
            "family": outputs["tasks"][name]["operator"]["family"],
            "group": outputs["tasks"][name]["operator"]["log_group_name"],
            "prefix": f"/{name}",
            "execution_role": execution_role,
            "task_role": world.task_role,
            "secret": world.secret,
            **{f"{key}_key": arn for key, arn in world.keys.items()},
        },
        operator=operator,
        execution=tuple(_once(_execution(aws, cluster, execution_role))),
    )


def _execution(aws: LocalAws, cluster: str, role_arn: str) -> Iterator[Recorded]:
    """What ECS needed of the execution role, out of the tasks that ran."""
    ecs = aws.client("ecs")
    place = Place(aws.account_id, aws.region, "aws")
    arns = ecs.list_tasks(cluster=cluster, desiredStatus="STOPPED")["taskArns"]
    for task in ecs.describe_tasks(cluster=cluster, tasks=arns)["tasks"]:
        definition = ecs.describe_task_definition(taskDefinition=task["taskDefinitionArn"])
        task_id = task["taskArn"].rpartition("/")[2]
        principal = service_session(role_arn, task_id)
        family = definition["taskDefinition"]["family"]
        for container in definition["taskDefinition"]["containerDefinitions"]:
            for what_for in ("secrets", "logs", "image"):
                for need in task_needs(what_for, container, task_id, place):
                    yield _of_service(f"{family}: {what_for}", principal, need, aws.region)


def _of_service(mode: str, principal: Principal, need: Need, region: str) -> Recorded:
    context = {**shared_context(principal, region), **need.context}
    return Recorded(mode, principal.arn, Need(need.action, need.resource, context))
