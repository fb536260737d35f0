"""A container's environment: the keys of its role and its environment files."""

from __future__ import annotations

import sys
from typing import Any

from mwaa_ecs.sandbox.engines import ImageSource, select_engine
from mwaa_ecs.sandbox.local_aws import LocalAws
from unit.sandbox.ecs_story import ACCOUNT, EcsStory, shell

_WHO = """
import sys, boto3
try:
    print(boto3.client("sts").get_caller_identity()["Arn"])
    print(boto3.client("s3").get_object(Bucket="data", Key="in.csv")["Body"].read().decode())
except Exception as error:
    print(f"{type(error).__name__}: {error}")
"""


def _python() -> list[str]:
    return [sys.executable, "-c", _WHO]


def _bucket(aws: LocalAws, **objects: str) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(
        Bucket="data", CreateBucketConfiguration={"LocationConstraint": aws.region}
    )
    for key, text in objects.items():
        s3.put_object(Bucket="data", Key=key.replace("_", "."), Body=text)


def test_a_container_is_its_task_role() -> None:
    with EcsStory({"app": _python()}) as story:
        _bucket(story.aws, in_csv="1;2")
        story.register(taskRoleArn=story.role("etl-task"))
        task = story.run()
        task_id = task["taskArn"].rpartition("/")[2]
        assert story.lines(task["taskArn"]) == [
            f"arn:aws:sts::{ACCOUNT}:assumed-role/etl-task/{task_id}",
            "1;2",
        ]


def test_a_container_without_a_task_role_has_no_keys_as_on_fargate() -> None:
    with EcsStory({"app": _python()}) as story:
        story.register()
        (line,) = story.lines(story.run()["taskArn"])
        assert line == "NoCredentialsError: Unable to locate credentials"


def test_a_task_role_that_may_not_is_denied_in_the_container() -> None:
    engine = select_engine("stand-in", {"app": ImageSource(stand_in=_python())})
    with EcsStory(engine=engine, enforce_iam=True) as story:
        _bucket(story.aws, in_csv="1;2")
        role = story.role("etl-task")
        story.grant("execution", "logs:*", "*")
        story.register(taskRoleArn=role)
        denied = story.lines(story.run()["taskArn"])[1]
        assert "An error occurred (AccessDenied)" in denied
        assert "assumed-role/etl-task/" in denied
        assert "s3:GetObject on resource: arn:aws:s3:::data/in.csv" in denied
        story.grant("etl-task", "s3:GetObject", "arn:aws:s3:::data/*")
        assert story.lines(story.run()["taskArn"])[1] == "1;2"


def _files(*keys: str) -> list[dict[str, Any]]:
    return [{"type": "s3", "value": f"arn:aws:s3:::data/{key}"} for key in keys]


def test_environment_files_are_read_the_first_first_and_variables_beat_them() -> None:
    with EcsStory({"app": shell('echo "$A|$B|$C|$D"')}) as story:
        _bucket(
            story.aws,
            one_env='# a comment\nA=one\nB="quoted"\n\nnothing\n',
            two_env="A=two\nC=a=b\nD=file\n",
        )
        story.register(
            story.container(
                environmentFiles=_files("one.env", "two.env"),
                environment=[{"name": "D", "value": "variable"}],
            )
        )
        assert story.lines(story.run()["taskArn"]) == ['one|"quoted"|a=b|variable']
        override = {"name": "app", "environmentFiles": _files("two.env")}
        task = story.run(overrides={"containerOverrides": [override]})
        assert story.lines(task["taskArn"]) == ["two||a=b|variable"]


def test_an_environment_file_that_is_missing() -> None:
    with EcsStory({"app": ["true"]}) as story:
        _bucket(story.aws)
        story.register(story.container(environmentFiles=_files("missing.env")))
        task = story.run()
        assert task["stopCode"] == "TaskFailedToStart"
        assert task["stoppedReason"].startswith(
            "ResourceInitializationError: failed to download env files: "
        )
        assert "api error NotFound" in task["stoppedReason"]
        assert "arn:aws:s3:::data/missing.env" in task["stoppedReason"]


def test_an_environment_file_that_the_execution_role_may_not_read() -> None:
    engine = select_engine("stand-in", {"app": ImageSource(stand_in=shell("echo $A"))})
    with EcsStory(engine=engine, enforce_iam=True) as story:
        _bucket(story.aws, one_env="A=one")
        story.grant("execution", "logs:*", "*")
        story.register(story.container(environmentFiles=_files("one.env")))
        task = story.run()
        assert task["stopCode"] == "TaskFailedToStart"
        assert "not authorized to perform: s3:GetBucketLocation" in task["stoppedReason"]
        story.grant("execution", "s3:Get*", "arn:aws:s3:::data*")
        assert story.lines(story.run()["taskArn"]) == ["one"]


def test_secrets_and_files_are_those_of_the_tasks_own_account_and_region() -> None:
    with EcsStory(
        {"app": shell('echo "$TOKEN|$PASSWORD|$A"')}, account="222222222222", region="us-east-1"
    ) as story:
        for own, client in ((False, story.aws.client), (True, story.client)):
            word = "right" if own else "wrong"
            client("ssm").put_parameter(Name="/token", Value=word, Type="String")
            secret = client("secretsmanager").create_secret(Name="db", SecretString=word)
        s3 = story.client("s3")
        s3.create_bucket(Bucket="data")
        s3.put_object(Bucket="data", Key="one.env", Body="A=right")
        story.register(
            story.container(
                secrets=[
                    {"name": "TOKEN", "valueFrom": "/token"},
                    {"name": "PASSWORD", "valueFrom": secret["ARN"]},
                ],
                environmentFiles=_files("one.env"),
            )
        )
        task = story.run()
        assert story.lines(task["taskArn"]) == ["right|right|right"]
        readers = [call for call in story.aws.calls if "ecs-agent" in call.user_agent]
        session = f"assumed-role/execution/{task['taskArn'].rpartition('/')[2]}"
        assert {one.principal for one in readers if one.service != "sts"} == {
            f"arn:aws:sts::222222222222:{session}"
        }


def test_environment_files_need_an_execution_role() -> None:
    with EcsStory({"app": ["true"]}) as story:
        container = story.container(environmentFiles=_files("one.env"))
        del container["logConfiguration"]
        story.register(container, executionRoleArn=None)
        assert "the task has no execution role" in story.run()["stoppedReason"]


def test_a_secret_that_the_execution_role_may_not_read() -> None:
    with EcsStory({"app": shell("echo $TOKEN")}, enforce_iam=True) as story:
        story.aws.client("ssm").put_parameter(Name="/token", Value="t", Type="String")
        story.grant("execution", "logs:*", "*")
        story.register(story.container(secrets=[{"name": "TOKEN", "valueFrom": "/token"}]))
        task = story.run()
        assert task["stopCode"] == "TaskFailedToStart"
        assert "not authorized to perform: ssm:GetParameters" in task["stoppedReason"]
        story.grant("execution", "ssm:GetParameters", "*")
        assert story.lines(story.run()["taskArn"]) == ["t"]
