"""A local AWS that enforces IAM denies with AWS's messages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from mwaa_ecs.sandbox.account import Account, create_account
from mwaa_ecs.sandbox.engines import ImageSource, select_engine
from mwaa_ecs.sandbox.local_aws import LocalAws

_ECS = "arn:aws:ecs:eu-west-1:123456789012"
_ROLE = "arn:aws:iam::123456789012:role"
_RUN = {
    "Effect": "Allow",
    "Action": "ecs:RunTask",
    "Resource": f"{_ECS}:task-definition/etl:*",
    "Condition": {"ArnEquals": {"ecs:cluster": f"{_ECS}:cluster/jobs"}},
}
_PASS = {
    "Effect": "Allow",
    "Action": "iam:PassRole",
    "Resource": f"{_ROLE}/start",
    "Condition": {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
}
_WATCH = {"Effect": "Allow", "Action": "ecs:DescribeTasks", "Resource": f"{_ECS}:task/jobs/*"}
_WRITE = {
    "Effect": "Allow",
    "Action": "logs:*",
    "Resource": "arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/etl:log-stream:*",
}


@pytest.fixture
def aws() -> Iterator[LocalAws]:
    engine = select_engine("stand-in", images={"etl": ImageSource(stand_in=["true"])})
    with LocalAws(engine=engine, enforce_iam=True) as aws:
        yield aws


@pytest.fixture
def account(aws: LocalAws) -> Account:
    account = create_account(aws)
    trust = {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}}
    aws.client("iam").create_role(
        RoleName="start",
        AssumeRolePolicyDocument=json.dumps(
            {"Statement": [{**trust, "Action": "sts:AssumeRole"}]}
        ),
    )
    aws.client("logs").create_log_group(logGroupName="/ecs/etl")
    ecs = aws.client("ecs")
    ecs.create_cluster(clusterName="jobs")
    ecs.register_task_definition(
        family="etl",
        requiresCompatibilities=["FARGATE"],
        networkMode="awsvpc",
        cpu="256",
        memory="512",
        executionRoleArn=f"{_ROLE}/start",
        containerDefinitions=[
            {
                "name": "etl",
                "image": "etl",
                "logConfiguration": {
                    "logDriver": "awslogs",
                    "options": {
                        "awslogs-group": "/ecs/etl",
                        "awslogs-region": "eu-west-1",
                        "awslogs-stream-prefix": "ecs",
                    },
                },
            }
        ],
    )
    return account


def _grant(aws: LocalAws, role: str, *statements: dict[str, Any]) -> None:
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    aws.client("iam").put_role_policy(RoleName=role, PolicyName="t", PolicyDocument=document)


def _as_role(aws: LocalAws, account: Account, service: str) -> Any:
    found = aws.role_environment(account.mwaa_execution_role_arn, "etl-dag")
    return boto3.client(
        service,
        region_name=aws.region,
        endpoint_url=aws.endpoint_url,
        aws_access_key_id=found["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=found["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=found["AWS_SESSION_TOKEN"],
    )


def _run(aws: LocalAws, account: Account) -> Any:
    return _as_role(aws, account, "ecs").run_task(
        cluster="jobs",
        taskDefinition="etl",
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": {"subnets": list(account.subnet_ids)}},
    )


def test_run_task_that_is_not_granted_is_denied_in_awss_words(
    aws: LocalAws, account: Account
) -> None:
    with pytest.raises(ClientError) as denied:
        _run(aws, account)
    assert denied.value.response["Error"] == {
        "Code": "AccessDeniedException",
        "Message": (
            "User: arn:aws:sts::123456789012:assumed-role/AmazonMWAA-demo/etl-dag is not "
            f"authorized to perform: ecs:RunTask on resource: {_ECS}:task-definition/etl:1 "
            "because no identity-based policy allows the ecs:RunTask action"
        ),
    }


def test_run_task_is_denied_where_the_role_may_not_be_passed(
    aws: LocalAws, account: Account
) -> None:
    _grant(aws, account.mwaa_execution_role_name, _RUN)
    with pytest.raises(ClientError, match=f"iam:PassRole on resource: {_ROLE}/start because"):
        _run(aws, account)


def test_what_is_granted_runs(aws: LocalAws, account: Account) -> None:
    _grant(aws, account.mwaa_execution_role_name, _RUN, _PASS, _WATCH)
    _grant(aws, "start", _WRITE)
    (task,) = _run(aws, account)["tasks"]
    ecs = _as_role(aws, account, "ecs")
    ecs.get_waiter("tasks_stopped").wait(
        cluster="jobs", tasks=[task["taskArn"]], WaiterConfig={"Delay": 1, "MaxAttempts": 30}
    )
    (task,) = ecs.describe_tasks(cluster="jobs", tasks=[task["taskArn"]])["tasks"]
    assert task["stopCode"] == "EssentialContainerExited"


def test_an_execution_role_that_may_not_write_logs_stops_the_task_with_a_reason(
    aws: LocalAws, account: Account
) -> None:
    _grant(aws, account.mwaa_execution_role_name, _RUN, _PASS)
    (task,) = _run(aws, account)["tasks"]
    ecs = aws.client("ecs")
    ecs.get_waiter("tasks_stopped").wait(
        cluster="jobs", tasks=[task["taskArn"]], WaiterConfig={"Delay": 1, "MaxAttempts": 30}
    )
    (task,) = ecs.describe_tasks(cluster="jobs", tasks=[task["taskArn"]])["tasks"]
    assert task["stopCode"] == "TaskFailedToStart"
    assert task["stoppedReason"].startswith("ResourceInitializationError: ")
    assert "assumed-role/start/" in task["stoppedReason"]
    assert "not authorized to perform: logs:CreateLogStream" in task["stoppedReason"]


def test_s3_denies_in_its_own_protocol(aws: LocalAws, account: Account) -> None:
    with pytest.raises(ClientError) as denied:
        _as_role(aws, account, "s3").put_object(Bucket="data", Key="x.csv", Body=b"")
    assert denied.value.response["Error"]["Code"] == "AccessDenied"
    assert denied.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    assert "s3:PutObject on resource: arn:aws:s3:::data/x.csv" in str(denied.value)


def test_a_call_that_cannot_be_judged_is_refused_and_says_so(
    aws: LocalAws, account: Account
) -> None:
    # The sandbox does not know the described stream, and the console's policy names groups.
    _grant(aws, account.mwaa_execution_role_name, {**_WRITE, "Action": "logs:Describe*"})
    with pytest.raises(ClientError, match="cannot judge DescribeLogStreams"):
        _as_role(aws, account, "logs").describe_log_streams(logGroupName="/ecs/etl")


def test_a_permissions_boundary_bounds_the_role(aws: LocalAws, account: Account) -> None:
    iam = aws.client("iam")
    nothing = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    boundary = iam.create_policy(
        PolicyName="bound",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [nothing]}),
    )["Policy"]["Arn"]
    name = account.mwaa_execution_role_name
    _grant(aws, name, _RUN, _PASS)
    iam.put_role_permissions_boundary(RoleName=name, PermissionsBoundary=boundary)
    with pytest.raises(
        ClientError, match="because no permissions boundary allows the ecs:RunTask"
    ):
        _run(aws, account)


def test_each_call_of_a_role_is_noted_with_what_it_needs(
    aws: LocalAws, account: Account
) -> None:
    with aws.recording() as recorded, pytest.raises(ClientError):
        _run(aws, account)
    (call,) = recorded.of("ecs", "RunTask")
    assert call.principal.endswith("assumed-role/AmazonMWAA-demo/etl-dag")
    assert [(need.action, need.resource) for need in call.needs] == [
        ("ecs:RunTask", f"{_ECS}:task-definition/etl:1"),
        ("iam:PassRole", f"{_ROLE}/start"),
    ]
    assert call.needs[0].values("ecs:cluster") == (f"{_ECS}:cluster/jobs",)
    assert call.needs[1].values("iam:PassedToService") == ("ecs-tasks.amazonaws.com",)


def test_a_log_group_can_be_granted_by_its_tag(aws: LocalAws, account: Account) -> None:
    logs = aws.client("logs")
    for name, tags in (("/ecs/ours", {"team": "data"}), ("/ecs/theirs", {"team": "ops"})):
        logs.create_log_group(logGroupName=name, tags=tags)
        logs.create_log_stream(logGroupName=name, logStreamName="s")
    _grant(
        aws,
        account.mwaa_execution_role_name,
        {
            "Effect": "Allow",
            "Action": "logs:GetLogEvents",
            "Resource": "arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/*:log-stream:*",
            "Condition": {"StringEquals": {"aws:ResourceTag/team": "data"}},
        },
    )
    mine = _as_role(aws, account, "logs")
    assert mine.get_log_events(logGroupName="/ecs/ours", logStreamName="s")["events"] == []
    with pytest.raises(ClientError, match="AccessDenied"):
        mine.get_log_events(logGroupName="/ecs/theirs", logStreamName="s")
