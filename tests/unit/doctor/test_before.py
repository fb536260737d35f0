"""The doctor before the first apply: tasks from a plan, the account without the module."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from mwaa_ecs.cli import app
from mwaa_ecs.doctor import CHECKS, Account, Report, Status, run_checks
from mwaa_ecs.doctor.before import asked_before
from mwaa_ecs.doctor.selection import select
from mwaa_ecs.plan import Plan
from mwaa_ecs.sandbox.local_aws import LocalAws
from unit.doctor.healthy import GROUPS, REGION, World, build
from unit.doctor.seeds import found_by

BEFORE = select(CHECKS, (), (), before_apply=True)


@pytest.fixture(scope="module")
def raw(aws: LocalAws) -> dict[str, Any]:
    """The plan of the healthy account's module, where the module is not applied."""
    world = build(aws)
    found = as_plan(world)
    take_away(world)
    return found


def as_plan(world: World) -> dict[str, Any]:
    """Return the tasks of an account as the plan that creates them."""
    resources = []
    for task in GROUPS:
        name = f"/mwaa/tasks/{task}"
        value = world.client("ssm").get_parameter(Name=name)["Parameter"]["Value"]
        contract = json.loads(value)
        found = world.client("ecs").describe_task_definition(
            taskDefinition=contract["task_definition"]
        )["taskDefinition"]
        resources += [
            _created(
                f'aws_ecs_task_definition.this["{task}"]',
                family=found["family"],
                cpu=found.get("cpu"),
                memory=found.get("memory"),
                network_mode=found["networkMode"],
                requires_compatibilities=found["requiresCompatibilities"],
                execution_role_arn=found.get("executionRoleArn"),
                task_role_arn=found.get("taskRoleArn"),
                container_definitions=json.dumps(found["containerDefinitions"]),
                volume=[_volume(one) for one in found.get("volumes") or ()],
                runtime_platform=[
                    {"cpu_architecture": found["runtimePlatform"].get("cpuArchitecture")}
                ]
                if found.get("runtimePlatform")
                else [],
            ),
            _created(f'aws_ssm_parameter.task["{task}"]', name=name, insecure_value=value),
        ]
    role = world.place.mwaa_execution_role_name
    resources.append(_created("aws_iam_role_policy.this", role=role, policy=None))
    return {"format_version": "1.2", "planned_values": {}, "resource_changes": resources}


def _created(address: str, **values: Any) -> dict[str, Any]:
    kind = address.split(".")[0]
    change = {"actions": ["create"], "before": None, "after": values}
    return {"address": address, "mode": "managed", "type": kind, "change": change}


def _volume(volume: dict[str, Any]) -> dict[str, Any]:
    efs = volume.get("efsVolumeConfiguration")
    if not efs:
        return {"name": volume["name"]}
    access = efs.get("authorizationConfig") or {}
    block = {
        "file_system_id": efs["fileSystemId"],
        "transit_encryption": efs.get("transitEncryption"),
        "authorization_config": [
            {"access_point_id": access.get("accessPointId"), "iam": access.get("iam")}
        ],
    }
    return {"name": volume["name"], "efs_volume_configuration": [block]}


def take_away(world: World) -> None:
    """Take away what only the module creates: parameters and task definitions."""
    ssm, ecs = world.client("ssm"), world.client("ecs")
    found = ssm.get_parameters_by_path(Path="/mwaa", Recursive=True)["Parameters"]
    ssm.delete_parameters(Names=[one["Name"] for one in found])
    for arn in ecs.list_task_definitions()["taskDefinitionArns"]:
        ecs.deregister_task_definition(taskDefinition=arn)


def report_before(world_aws: LocalAws, raw: dict[str, Any], **asked: Any) -> Report:
    account = Account(world_aws.client, REGION)
    return run_checks(account, asked_before(Plan(raw), **asked), BEFORE)


def changed(raw: dict[str, Any], address: str, **values: Any) -> dict[str, Any]:
    """Return a plan whose resource has other values."""
    copy: dict[str, Any] = json.loads(json.dumps(raw))
    (one,) = (one for one in copy["resource_changes"] if one["address"] == address)
    one["change"]["after"] |= values
    return copy


