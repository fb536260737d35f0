"""Tasks that do not start: STOPPED, TaskFailedToStart, no exit code, and a reason."""

from __future__ import annotations

from typing import Any

import pytest

from unit.sandbox.ecs_story import ACCOUNT, REGION, EcsStory, containers, shell


def assert_not_started(task: dict[str, Any], reason: str) -> None:
    assert task["lastStatus"] == task["desiredStatus"] == "STOPPED"
    assert task["stopCode"] == "TaskFailedToStart"
    assert task["stoppedReason"].startswith(reason), task["stoppedReason"]
    assert "startedAt" not in task
    for container in task["containers"]:
        assert container["lastStatus"] == "STOPPED"
        assert "exitCode" not in container


def test_an_image_that_cannot_be_had() -> None:
    with EcsStory() as story:
        story.register(story.container(image="team/etl:1.4"))
        task = story.run()
        assert_not_started(task, "CannotPullContainerError: ")
        assert "docker.io/team/etl:1.4" in task["stoppedReason"]
        assert "this image has no stand-in" in task["stoppedReason"]
        assert containers(task)["app"]["reason"] == task["stoppedReason"]


def test_a_log_group_that_is_missing() -> None:
    with EcsStory({"app": ["true"]}) as story:
        story.logs.delete_log_group(logGroupName="/ecs/story")
        story.register()
        task = story.run()
        assert_not_started(task, "ResourceInitializationError: failed to validate logger args")
        assert "The specified log group does not exist" in task["stoppedReason"]


def test_a_log_group_that_the_container_may_create() -> None:
    with EcsStory({"app": ["echo", "here"]}) as story:
        story.logs.delete_log_group(logGroupName="/ecs/story")
        container = story.container()
        container["logConfiguration"]["options"]["awslogs-create-group"] = "true"
        story.register(container)
        assert story.lines(story.run()["taskArn"]) == ["here"]


def test_a_command_that_cannot_be_run() -> None:
    with EcsStory({"app": ["/no/such/program"]}) as story:
        story.register()
        assert_not_started(story.run(), "CannotStartContainerError: ")


@pytest.mark.parametrize(
    ("value_from", "words"),
    [
        ("/missing", "unable to retrieve secrets from ssm"),
        (
            f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:missing-AbCdEf",
            "unable to retrieve secret from asm",
        ),
        (f"arn:aws:s3:::{ACCOUNT}", "an invalid ARN format"),
    ],
)
def test_a_secret_that_is_missing(value_from: str, words: str) -> None:
    with EcsStory({"app": ["true"]}) as story:
        story.register(story.container(secrets=[{"name": "S", "valueFrom": value_from}]))
        task = story.run()
        assert_not_started(
            task, "ResourceInitializationError: unable to pull secrets or registry auth: "
        )
        assert words in task["stoppedReason"]


def test_a_secret_without_the_key_that_is_asked_for() -> None:
    with EcsStory({"app": ["true"]}) as story:
        secrets = story.aws.client("secretsmanager")
        arn = secrets.create_secret(Name="db", SecretString='{"user": "u"}')["ARN"]
        story.register(
            story.container(secrets=[{"name": "S", "valueFrom": f"{arn}:password::"}])
        )
        task = story.run()
        assert_not_started(task, "ResourceInitializationError: ")
        assert "did not contain json key password" in task["stoppedReason"]


def test_secrets_and_parameters_are_in_the_environment() -> None:
    with EcsStory(
        {"app": shell("echo $WHOLE; echo $KEY; echo $OLD; echo $NAME; echo $ARN")}
    ) as story:
        secrets = story.aws.client("secretsmanager")
        arn = secrets.create_secret(Name="db", SecretString='{"user":"u1"}')["ARN"]
        secrets.put_secret_value(SecretId="db", SecretString='{"user":"u2"}')
        ssm = story.aws.client("ssm")
        ssm.put_parameter(Name="/app/token", Value="t", Type="SecureString")
        story.register(
            story.container(
                secrets=[
                    {"name": "WHOLE", "valueFrom": arn},
                    {"name": "KEY", "valueFrom": f"{arn}:user::"},
                    {"name": "OLD", "valueFrom": f"{arn}:user:AWSPREVIOUS:"},
                    {"name": "NAME", "valueFrom": "/app/token"},
                    {
                        "name": "ARN",
                        "valueFrom": f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/app/token",
                    },
                ]
            )
        )
        task = story.run()
        assert story.lines(task["taskArn"]) == ['{"user":"u2"}', "u2", "u1", "t", "t"]
        readers = {
            call.user_agent for call in story.aws.calls if call.action == "GetSecretValue"
        }
        assert all(agent.endswith("mwaa-ecs-sandbox/ecs-agent") for agent in readers)


def test_a_task_that_did_not_start_gives_its_interface_back() -> None:
    with EcsStory() as story:
        story.register()
        story.run()
        assert story.aws.client("ec2").describe_network_interfaces()["NetworkInterfaces"] == []
