"""examples/private-network in the local AWS: no way out, changed in place, taken down."""

from __future__ import annotations

import pytest

from mwaa_ecs.sandbox.local_aws import LocalAws
from mwaa_story import MwaaStory, check_changed

ENVIRONMENT = "module.mwaa.aws_mwaa_environment.this"


@pytest.fixture(scope="module")
def story(local_aws: LocalAws, tmp_path_factory: pytest.TempPathFactory) -> MwaaStory:
    story = MwaaStory("private-network", local_aws, tmp_path_factory.mktemp("private-network"))
    story.apply()
    return story


def test_the_environment_comes_up_without_a_way_to_the_internet(story: MwaaStory) -> None:
    environment = story.environment()
    assert environment["Status"] == "AVAILABLE"
    assert environment["WebserverAccessMode"] == "PRIVATE_ONLY"
    ec2 = story.aws.client("ec2")
    assert ec2.describe_nat_gateways()["NatGateways"] == []
    assert ec2.describe_internet_gateways()["InternetGateways"] == []
    routes = [
        route.get("DestinationCidrBlock")
        for table in ec2.describe_route_tables()["RouteTables"]
        for route in table["Routes"]
    ]
    assert "0.0.0.0/0" not in routes


def test_the_task_s_image_comes_from_the_repository_that_is_made(story: MwaaStory) -> None:
    (repository,) = story.aws.client("ecr").describe_repositories()["repositories"]
    definition = story.aws.client("ecs").describe_task_definition(
        taskDefinition="private-ecs-hello-world"
    )["taskDefinition"]
    image = definition["containerDefinitions"][0]["image"]
    assert image == f"{repository['repositoryUri']}:1"


def test_a_second_plan_is_empty(story: MwaaStory) -> None:
    assert story.changes() == {}


def test_every_argument_that_can_change_changes_in_place(story: MwaaStory) -> None:
    created = story.environment()["CreatedAt"]
    story.change_everything("PUBLIC_ONLY")
    # Addresses are let in to the group that the module makes, and there is none now.
    assert story.changes()[ENVIRONMENT] == ("update",)
    story.apply()
    assert story.environment()["CreatedAt"] == created
    check_changed(story, "PUBLIC_ONLY")
    assert story.changes() == {}


def test_after_destroy_nothing_is_left(story: MwaaStory) -> None:
    assert story.left_over() == set()