def test_a_healthy_account_has_no_complaint_before_the_first_apply(
    aws: LocalAws, raw: dict[str, Any]
) -> None:
    report = report_before(aws, raw, read_secrets=True)
    assert found_by(report) == {}
    assert report.count(Status.UNKNOWN) == 0
    passed = {one.check for one in report.results if one.status is Status.PASS}
    assert passed >= {one.id for one in BEFORE} - {
        "images-policy",  # the image is of this account
        "images-credentials",  # no registry asks for a password
        "network-endpoint-policy",  # no endpoint has one
    }


@pytest.mark.parametrize(
    ("address", "values", "check", "fact"),
    [
        (
            "aws_iam_role_policy.this",
            {"role": "AmazonMWAA-prod"},
            "mwaa-role",
            "to the role AmazonMWAA-prod; the environment has",
        ),
        ('aws_ecs_task_definition.this["hello"]', {"cpu": "300"}, "capacity-size", "300"),
    ],
)
def test_a_wrong_value_of_the_plan_is_named_before_the_first_apply(
    aws: LocalAws,
    raw: dict[str, Any],
    address: str,
    values: dict[str, Any],
    check: str,
    fact: str,
) -> None:
    report = report_before(aws, changed(raw, address, **values))
    assert found_by(report) == {check: Status.FAIL}
    assert [one for one in report.results if one.check == check and fact in one.fact]


def test_what_the_plan_creates_is_not_missed(aws: LocalAws, raw: dict[str, Any]) -> None:
    iam, logs = aws.client("iam"), aws.client("logs")
    created = {
        "aws_iam_role.this": "created-role",
        "aws_cloudwatch_log_group.this": "/ecs/created",
        "aws_ecr_repository.this": "created-repository",
        "aws_ssm_parameter.own": "/created/parameter",
    }
    assert "created-role" not in {one["RoleName"] for one in iam.list_roles()["Roles"]}
    assert "/ecs/created" not in {
        one["logGroupName"] for one in logs.describe_log_groups()["logGroups"]
    }
    container = {
        "name": "hello",
        "image": f"123456789012.dkr.ecr.{REGION}.amazonaws.com/created-repository:1",
        "secrets": [{"name": "MODE", "valueFrom": "/created/parameter"}],
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {"awslogs-group": "/ecs/created", "awslogs-region": REGION},
        },
    }
    address = 'aws_ecs_task_definition.this["hello"]'
    role = "arn:aws:iam::123456789012:role/created-role"
    plan = changed(
        raw,
        address,
        container_definitions=json.dumps([container]),
        execution_role_arn=role,
    )
    missed = set(found_by(report_before(aws, plan)))
    assert missed == {"images-exists", "logs-group", "rights-trust", "secrets-parameter"}
    plan["resource_changes"] += [_created(one, name=name) for one, name in created.items()]
    assert found_by(report_before(aws, plan)) == {}


def test_what_is_known_only_after_apply_is_skipped(aws: LocalAws, raw: dict[str, Any]) -> None:
    plan = json.loads(json.dumps(raw))
    for one in plan["resource_changes"]:
        values, unknown = one["change"]["after"], {}
        for name in ("insecure_value", "container_definitions", "execution_role_arn"):
            if name in values:
                del values[name]
                unknown[name] = True
        one["change"]["after_unknown"] = unknown
    report = report_before(aws, plan)
    assert found_by(report) == {}
    skipped = {one.check for one in report.results if one.status is Status.SKIP}
    assert {"images-exists", "network-public-ip", "secrets-secret"} <= skipped


def test_the_command_checks_a_plan_before_the_first_apply(
    aws: LocalAws, raw: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in aws.environment().items():
        monkeypatch.setenv(name, value)
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(raw))
    done = CliRunner().invoke(app, ["doctor", "--pre", "--plan", str(file), "--json"])
    assert done.exit_code == 0
    checks = {one["check"] for one in json.loads(done.stdout)["results"]}
    assert checks == {one.id for one in BEFORE}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--pre"], "--pre needs a plan"),
        (["dev", "--pre", "--plan", "x"], "--pre needs a plan"),
        (["--plan", "x"], "--plan is for --pre"),
        (["--pre", "--plan", "x", "--only", "contract"], "before the first apply"),
    ],
)
def test_a_wrong_option_ends_with_2(words: list[str], said: str) -> None:
    done = CliRunner().invoke(app, ["doctor", *words])
    assert done.exit_code == 2
    assert said in " ".join(done.stderr.split())
