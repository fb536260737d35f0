"""Checks of subnets and security groups themselves."""

from __future__ import annotations

from collections.abc import Iterator

from mwaa_ecs.doctor.network.ways import (
    groups,
    subnets,
    task_groups,
    task_subnets,
)
from mwaa_ecs.doctor.registry import Check
from mwaa_ecs.doctor.results import Finding, fail, warn
from mwaa_ecs.doctor.world import SkippedError, Task, World, names_of

_FEW_ADDRESSES = 8
_GROUPS = "ec2:DescribeSecurityGroups"


def _subnets(world: World, task: Task) -> Iterator[Finding]:
    if not task.subnet_ids:
        raise SkippedError("the contract has no subnets")
    if any("," in one for one in task.subnet_ids):
        raise SkippedError("the contract has several subnets in one id")
    found = {one["SubnetId"] for one in subnets(world, task.subnet_ids)}
    if gone := set(task.subnet_ids) - found:
        yield fail(f"Subnets do not exist in {world.region}: {names_of(gone)}.")


def _groups(world: World, task: Task) -> Iterator[Finding]:
    if not task.group_ids:
        raise SkippedError("the contract has no security groups")
    found = {one["GroupId"] for one in groups(world, task.group_ids)}
    if gone := set(task.group_ids) - found:
        yield fail(f"Security groups do not exist in {world.region}: {names_of(gone)}.")


def _vpc(world: World, task: Task) -> Iterator[Finding]:
    of_subnets = {one["VpcId"] for one in task_subnets(world, task)}
    of_groups = {one["VpcId"] for one in task_groups(world, task)}
    if len(of_subnets) > 1:
        yield fail(f"The subnets are in several VPCs: {names_of(of_subnets)}.")
    elif of_groups != of_subnets:
        yield fail(
            f"The security groups are in {names_of(of_groups)}, the subnets in "
            f"{names_of(of_subnets)}."
        )


def _addresses(world: World, task: Task) -> Iterator[Finding]:
    for subnet in task_subnets(world, task):
        free = int(subnet["AvailableIpAddressCount"])
        fact = f"{subnet['SubnetId']} has {free} free addresses."
        if free == 0:
            yield fail(fact)
        elif free < _FEW_ADDRESSES:
            yield warn(fact)


def _zones(world: World, task: Task) -> Iterator[Finding]:
    zones = {one["AvailabilityZone"] for one in task_subnets(world, task)}
    if len(zones) < 2:
        yield warn(f"All subnets are in the zone {names_of(zones)}.")


CHECKS = (
    Check(
        id="network-subnets",
        title="The subnets exist.",
        sees="RunTask answers `InvalidParameterException: The subnet ID does not exist`.",
        why="A subnet was deleted, or the ids are of another account or region.",
        by_hand="aws ec2 describe-subnets --subnet-ids SUBNET",
        fix="Set existing subnets in `network.subnet_ids`, and apply the module.",
        needs=("ec2:DescribeSubnets",),
        before_apply=True,
        reasons=("network-ids",),
        per_task=_subnets,
    ),
    Check(
        id="network-groups",
        title="The security groups exist.",
        sees="RunTask answers `InvalidParameterException: The security group does not exist`.",
        why="A group was deleted, or the ids are of another account or region.",
        by_hand="aws ec2 describe-security-groups --group-ids GROUP",
        fix="Set existing groups in `network.security_group_ids`, or leave it out.",
        needs=(_GROUPS,),
        before_apply=True,
        reasons=("network-ids",),
        per_task=_groups,
    ),
    Check(
        id="network-vpc",
        title="Subnets and security groups are in one VPC.",
        sees="RunTask answers `You have specified two resources that belong to different"
        " networks`.",
        why="A security group of one VPC is used with subnets of another.",
        by_hand="aws ec2 describe-security-groups --group-ids GROUP"
        " --query SecurityGroups[].VpcId",
        fix="Set `network.security_group_ids` to groups of the subnets' VPC, or leave it out.",
        needs=("ec2:DescribeSubnets", _GROUPS),
        reasons=("network-mismatch",),
        before_apply=True,
        per_task=_vpc,
    ),
    Check(
        id="network-addresses",
        title="The subnets have free addresses.",
        sees="Tasks do not start: `Timeout waiting for network interface provisioning` or"
        " `insufficient free addresses`.",
        why="Each task takes an address of its subnet.",
        by_hand="aws ec2 describe-subnets --subnet-ids SUBNET"
        " --query Subnets[].AvailableIpAddressCount",
        fix="Give larger or more subnets in `network.subnet_ids`.",
        needs=("ec2:DescribeSubnets",),
        reasons=("addresses",),
        before_apply=True,
        per_task=_addresses,
    ),
    Check(
        id="network-zones",
        title="The subnets are in two availability zones or more.",
        sees="Tasks do not start: `Capacity is unavailable at this time`.",
        why="Fargate may lack capacity in one zone; with a second one it takes that.",
        by_hand="aws ec2 describe-subnets --subnet-ids SUBNET"
        " --query Subnets[].AvailabilityZone",
        fix="Give subnets in two zones in `network.subnet_ids`.",
        needs=("ec2:DescribeSubnets",),
        reasons=("capacity",),
        before_apply=True,
        per_task=_zones,
    ),
)
