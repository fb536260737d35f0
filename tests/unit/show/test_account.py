"""What `show` reads of an account."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mwaa_ecs.doctor import Account
from mwaa_ecs.show import Picture, as_json, mermaid, page, read_account, tree
from unit.doctor import healthy
from unit.doctor.recorded import Recorded


def names(picture: Picture, kind: str, name: str, towards: str = "needs") -> set[str]:
    """Return kind and name of what a thing needs, or of what needs it."""
    (node,) = (one for one in picture.nodes if (one.kind, one.name) == (kind, name))
    edges = getattr(picture, towards)(node.id)
    found = [picture.node(one.target if towards == "needs" else one.source) for one in edges]
    return {f"{one.kind} {one.name}" for one in found}


def test_a_task_is_connected_to_all_that_it_needs(
    picture: Picture, world: healthy.World
) -> None:
    network = {f"subnet {one}" for one in world.place.subnet_ids}
    assert names(picture, "parameter", "/mwaa/tasks/etl") == {
        "definition jobs-etl",
        "cluster jobs-cluster",
        f"security_group {world.group_id}",
        *network,
    }
    secret = world.secret_arn.partition(":secret:")[2]
    assert names(picture, "definition", "jobs-etl") == {
        "role jobs-execution",
        "role jobs-etl",
        f"image {healthy.ECR}:1",
        f"secret {secret}",
        "secret /etl/mode",
        "log_group /ecs/jobs-etl",
        f"file_system {world.file_system_id}",
    }
    assert names(picture, "secret", secret) == {f"key {world.key_arn.rpartition('/')[2]}"}
    assert names(picture, "role", "jobs-execution") == {"policy files", "policy jobs"}


def test_only_dags_that_name_a_task_are_shown_and_a_broken_one_is_told(
    picture: Picture,
) -> None:
    dags = {one.name for one in picture.nodes if one.kind == "dag"}
    assert dags == {"dags/daily.py", "dags/hello.py"}
    assert names(picture, "dag", "dags/daily.py") == {"parameter /mwaa/tasks/etl"}
    assert names(picture, "dag", "dags/hello.py") == {"parameter /mwaa/tasks/hello"}
    assert [one for one in picture.notes if one.startswith("dags/broken.py is not read")]
    airflow = names(picture, "environment", "demo")
    assert airflow == {"role AmazonMWAA-demo", *(f"dag {one}" for one in dags)}


def test_a_call_that_is_denied_becomes_a_note_and_the_rest_is_shown(
    picture: Picture, world: healthy.World
) -> None:
    clients = Recorded(world.aws.client)
    clients.denied = ("iam:GetRole", "airflow:ListEnvironments", "ec2:DescribeSubnets")
    found = read_account(Account(clients, healthy.REGION), "/mwaa")
    assert {one for one in clients.denied if any(one in note for note in found.notes)} == {
        *clients.denied
    }
    assert not [one for one in found.nodes if one.kind in ("environment", "dag", "policy")]
    parameters = [one for one in picture.nodes if one.kind == "parameter"]
    assert [one for one in found.nodes if one.kind == "parameter"] == parameters


@pytest.fixture
def with_secrets(world: healthy.World) -> Any:
    """The account with a value of its own at each place that may hold a secret."""
    clients = Recorded(world.aws.client)

    def definition(answer: Any) -> None:
        for container in answer["taskDefinition"]["containerDefinitions"]:
            container["environment"] = [{"name": "PASSWORD", "value": "of-environment-7f3"}]
            container["command"] = ["--password", "of-command-7f3"]
            container["logConfiguration"]["options"]["token"] = "of-logs-7f3"

    def parameters(answer: Any) -> None:
        for one in answer["Parameters"]:
            contract = json.loads(one["Value"])
            one["Value"] = json.dumps({**contract, "overrides": "of-contract-7f3"})

    clients.changes["ecs:DescribeTaskDefinition"] = definition
    clients.changes["ssm:GetParametersByPath"] = parameters
    return clients


def test_no_value_of_a_secret_is_asked_for_or_written(with_secrets: Any) -> None:
    found = read_account(Account(with_secrets, healthy.REGION), "/mwaa")
    assert "secretsmanager:GetSecretValue" not in with_secrets.asked
    for text in (as_json(found), mermaid(found), page(found), "\n".join(tree(found))):
        assert "jobs-etl" in text
        assert "7f3" not in text
