"""The doctor has no complaint about a healthy account of an example.

Each example is applied here once, beside what its README expects to exist. The examples that
other tests apply are looked at there, with the same `doctor_complaints`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import tftest

from healthy_account import complaints, create_environment, trusted_by_ecs
from mwaa_ecs.doctor import Account
from mwaa_ecs.plan.shown import plan_of_state
from mwaa_ecs.sandbox.account import create_account, give_way_out
from mwaa_ecs.sandbox.example import load_example
from mwaa_ecs.sandbox.local_aws import LocalAws
from mwaa_ecs.show import Picture, read_account, read_plan
from mwaa_ecs.terraform import Terraform
from mwaa_ecs.terraform.configuration import copy_configuration

_START = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"


def _nothing(aws: LocalAws, vpc_id: str) -> dict[str, Any]:
    return {}


def _shared_things(aws: LocalAws, vpc_id: str) -> dict[str, Any]:
    """Create what examples/existing-everything finds in the account."""
    execution = trusted_by_ecs(aws, "ecsTaskExecutionRole")
    aws.client("iam").attach_role_policy(RoleName="ecsTaskExecutionRole", PolicyArn=_START)
    aws.client("ecs").create_cluster(clusterName="shared", capacityProviders=["FARGATE"])
    aws.client("logs").create_log_group(logGroupName="/shared/etl")
    group = aws.client("ec2").create_security_group(
        GroupName="shared", Description="x", VpcId=vpc_id
    )
    return {
        "execution_role_arn": execution,
        "task_role_arn": trusted_by_ecs(aws, "etl"),
        "security_group_ids": [group["GroupId"]],
    }


def _instances_with_gpus(aws: LocalAws, vpc_id: str) -> dict[str, Any]:
    """Create the capacity provider that examples/gpu-on-ec2 finds in the account."""
    group = f"{aws.region}:{aws.account_id}:autoScalingGroup:x:autoScalingGroupName/gpu"
    aws.client("ecs").create_capacity_provider(
        name="gpu",
        autoScalingGroupProvider={"autoScalingGroupArn": f"arn:aws:autoscaling:{group}"},
    )
    return {}


@pytest.mark.parametrize(
    ("name", "prepare"),
    [
        ("spot-strategy", _nothing),
        ("existing-everything", _shared_things),
        ("gpu-on-ec2", _instances_with_gpus),
        ("sidecar-and-volumes", _nothing),
    ],
)
def test_the_doctor_has_no_complaint_about_a_healthy_account(
    repository: Path,
    local_aws: LocalAws,
    tmp_path: Path,
    name: str,
    prepare: Callable[[LocalAws, str], Mapping[str, Any]],
) -> None:
    local_aws.reset()
    account = create_account(local_aws)
    give_way_out(local_aws, account)
    create_environment(local_aws, account)
    example = load_example(repository / "examples" / name)
    folder = copy_configuration(repository / "examples" / name, tmp_path / "copy")
    values = {**account.variables(example.variables), **prepare(local_aws, account.vpc_id)}
    var_file = folder / "test.tfvars.json"
    var_file.write_text(json.dumps(values))
    terraform = tftest.TerraformTest(folder.name, str(folder.parent))
    terraform.setup()
    terraform.apply(tf_var_file=str(var_file))
    assert complaints(local_aws) == []
    _check_show(local_aws, folder)


def _check_show(aws: LocalAws, folder: Path) -> None:
    """Check that the state and the account show the same below each task."""
    of_account = read_account(Account(aws.client, aws.region), "/mwaa")
    of_state = read_plan(plan_of_state(Terraform(folder).show()), "state", folder)
    assert of_account.notes == of_state.notes == ()
    for picture in (of_account, of_state):
        assert {"role", "policy", "image", "log_group"} <= {one.kind for one in picture.nodes}
    assert _below_tasks(of_state) == _below_tasks(of_account)


def _below_tasks(picture: Picture) -> set[tuple[str, str, str]]:
    created = ("parameter", "definition")
    return {
        (one.source, one.target, one.label)
        for one in picture.edges
        if picture.node(one.source).kind in created
    }
