"""Every way to run, every kind of volume and of secret, applied to the local AWS."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import tftest

from mwaa_ecs.sandbox.account import Account
from mwaa_ecs.sandbox.local_aws import LocalAws
from mwaa_ecs.terraform.configuration import copy_configuration

FOLDER = Path(__file__).resolve().parent / "every_task"


@dataclass(frozen=True)
class Made:
    """The created resources, and how to plan again."""

    aws: LocalAws
    terraform: tftest.TerraformTest
    var_file: str
    outputs: dict[str, Any]

    def definition(self, task: str) -> dict[str, Any]:
        """Return a task's newest definition as ECS has it."""
        found = self.aws.client("ecs").describe_task_definition(taskDefinition=f"every-{task}")
        definition: dict[str, Any] = found["taskDefinition"]
        return definition

    def kwargs(self, task: str) -> dict[str, Any]:
        """Return a task's contract as a DAG reads it."""
        name = f"/mwaa/tasks/{task}"
        value = self.aws.client("ssm").get_parameter(Name=name)["Parameter"]["Value"]
        kwargs: dict[str, Any] = json.loads(value)
        return kwargs

    def execution_policy(self) -> dict[str, list[str]]:
        """Return the resources of the execution role's policy, by statement."""
        document = self.aws.client("iam").get_role_policy(
            RoleName="every-execution-eu-west-1", PolicyName="start-tasks"
        )["PolicyDocument"]
        return {statement["Sid"]: statement["Resource"] for statement in document["Statement"]}


@pytest.fixture(scope="module")
def made(
    tmp_path_factory: pytest.TempPathFactory, local_aws: LocalAws, account: Account
) -> Made:
    folder = copy_configuration(FOLDER, tmp_path_factory.mktemp("every") / "copy")
    declared = frozenset({"region", "subnet_ids", "mwaa_execution_role_name"})
    var_file = folder / "test.tfvars.json"
    var_file.write_text(json.dumps(account.variables(declared)))
    terraform = tftest.TerraformTest(folder.name, str(folder.parent))
    terraform.setup()
    terraform.apply(tf_var_file=str(var_file))
    return Made(local_aws, terraform, str(var_file), dict(terraform.output()))


def test_a_second_plan_is_empty(made: Made) -> None:
    plan = made.terraform.plan(output=True, tf_var_file=made.var_file)
    changed = {
        address: change["change"]["actions"]
        for address, change in plan.resource_changes.items()
        if change["change"]["actions"] != ["no-op"]
    }
    assert changed == {}


@pytest.mark.parametrize(
    ("task", "where"),
    [
        ("fargate", {"launch_type": "FARGATE", "platform_version": "LATEST"}),
        (
            "spot",
            {"capacity_provider_strategy": [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]},
        ),
        (
            "weighted",
            {
                "capacity_provider_strategy": [
                    {"capacityProvider": "FARGATE", "base": 1, "weight": 1},
                    {"capacityProvider": "FARGATE_SPOT", "weight": 3},
                ]
            },
        ),
        (
            "own",
            {
                "capacity_provider_strategy": [{"capacityProvider": "own", "weight": 1}],
                "placement_strategy": [{"type": "binpack", "field": "memory"}],
            },
        ),
        ("ec2", {"launch_type": "EC2"}),
    ],
)
def test_the_parameter_shows_where_a_task_runs(
    made: Made, task: str, where: dict[str, Any]
) -> None:
    kwargs = made.kwargs(task)
    assert where.items() <= kwargs.items()
    assert ("launch_type" in kwargs) != ("capacity_provider_strategy" in kwargs)
    assert made.outputs["operator_kwargs"][task] == kwargs


def test_a_task_on_the_hosts_network_has_no_network_configuration(made: Made) -> None:
    assert "network_configuration" not in made.kwargs("ec2")
    assert made.definition("ec2")["networkMode"] == "bridge"


