"""What `show` reads of a plan or a state; real ones are in tests/plan and tests/apply."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from mwaa_ecs.cli import app

SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf"
ROLE = "arn:aws:iam::123456789012:role/jobs-execution"
CONTAINER = {
    "name": "etl",
    "image": "registry.example/etl:1",
    "environment": [{"name": "PASSWORD", "value": "of-environment-7f3"}],
    "secrets": [{"name": "DB", "valueFrom": f"{SECRET}:password::"}],
    "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "/ecs/jobs-etl"}},
}
CONTRACT = {
    "cluster": "jobs-cluster",
    "task_definition": "jobs-etl",
    "container_name": "etl",
    "launch_type": "FARGATE",
    "network_configuration": {
        "awsvpcConfiguration": {"subnets": ["subnet-1"], "securityGroups": ["sg-1"]}
    },
}
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": SECRET}
    ],
}


def resource(address: str, **values: Any) -> dict[str, Any]:
    return {
        "address": address,
        "mode": "managed",
        "type": address.split(".")[-2],
        "values": values,
    }


def resources() -> list[dict[str, Any]]:
    return [
        resource(
            'module.jobs.module.task.aws_ecs_task_definition.this["etl"]',
            family="jobs-etl",
            cpu="256",
            execution_role_arn=ROLE,
            network_mode="awsvpc",
            requires_compatibilities=["FARGATE"],
            container_definitions=json.dumps([CONTAINER]),
            volume=[
                {"name": "data", "efs_volume_configuration": [{"file_system_id": "fs-1"}]},
                {"name": "scratch", "efs_volume_configuration": []},
            ],
        ),
        resource(
            'module.jobs.module.ssm.aws_ssm_parameter.task["etl"]',
            name="/mwaa/tasks/etl",
            insecure_value=json.dumps(CONTRACT),
        ),
        resource(
            'module.jobs.module.ssm.aws_ssm_parameter.shared["vpc/private_subnets"]',
            name="/mwaa/vpc/private_subnets",
            insecure_value="subnet-1",
        ),
        resource("aws_ssm_parameter.own", name="/own", value="of-parameter-7f3"),
        resource("aws_secretsmanager_secret.db", arn=SECRET, kms_key_id="alias/db"),
        resource(
            "aws_secretsmanager_secret_version.db", arn=SECRET, secret_string="of-secret-7f3"
        ),
        resource("module.jobs.module.role.aws_iam_role.this", name="jobs-execution", arn=ROLE),
        resource(
            "module.jobs.module.role.aws_iam_role_policy.this",
            name="start",
            role="jobs-execution",
            policy=json.dumps(POLICY),
        ),
        resource(
            "aws_s3_object.dag", key="dags/daily.py", source="daily.py", content=None, etag="x"
        ),
        resource("aws_s3_object.gone", key="dags/gone.py", source="gone.py"),
    ]


def as_state() -> dict[str, Any]:
    child = {"address": "module.jobs", "resources": resources()}
    return {"format_version": "1.0", "values": {"root_module": {"child_modules": [child]}}}


def as_plan(unknown: bool = False) -> dict[str, Any]:
    changes = []
    for one in resources():
        after, hidden = dict(one["values"]), {}
        if unknown and one["address"].startswith(
            "module.jobs.module.ssm.aws_ssm_parameter.task"
        ):
            del after["insecure_value"]
            hidden = {"insecure_value": True}
        change = {
            "actions": ["create"],
            "before": None,
            "after": after,
            "after_unknown": hidden,
        }
        changes.append({**one, "change": change})
    return {"format_version": "1.2", "planned_values": {}, "resource_changes": changes}


def show(folder: Path, raw: dict[str, Any], *words: str) -> str:
    (folder / "daily.py").write_text("EcsTaskOperator(task='etl')")
    file = folder / "read.json"
    file.write_text(json.dumps(raw))
    done = CliRunner().invoke(app, ["show", "--from", str(file), *words])
    assert done.exit_code == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(("kind", "raw"), [("plan", as_plan()), ("state", as_state())])
def test_a_plan_and_a_state_show_the_same(
    tmp_path: Path, kind: str, raw: dict[str, Any]
) -> None:
    assert show(tmp_path, raw).splitlines() == [
        f"{kind} read.json",
        "",
        "parameter /mwaa/tasks/etl",
        "├─ DAG dags/daily.py",
        "├─ task definition jobs-etl",
        "│  ├─ role jobs-execution (starts the task)",
        "│  │  └─ policy start",
        "│  ├─ image registry.example/etl:1 (etl)",
        "│  ├─ secret db-AbCdEf",
        "│  │  └─ key alias/db",
        "│  ├─ log group /ecs/jobs-etl",
        "│  └─ file system fs-1 (data)",
        "├─ cluster jobs-cluster",
        "├─ subnet subnet-1",
        "└─ security group sg-1",
        "",
        "note: dags/gone.py is not read: its file gone.py is not here.",
    ]


@pytest.mark.parametrize("words", [("--json",), ("--format", "html"), ("--format", "mermaid")])
def test_no_value_of_a_secret_is_written(tmp_path: Path, words: tuple[str, ...]) -> None:
    text = show(tmp_path, as_plan(), *words)
    assert "jobs-etl" in text
    assert "7f3" not in text


def test_what_is_known_only_after_apply_is_told_and_the_rest_is_shown(tmp_path: Path) -> None:
    lines = show(tmp_path, as_plan(unknown=True)).splitlines()
    assert "note: The security groups of etl are known only after apply." in lines
    assert "├─ DAG dags/daily.py" in lines
    assert "└─ subnet subnet-1" in lines
