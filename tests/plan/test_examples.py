"""Every example of a kind of task is planned: everything is created, nothing warns."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import tftest

from mwaa_ecs.plan import failed_checks
from mwaa_ecs.sandbox.account import Account
from mwaa_ecs.sandbox.example import copy_configuration, load_example
from mwaa_ecs.sandbox.local_aws import LocalAws

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def plan(
    tmp_path_factory: pytest.TempPathFactory, account: Account, local_aws: LocalAws
) -> Any:
    group = local_aws.client("ec2").create_security_group(
        GroupName="jobs", Description="jobs", VpcId=account.vpc_id
    )["GroupId"]

    def planned(example: str) -> Any:
        source = REPOSITORY / "examples" / example
        folder = copy_configuration(source, tmp_path_factory.mktemp(example) / "copy")
        declared = load_example(source).variables
        given = account.variables(declared)
        if "security_group_ids" in declared:
            given["security_group_ids"] = [group]
        (folder / "test.tfvars.json").write_text(json.dumps(given))
        terraform = tftest.TerraformTest(folder.name, str(folder.parent))
        terraform.setup()
        found = terraform.plan(output=True, tf_var_file=str(folder / "test.tfvars.json"))
        assert failed_checks(found) == []
        actions = {tuple(item["change"]["actions"]) for item in found.resource_changes.values()}
        assert actions == {("create",)}
        return found

    return planned


def kinds(plan: Any) -> list[str]:
    """Return the types of what is made."""
    return [item["type"] for item in plan.resource_changes.values()]


def test_sidecars_and_volumes_with_ids_that_are_not_known_yet(plan: Any) -> None:
    found = plan("sidecar-and-volumes")
    assert kinds(found).count("aws_iam_role") == 2
    volumes = [
        item["change"]["after"]["volume"]
        for item in found.resource_changes.values()
        if item["type"] == "aws_ecs_task_definition"
    ]
    assert {volume["name"] for volume in volumes[0]} == {"scratch", "results"}


def test_a_gpu_and_a_fargate_task_in_one_cluster(plan: Any) -> None:
    found = plan("gpu-on-ec2")
    places = {
        item["change"]["after"]["family"]: item["change"]["after"]["requires_compatibilities"]
        for item in found.resource_changes.values()
        if item["type"] == "aws_ecs_task_definition"
    }
    assert places == {"training-train": ["EC2"], "training-evaluate": ["FARGATE"]}


def test_a_strategy_that_tasks_follow_which_do_not_say_where_they_run(plan: Any) -> None:
    found = plan("spot-strategy")
    parameters = {
        item["change"]["after"]["name"]
        for item in found.resource_changes.values()
        if item["type"] == "aws_ssm_parameter"
    }
    assert "/mwaa/tasks/bill" in parameters
    assert "ecs:TagResource" in json.dumps(
        [item["change"]["after"].get("policy") for item in found.resource_changes.values()]
    )


def test_where_everything_exists_nothing_of_it_is_made(plan: Any) -> None:
    found = plan("existing-everything")
    assert set(kinds(found)) == {
        "aws_ecs_task_definition",
        "aws_ssm_parameter",
        "aws_iam_role_policy",
    }
