"""examples/private-network in the local AWS: no way out.

tests/e2e/test_private_network.py runs it to its end: its DAG, an empty second plan, destroyed.
"""

from __future__ import annotations

import pytest

from applied import Attach
from healthy_account import complaints
from mwaa_ecs.sandbox.account import create_ecs_service_role
from mwaa_ecs.sandbox.local_aws import LocalAws
from mwaa_story import MwaaStory
from unit.doctor.healthy import image_index

UPLOADS = True


@pytest.fixture(scope="module")
def story(
    local_aws: LocalAws, attach: Attach, tmp_path_factory: pytest.TempPathFactory
) -> MwaaStory:
    target = tmp_path_factory.mktemp("private-network")
    story = MwaaStory("private-network", local_aws, target, attach)
    story.changes()
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


def test_the_tasks_image_comes_from_the_created_repository(story: MwaaStory) -> None:
    (repository,) = story.aws.client("ecr").describe_repositories()["repositories"]
    definition = story.aws.client("ecs").describe_task_definition(
        taskDefinition="private-ecs-hello-world"
    )["taskDefinition"]
    image = definition["containerDefinitions"][0]["image"]
    assert image == f"{repository['repositoryUri']}:1"


def test_the_doctor_has_no_complaint_once_the_image_is_pushed(story: MwaaStory) -> None:
    create_ecs_service_role(story.aws, story.aws.region)
    assert [one.split(":")[0] for one in complaints(story.aws, prefix="/private")] == [
        "FAIL images-exists"
    ]
    story.aws.client("ecr").put_image(
        repositoryName="private/hello-world", imageManifest=image_index("amd64"), imageTag="1"
    )
    assert complaints(story.aws, prefix="/private") == []
