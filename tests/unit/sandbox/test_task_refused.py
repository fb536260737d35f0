"""Requests that ECS refuses, with its messages, because people search for these."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from unit.sandbox.ecs_story import ROLE, EcsStory


def refusal(call: Any, **arguments: Any) -> tuple[str, str]:
    """Return the code and message of the error that a call raises."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


NETWORK = "Network Configuration must be provided when networkMode 'awsvpc' is specified."
BOTH = "Specify either Launch Type or Capacity Provider Strategy, but not both."


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ({"cluster": "none"}, "ClusterNotFoundException", "Cluster not found."),
        ({"taskDefinition": "none"}, "ClientException", "TaskDefinition not found."),
        ({"taskDefinition": "story:9"}, "ClientException", "TaskDefinition not found."),
        (
            {"overrides": {"containerOverrides": [{"name": "ap", "command": ["x"]}]}},
            "InvalidParameterException",
            "Override for container named ap is not a container in the TaskDefinition.",
        ),
        (
            {"overrides": {"cpu": "256", "memory": "4096"}},
            "InvalidParameterException",
            "No Fargate configuration exists for given values",
        ),
        (
            {"overrides": {"containerOverrides": [{"name": "app", "command": ["x" * 8192]}]}},
            "InvalidParameterException",
            "Container Overrides length must be at most 8192",
        ),
        ({"networkConfiguration": {}}, "InvalidParameterException", NETWORK),
        (
            {"networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"]}}},
            "InvalidParameterException",
            "Error retrieving subnet information for [subnet-1]",
        ),
        (
            {
                "capacityProviderStrategy": [{"capacityProvider": "FARGATE"}],
                "launchType": "FARGATE",
            },
            "InvalidParameterException",
            BOTH,
        ),
        (
            {"capacityProviderStrategy": [{"capacityProvider": "mine"}]},
            "InvalidParameterException",
            "a capacity provider that is not associated with the cluster",
        ),
        (
            {"launchType": "EC2"},
            "InvalidParameterException",
            "No Container Instances were found",
        ),
        (
            {"launchType": None},
            "InvalidParameterException",
            "No Container Instances were found",
        ),
        ({"count": 11}, "InvalidParameterException", "Count cannot be less than 1"),
        ({"platformVersion": "9"}, "PlatformUnknownException", "platform version"),
    ],
)
def test_run_task_refuses(arguments: dict[str, Any], code: str, words: str) -> None:
    with EcsStory() as story:
        story.register()
        found = refusal(story.run_task, **arguments)
        assert found[0] == code
        assert words in found[1]
        assert story.ecs.list_tasks(cluster="story")["taskArns"] == []


def test_a_definition_that_was_deregistered_does_not_run() -> None:
    with EcsStory() as story:
        arn = story.register()
        story.ecs.deregister_task_definition(taskDefinition=arn)
        assert refusal(story.run_task, taskDefinition=arn) == (
            "InvalidParameterException",
            "TaskDefinition is inactive",
        )
        assert refusal(story.run_task)[1] == "TaskDefinition not found."


def test_a_family_means_its_newest_active_revision() -> None:
    with EcsStory() as story:
        first, second = story.register(), story.register()
        story.ecs.deregister_task_definition(taskDefinition=second)
        assert story.run_task()["tasks"][0]["taskDefinitionArn"] == first


def test_a_security_group_of_another_vpc_is_refused() -> None:
    with EcsStory() as story:
        story.register()
        ec2 = story.aws.client("ec2")
        other = ec2.create_vpc(CidrBlock="10.2.0.0/16")["Vpc"]["VpcId"]
        group = ec2.create_security_group(GroupName="g", Description="g", VpcId=other)[
            "GroupId"
        ]
        network = {"subnets": [story.subnet], "securityGroups": [group]}
        configuration = {"awsvpcConfiguration": network}
        assert refusal(story.run_task, networkConfiguration=configuration) == (
            "InvalidParameterException",
            f"Security group {group} does not appear to belong to the same VPC as the input "
            "subnets.",
        )
        network["securityGroups"] = ["sg-1"]
        assert (
            "Error retrieving security group information for [sg-1]"
            in refusal(story.run_task, networkConfiguration=configuration)[1]
        )


def test_a_definition_for_ec2_does_not_run_on_fargate() -> None:
    with EcsStory() as story:
        story.register(requiresCompatibilities=["EC2"])
        assert (
            refusal(story.run_task)[1]
            == "Task definition does not support launch_type FARGATE."
        )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"memory": "4096"}, "No Fargate configuration exists for given values"),
        ({"cpu": "300"}, "No Fargate configuration exists for given values"),
        ({"cpu": ""}, "Fargate requires that 'cpu' be defined at the task level."),
        ({"networkMode": "bridge"}, "Fargate only supports network mode"),
        ({"networkMode": None}, "Fargate only supports network mode"),
        (
            {"executionRoleArn": ""},
            "Fargate requires task definition to have execution role ARN to support log driver",
        ),
        ({"containerDefinitions": []}, "Container list cannot be empty."),
    ],
)
def test_a_definition_that_fargate_cannot_run_is_not_registered(
    changes: dict[str, Any], words: str
) -> None:
    with EcsStory() as story:
        code, message = refusal(story.register, **changes)
        assert code == "ClientException"
        assert words in message
        assert story.ecs.list_task_definitions()["taskDefinitionArns"] == []


def test_a_definition_needs_an_essential_container_and_a_role_for_its_secrets() -> None:
    with EcsStory() as story:
        assert (
            "essential"
            in refusal(story.register, containerDefinitions=[story.container(essential=False)])[
                1
            ]
        )
        secret = story.container(secrets=[{"name": "A", "valueFrom": "/a"}])
        del secret["logConfiguration"]
        assert (
            "executionRoleArn"
            in refusal(story.register, containerDefinitions=[secret], executionRoleArn="")[1]
        )
        assert story.register(secret, executionRoleArn=ROLE)


def test_a_container_larger_than_its_task_is_refused() -> None:
    with EcsStory() as story:
        assert (
            "is greater than"
            in refusal(story.register, containerDefinitions=[story.container(memory=1024)])[1]
        )


def test_stopping_or_describing_what_is_not_there() -> None:
    with EcsStory() as story:
        assert refusal(story.ecs.stop_task, cluster="story", task="0" * 32) == (
            "InvalidParameterException",
            "The referenced task was not found.",
        )
        assert refusal(story.ecs.describe_tasks, cluster="story", tasks=[])[1] == (
            "Tasks cannot be empty."
        )
        assert (
            refusal(story.ecs.list_tasks, cluster="story", nextToken="x")[1] == "Invalid token."
        )


def test_a_role_that_is_not_there_or_does_not_trust_ecs() -> None:
    with EcsStory({"app": ["true"]}) as story:
        missing = ROLE.replace("execution", "missing")
        for_lambda = story.role("for-lambda", "lambda.amazonaws.com")
        for name, arn in (
            ("executionRoleArn", missing),
            ("taskRoleArn", missing),
            ("taskRoleArn", for_lambda),
            ("taskRoleArn", "arn:aws:iam::1:role/x"),
        ):
            story.register(**{name: arn})
            code, message = refusal(story.run_task)
            assert code == "ClientException"
            assert f"ECS was unable to assume the role '{arn}'" in message
        story.register()
        overrides = {"taskRoleArn": missing}
        assert f"'{missing}'" in refusal(story.run_task, overrides=overrides)[1]
