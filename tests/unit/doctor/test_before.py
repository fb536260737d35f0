"""The doctor before the first apply: tasks from a plan, the account without the module."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from mwaa_ecs.cli import app
from mwaa_ecs.doctor import Status
from mwaa_ecs.sandbox.local_aws import LocalAws
from unit.doctor.before import BEFORE, as_plan, created, report_before, take_away
from unit.doctor.healthy import REGION, build
from unit.doctor.seeds import found_by


@pytest.fixture(scope="module")
def raw(aws: LocalAws) -> dict[str, Any]:
    """The plan of the healthy account's module, where the module is not applied."""
    world = build(aws)
    found = as_plan(world)
    take_away(world)
    return found


def changed(raw: dict[str, Any], address: str, **values: Any) -> dict[str, Any]:
    """Return a plan whose resource has other values."""
    copy: dict[str, Any] = json.loads(json.dumps(raw))
    (one,) = (one for one in copy["resource_changes"] if one["address"] == address)
    one["change"]["after"] |= values
    return copy


def test_a_healthy_account_has_no_complaint_before_the_first_apply(
    aws: LocalAws, raw: dict[str, Any]
) -> None:
    report = report_before(aws.client, raw, read_secrets=True)
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
    report = report_before(aws.client, changed(raw, address, **values))
    assert found_by(report) == {check: Status.FAIL}
    assert [one for one in report.results if one.check == check and fact in one.fact]


def test_what_the_plan_creates_is_not_missed(aws: LocalAws, raw: dict[str, Any]) -> None:
    iam, logs = aws.client("iam"), aws.client("logs")
    names = {
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
    missed = set(found_by(report_before(aws.client, plan)))
    assert missed == {"images-exists", "logs-group", "rights-trust", "secrets-parameter"}
    plan["resource_changes"] += [created(one, name=name) for one, name in names.items()]
    assert found_by(report_before(aws.client, plan)) == {}


def test_what_is_known_only_after_apply_is_skipped(aws: LocalAws, raw: dict[str, Any]) -> None:
    plan = json.loads(json.dumps(raw))
    for one in plan["resource_changes"]:
        values, unknown = one["change"]["after"], {}
        for name in ("insecure_value", "container_definitions", "execution_role_arn"):
            if name in values:
                del values[name]
                unknown[name] = True
        one["change"]["after_unknown"] = unknown
    report = report_before(aws.client, plan)
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
