"""What a plan of modules/mwaa-environment says of a network and a bucket that exist already."""

from __future__ import annotations

from pathlib import Path

import pytest

from mwaa_ecs.sandbox.account import Account
from mwaa_ecs.sandbox.example import copy_configuration
from mwaa_ecs.sandbox.local_aws import LocalAws
from mwaa_story import REPOSITORY
from planner import Planner

MODULE = REPOSITORY / "modules" / "mwaa-environment"


class _Account(Planner):
    """Plans an environment in the account's network, with the account's bucket and role."""

    def __init__(self, aws: LocalAws, account: Account, folder: Path) -> None:
        self.aws = aws
        self.ec2 = aws.client("ec2")
        self.account = account
        (folder / "provider_test.tf").write_text('provider "aws" {}\n')
        super().__init__(
            folder,
            {
                "name": "demo",
                "subnet_ids": list(account.subnet_ids),
                "bucket": {"arn": f"arn:aws:s3:::{account.dags_bucket_name}"},
                "execution_role": {"arn": account.mwaa_execution_role_arn},
            },
        )

    def subnet(self, cidr: str, zone: str, vpc: str | None = None) -> str:
        """Make a subnet more; return its id."""
        made = self.ec2.create_subnet(
            VpcId=vpc or self.account.vpc_id, CidrBlock=cidr, AvailabilityZone=zone
        )
        return str(made["Subnet"]["SubnetId"])

    def zone(self, subnet: str) -> str:
        """The zone that a subnet lies in."""
        (found,) = self.ec2.describe_subnets(SubnetIds=[subnet])["Subnets"]
        return str(found["AvailabilityZone"])


@pytest.fixture(scope="module")
def planner(
    local_aws: LocalAws, account: Account, tmp_path_factory: pytest.TempPathFactory
) -> _Account:
    target = tmp_path_factory.mktemp("mwaa-environment")
    return _Account(local_aws, account, copy_configuration(MODULE, target))


def test_a_private_network_and_a_versioned_bucket_are_planned_with(
    planner: _Account,
) -> None:
    planned = {resource.kind for resource in planner.plan().changes}
    assert "aws_mwaa_environment" in planned
    assert not planned & {"aws_s3_bucket", "aws_iam_role"}


def test_a_bucket_without_versioning_is_named_in_the_plan(planner: _Account) -> None:
    s3 = planner.aws.client("s3")
    s3.create_bucket(
        Bucket="no-versions", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    said = planner.refusal(bucket={"arn": "arn:aws:s3:::no-versions"})
    assert 'bucket.arn = "arn:aws:s3:::no-versions": versioning is off there' in said
    assert "public access is not blocked there" in said


def test_two_subnets_in_one_zone_are_named_in_the_plan(planner: _Account) -> None:
    first = planner.account.subnet_ids[0]
    beside = planner.subnet("10.192.40.0/24", planner.zone(first))
    said = planner.refusal(subnet_ids=[first, beside])
    assert f"{first} and {beside} both lie in {planner.zone(first)}" in said


def test_a_public_subnet_is_named_in_the_plan(planner: _Account) -> None:
    first, second = planner.account.subnet_ids
    public = planner.subnet("10.192.41.0/24", planner.zone(second))
    ec2, vpc = planner.ec2, planner.account.vpc_id
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    ec2.associate_route_table(RouteTableId=table, SubnetId=public)
    said = planner.refusal(subnet_ids=[first, public])
    assert f"subnet_ids: {public} has a route to an internet gateway" in said


def test_a_security_group_of_another_vpc_is_named_in_the_plan(planner: _Account) -> None:
    other = planner.ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    group = planner.ec2.create_security_group(GroupName="o", Description="x", VpcId=other)
    said = planner.refusal(security_group_ids=[group["GroupId"]])
    assert f"{group['GroupId']} lies in {other}, but the subnets in" in said
