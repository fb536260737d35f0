"""Every example of a kind of task is planned: everything is created, nothing warns."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mwaa_ecs.plan import Plan
from mwaa_ecs.sandbox.account import Account
from mwaa_ecs.sandbox.example import load_example
from mwaa_ecs.sandbox.local_aws import LocalAws
from mwaa_ecs.show import read_plan, tree
from mwaa_ecs.terraform.configuration import copy_configuration
from planner import Planner

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def planner(
    tmp_path_factory: pytest.TempPathFactory, account: Account, local_aws: LocalAws
) -> Callable[[str], Planner]:
    group = local_aws.client("ec2").create_security_group(
        GroupName="jobs", Description="jobs", VpcId=account.vpc_id
    )["GroupId"]

    def planner_of(example: str) -> Planner:
        source = REPOSITORY / "examples" / example
        folder = copy_configuration(source, tmp_path_factory.mktemp(example) / "copy")
        declared = load_example(source).variables
        given = account.variables(declared)
        if "security_group_ids" in declared:
            given["security_group_ids"] = [group]
        return Planner(folder, given)

    return planner_of


Planners = Callable[[str], Planner]


@pytest.fixture(scope="module")
def plan(planner: Planners) -> Callable[[str], Plan]:
    def planned(example: str) -> Plan:
        found = planner(example).plan()
        assert found.failed_checks == []
        assert {resource.action for resource in found.changes} == {"create"}
        return found

    return planned


Planned = Callable[[str], Plan]


def test_sidecars_and_volumes_with_ids_that_are_not_known_yet(plan: Planned) -> None:
    found = plan("sidecar-and-volumes")
    assert len(found.of_kind("aws_iam_role")) == 2
    (task,) = found.tasks.values()
    volumes = task.definition.values["volume"]
    assert {volume["name"] for volume in volumes} == {"scratch", "results"}


def test_a_first_plan_shows_what_is_known_of_each_connection(plan: Planned) -> None:
    lines = list(tree(read_plan(plan("sidecar-and-volumes"), "plan")))
    assert "parameter /mwaa/tasks/monthly" in lines
    roles = [one for one in lines if " role " in one]
    assert [one.partition("role ")[2] for one in roles] == [
        "reports-execution-eu-west-1 (starts the task)",
        "reports-monthly-task-eu-west-1 (is the program's)",
    ]
    assert [one for one in lines if one.endswith("cluster reports-cluster")]
    assert "note: The containers of monthly are known only after apply." in lines


def test_a_gpu_and_a_fargate_task_in_one_cluster(plan: Planned) -> None:
    tasks = plan("gpu-on-ec2").tasks.values()
    places = {task.family: task.definition["requires_compatibilities"] for task in tasks}
    assert places == {"training-train": ["EC2"], "training-evaluate": ["FARGATE"]}


def test_tasks_without_a_launch_type_run_by_the_default_strategy(plan: Planned) -> None:
    found = plan("spot-strategy")
    names = {resource.values["name"] for resource in found.of_kind("aws_ssm_parameter")}
    assert "/mwaa/tasks/bill" in names
    assert "ecs:TagResource" in found.policy.actions


def test_an_existing_cluster_that_does_not_exist_is_refused_and_nothing_existing_is_created(
    planner: Planners, local_aws: LocalAws
) -> None:
    there = planner("existing-everything")
    assert "reading ECS Cluster (shared)" in there.refusal()

    local_aws.client("ecs").create_cluster(clusterName="shared")
    found = there.plan()
    assert {resource.action for resource in found.changes} <= {"create", "read"}
    assert {resource.kind for resource in found.changes} == {
        "aws_ecs_task_definition",
        "aws_ssm_parameter",
        "aws_iam_role_policy",
        "terraform_data",
    }