def test_on_the_host_s_network_a_port_is_the_host_s(made: Made) -> None:
    (container,) = made.definition("host")["containerDefinitions"]
    (port,) = container["portMappings"]
    assert (port["containerPort"], port["hostPort"]) == (8081, 8081)


def test_a_pinned_task_names_its_revision(made: Made) -> None:
    assert made.kwargs("spot")["task_definition"] == "every-spot:1"
    assert made.kwargs("fargate")["task_definition"] == "every-fargate"


def test_without_readable_logs_the_parameter_names_no_log_group(made: Made) -> None:
    assert not [key for key in made.kwargs("firelens") if key.startswith("awslogs_")]
    assert made.kwargs("weighted")["awslogs_group"] == "/given"


def test_each_kind_of_volume_is_registered(made: Made) -> None:
    fargate = {volume["name"]: volume for volume in made.definition("fargate")["volumes"]}
    assert fargate["data"]["efsVolumeConfiguration"]["transitEncryption"] == "ENABLED"
    assert fargate["data"]["efsVolumeConfiguration"]["authorizationConfig"] == {
        "accessPointId": "fsap-0a1b2c3d",
        "iam": "ENABLED",
    }
    assert "efsVolumeConfiguration" not in fargate["scratch"]
    ec2 = {volume["name"]: volume for volume in made.definition("ec2")["volumes"]}
    assert ec2["host"]["host"] == {"sourcePath": "/mnt"}
    assert ec2["shared"]["dockerVolumeConfiguration"]["autoprovision"] is True
    (share,) = made.definition("windows")["volumes"]
    assert share["fsxWindowsFileServerVolumeConfiguration"]["rootDirectory"] == "share"


def test_the_execution_role_may_read_what_the_tasks_name_and_nothing_else(made: Made) -> None:
    secret = made.aws.client("secretsmanager").describe_secret(SecretId="db")["ARN"]
    account = made.aws.account_id
    policy = made.execution_policy()
    assert policy["ReadSecrets"] == [secret]
    parameter = f"arn:aws:ssm:eu-west-1:{account}:parameter/app/token"
    assert policy["ReadSecretParameters"] == [parameter]
    assert policy["ReadFiles"] == [
        "arn:aws:s3:::settings/fluent.conf",
        "arn:aws:s3:::settings/nightly.env",
    ]
    assert policy["FindBuckets"] == ["arn:aws:s3:::settings"]
    assert policy["PullImages"] == [f"arn:aws:ecr:eu-west-1:{account}:repository/team/etl"]
    assert (
        f"arn:aws:logs:eu-west-1:{account}:log-group:/given:log-stream:*"
        in (policy["WriteLogs"])
    )


def test_a_task_has_a_role_only_where_it_asks_for_one(made: Made) -> None:
    roles = {name: task["task_role_arn"] for name, task in made.outputs["tasks"].items()}
    path = "every-eu-west-1/tasks/every-fargate-task-eu-west-1"
    made_role = f"arn:aws:iam::{made.aws.account_id}:role/{path}"
    assert roles["fargate"] == made_role == made.definition("fargate")["taskRoleArn"]
    assert ":role/given-" in roles["spot"]
    assert [name for name, arn in roles.items() if arn is not None] == ["fargate", "spot"]
    document = json.loads(made.outputs["policy_json"])
    passed = next(s["Resource"] for s in document["Statement"] if s["Sid"] == "PassTaskRoles")
    assert {roles["fargate"], roles["spot"]} < set(passed)


def test_a_task_role_can_be_used_by_ecs_of_this_account_only(made: Made) -> None:
    role = made.aws.client("iam").get_role(RoleName="every-fargate-task-eu-west-1")["Role"]
    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "ecs-tasks.amazonaws.com"}
    assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": made.aws.account_id}


def test_everything_of_the_module_instance_has_its_tag(made: Made) -> None:
    ecs = made.aws.client("ecs")
    for task in made.outputs["tasks"].values():
        tags = ecs.list_tags_for_resource(resourceArn=task["arn"])["tags"]
        assert {"key": "mwaa-ecs-contract", "value": "/mwaa"} in tags
