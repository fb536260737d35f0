"""The article's names and values, read with boto3 from the resources of Terraform."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from applied import Applied
from healthy_account import complaints, create_environment
from mwaa_ecs.sandbox.account import Account, create_account, give_way_out
from mwaa_ecs.sandbox.inventory import inventory
from mwaa_ecs.sandbox.local_aws import LocalAws
from rights_page import rights_granted, rights_needed

UPLOADS = True


@pytest.fixture(scope="module")
def account(local_aws: LocalAws) -> Account:
    """An account with an MWAA environment and a way out, as the README expects."""
    made = create_account(local_aws)
    give_way_out(local_aws, made)
    create_environment(local_aws, made)
    return made


def test_the_cluster_has_the_articles_name_and_runs_fargate(applied: Applied) -> None:
    (cluster,) = applied.client("ecs").describe_clusters(clusters=["airflow-ecs-cluster"])[
        "clusters"
    ]
    assert cluster["status"] == "ACTIVE"
    assert sorted(cluster["capacityProviders"]) == ["FARGATE", "FARGATE_SPOT"]


def test_the_task_definition_is_the_articles(applied: Applied) -> None:
    found = applied.client("ecs").describe_task_definition(
        taskDefinition="airflow-ecs-operator"
    )
    definition = found["taskDefinition"]
    assert definition["family"] == "airflow-ecs-operator"
    assert definition["requiresCompatibilities"] == ["FARGATE"]
    assert definition["networkMode"] == "awsvpc"
    assert (definition["cpu"], definition["memory"]) == ("256", "512")
    assert definition["executionRoleArn"].endswith(":role/ecsTaskExecutionRole")
    (container,) = definition["containerDefinitions"]
    assert container["name"] == "hello-world"
    assert container["image"] == "hello-world:latest"
    assert container["essential"] is True
    assert container["logConfiguration"] == {
        "logDriver": "awslogs",
        "options": {
            "awslogs-group": "/ecs/airflow-ecs-operator",
            "awslogs-region": applied.account.region,
            "awslogs-stream-prefix": "ecs",
        },
    }


def test_the_log_group_exists_with_a_retention(applied: Applied) -> None:
    (group,) = applied.client("logs").describe_log_groups(
        logGroupNamePrefix="/ecs/airflow-ecs-operator"
    )["logGroups"]
    assert group["logGroupName"] == "/ecs/airflow-ecs-operator"
    assert group["retentionInDays"] == 30


def test_the_six_parameters_are_the_articles(applied: Applied) -> None:
    values = {
        "/mwaa/ecs/cluster": "airflow-ecs-cluster",
        "/mwaa/ecs/task_definition": "airflow-ecs-operator",
        "/mwaa/vpc/private_subnets": ",".join(applied.account.subnet_ids),
        "/mwaa/vpc/security_group": applied.outputs["security_group_ids"][0],
        "/mwaa/cw/log_group": "/ecs/airflow-ecs-operator",
        "/mwaa/cw/log_stream": "ecs/hello-world",
    }
    answer = applied.client("ssm").get_parameters(Names=list(values))
    assert {item["Name"]: item["Value"] for item in answer["Parameters"]} == values
    assert {item["Type"] for item in answer["Parameters"]} == {"String"}


def test_the_tasks_parameter_holds_the_operators_arguments(applied: Applied) -> None:
    answer = applied.client("ssm").get_parameter(Name="/mwaa/tasks/operator")
    kwargs = json.loads(answer["Parameter"]["Value"])
    assert kwargs == {
        "cluster": "airflow-ecs-cluster",
        "task_definition": "airflow-ecs-operator",
        "container_name": "hello-world",
        "launch_type": "FARGATE",
        "platform_version": "LATEST",
        "network_configuration": {
            "awsvpcConfiguration": {
                "subnets": list(applied.account.subnet_ids),
                "securityGroups": applied.outputs["security_group_ids"],
                "assignPublicIp": "DISABLED",
            }
        },
        "awslogs_group": "/ecs/airflow-ecs-operator",
        "awslogs_region": applied.account.region,
        "awslogs_stream_prefix": "ecs/hello-world",
    }
    assert applied.outputs["operator_kwargs"]["operator"] == kwargs


def test_the_security_group_allows_outbound_traffic_only(applied: Applied) -> None:
    (group,) = applied.client("ec2").describe_security_groups(
        GroupIds=applied.outputs["security_group_ids"]
    )["SecurityGroups"]
    assert group["VpcId"] == applied.account.vpc_id
    assert group["IpPermissions"] == []
    assert [rule["IpProtocol"] for rule in group["IpPermissionsEgress"]] == ["-1"]


def test_mwaas_role_has_one_inline_policy_more_with_this_account_and_region(
    applied: Applied,
) -> None:
    iam = applied.client("iam")
    role = applied.account.mwaa_execution_role_name
    (name,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
    document = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
    place = f"{applied.account.region}:{applied.aws.account_id}"
    resources = [
        resource
        for statement in document["Statement"]
        for resource in (
            statement["Resource"]
            if isinstance(statement["Resource"], list)
            else [statement["Resource"]]
        )
    ]
    # ECS lists tasks by no resource: the condition is the limit.
    (everything,) = [one for one in document["Statement"] if one["Resource"] in ("*", ["*"])]
    assert everything["Action"] in ("ecs:ListTasks", ["ecs:ListTasks"])
    cluster = f"arn:aws:ecs:{place}:cluster/airflow-ecs-cluster"
    assert everything["Condition"] == {"ArnEquals": {"ecs:cluster": cluster}}
    assert f"arn:aws:ecs:{place}:task-definition/airflow-ecs-operator:*" in resources
    assert f"arn:aws:ecs:{place}:task/airflow-ecs-cluster/*" in resources
    assert f"arn:aws:iam::{applied.aws.account_id}:role/ecsTaskExecutionRole" in resources
    assert f"arn:aws:logs:{place}:log-group:/ecs/airflow-ecs-operator:log-stream:*" in resources
    assert json.loads(applied.outputs["policy_json"]) == document


def test_the_execution_role_can_be_assumed_by_ecs_tasks_of_this_account(
    applied: Applied,
) -> None:
    role = applied.client("iam").get_role(RoleName="ecsTaskExecutionRole")["Role"]
    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "ecs-tasks.amazonaws.com"}
    assert applied.aws.account_id in json.dumps(statement["Condition"])


def test_the_dags_are_in_the_environments_bucket_with_the_operator(
    applied: Applied, repository: Path
) -> None:
    files = {
        "dags/airflow_dag_ecs_operator.py": repository / "examples" / "hello-world",
        "dags/hello_world.py": repository / "examples" / "hello-world",
        "mwaa_ecs_operator/trigger.py": repository / "modules" / "dags" / "operator",
    }
    for name, folder in files.items():
        key = f"dags/{name.removeprefix('dags/')}"
        found = applied.client("s3").get_object(
            Bucket=applied.account.dags_bucket_name, Key=key
        )
        assert found["Body"].read() == (folder / name).read_bytes()


def test_the_snippet_is_the_operators_three_lines(applied: Applied) -> None:
    assert applied.outputs["dag_snippet"]["operator"].splitlines() == [
        "from mwaa_ecs_operator import EcsTaskOperator",
        "",
        'EcsTaskOperator(task_id="operator", task="operator")',
    ]


def test_the_doctor_has_no_complaint(applied: Applied) -> None:
    assert complaints(applied.aws) == []


def test_a_second_plan_is_empty(applied: Applied) -> None:
    plan = applied.terraform.plan(output=True, tf_var_file=applied.var_file)
    actions = {tuple(change["change"]["actions"]) for change in plan.resource_changes.values()}
    assert actions == {("no-op",)}


def test_destroy_leaves_nothing(applied: Applied) -> None:
    applied.terraform.destroy(tf_var_file=applied.var_file)
    assert inventory(applied.aws) == applied.before


def test_the_rights_to_apply_cover_every_call_of_terraform(
    applied: Applied, repository: Path
) -> None:
    needed = rights_needed(applied.aws.calls)
    assert "ssm:DeleteParameter" in needed, "this test runs after destroy"
    assert needed - rights_granted(repository, policies=1) == set()
