"""The index of images: Terraform writes it, and the operator reads it, by the same rules."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mwaa_ecs.plan import Plan
from mwaa_ecs.terraform.configuration import copy_configuration
from mwaa_ecs_operator.contract import IndexEntry
from mwaa_ecs_operator.images import normalise, part_of
from planner import Planner

REFERENCES = (
    "x",
    "x:latest",
    "org/x",
    "org/x:*",
    "docker.io/x:2",
    "index.docker.io/org/x:3",
    "localhost/x",
    "localhost:5000/x",
    "host:5000/org/deep/x:4",
    "ghcr.io/org/x:5@sha256:0123",
    "registry-1.docker.io/library/y",
    "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/etl:1.4",
    "public.ecr.aws/docker/library/python:3.13-slim",
)


@pytest.fixture(scope="module")
def plan(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """A plan of the contract of a task for each reference, and of two tasks alike."""
    folder = copy_configuration(
        repository / "modules" / "ssm-parameters", tmp_path_factory.mktemp("index") / "module"
    )
    (folder / "provider.tf").write_text(
        'provider "aws" {\n  region = "eu-west-1"\n  access_key = "x"\n  secret_key = "x"\n'
        "  skip_credentials_validation = true\n  skip_requesting_account_id = true\n"
        "  skip_metadata_api_check = true\n}\n"
    )
    images: dict[str, dict[str, object]] = {
        f"task-{number}": {"image": image} for number, image in enumerate(REFERENCES)
    }
    images |= {f"alike-{number}": {"image": "alike"} for number in range(100)}
    images["aliased"] = {"image": "z", "aliases": ["org/z:*"], "mounts": ["/b", "/a"]}
    tasks = {
        name: {"task_definition": name, "container_name": name, "launch_type": "FARGATE"}
        for name in images
    }
    variables = {
        "region": "eu-west-1",
        "cluster": "etl",
        "network": {"subnet_ids": ["subnet-1"], "security_group_ids": ["sg-1"]},
        "tasks": tasks,
        "images": images,
        "default_task": "aliased",
    }
    return Planner(folder, variables).plan()


def parts(plan: Plan) -> dict[str, dict[str, list[dict[str, object]]]]:
    """The index by part, as the parameters hold it."""
    return {
        str(one["name"]).rpartition("/")[2]: json.loads(str(one["insecure_value"]))
        for one in plan.of_kind("aws_ssm_parameter")
        if "/images/" in str(one["name"])
    }


def test_both_sides_find_an_image_at_the_same_place(plan: Plan) -> None:
    index = parts(plan)
    assert sorted(index) == list("01234567")
    for number, reference in enumerate(REFERENCES):
        found = index[part_of(normalise(reference))][normalise(reference)]
        names = {name for entry in found for name in IndexEntry.from_json(entry).names}
        assert f"task-{number}" in names, reference


def test_an_alias_leads_to_its_task_with_what_tells_it_apart(plan: Plan) -> None:
    (entry,) = parts(plan)[part_of("docker.io/org/z:*")]["docker.io/org/z:*"]
    assert IndexEntry.from_json(entry) == IndexEntry("aliased", mounts=("/a", "/b"))


def test_many_tasks_of_one_image_share_an_entry(plan: Plan) -> None:
    reference = normalise("alike")
    (found,) = parts(plan)[part_of(reference)][reference]
    entry = IndexEntry.from_json(found)
    assert entry.count == 100
    assert len(entry.names) == 4
    assert entry.may_be("alike-99")
