"""The VPC endpoints that Terraform's data sources find."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from mwaa_ecs.sandbox.account import Account, create_account
from mwaa_ecs.sandbox.local_aws import LocalAws

S3 = "com.amazonaws.eu-west-1.s3"


@dataclass
class Vpc:
    """A VPC with two subnets and one route table."""

    ec2: Any
    account: Account
    table: str
    group: str

    def endpoint(self, service: str, **arguments: Any) -> str:
        made = self.ec2.create_vpc_endpoint(
            VpcId=self.account.vpc_id,
            ServiceName=f"com.amazonaws.eu-west-1.{service}",
            **arguments,
        )["VpcEndpoint"]
        return str(made["VpcEndpointId"])

    def interfaces(self, description: str = "VPC Endpoint Interface*") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ec2.describe_network_interfaces(
            Filters=[
                {"Name": "vpc-id", "Values": [self.account.vpc_id]},
                {"Name": "description", "Values": [description]},
            ]
        )["NetworkInterfaces"]
        return found

    def tables_to_s3(self) -> list[str]:
        (prefix_list,) = self.ec2.describe_prefix_lists(
            Filters=[{"Name": "prefix-list-name", "Values": [S3]}]
        )["PrefixLists"]
        assert prefix_list["Cidrs"]
        found = self.ec2.describe_route_tables(
            Filters=[
                {"Name": "vpc-id", "Values": [self.account.vpc_id]},
                {
                    "Name": "route.destination-prefix-list-id",
                    "Values": [prefix_list["PrefixListId"]],
                },
            ]
        )["RouteTables"]
        return [table["RouteTableId"] for table in found]


@pytest.fixture
def vpc() -> Iterator[Vpc]:
    with LocalAws() as aws:
        account = create_account(aws)
        ec2 = aws.client("ec2")
        (table,) = ec2.describe_route_tables(
            Filters=[{"Name": "vpc-id", "Values": [account.vpc_id]}]
        )["RouteTables"]
        group = ec2.create_security_group(
            GroupName="endpoints", Description="x", VpcId=account.vpc_id
        )["GroupId"]
        yield Vpc(ec2, account, table["RouteTableId"], group)


def test_an_interface_in_each_subnet_names_its_endpoint(vpc: Vpc) -> None:
    endpoint = vpc.endpoint(
        "logs",
        VpcEndpointType="Interface",
        SubnetIds=list(vpc.account.subnet_ids),
        SecurityGroupIds=[vpc.group],
        PrivateDnsEnabled=True,
    )
    found = vpc.interfaces()
    assert {one["SubnetId"] for one in found} == set(vpc.account.subnet_ids)
    for one in found:
        assert one["Description"] == f"VPC Endpoint Interface {endpoint}"
        assert one["InterfaceType"] == "vpc_endpoint"
        assert [group["GroupId"] for group in one["Groups"]] == [vpc.group]
        assert one["PrivateIpAddress"].startswith("10.192.2")
    (told,) = vpc.ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint])["VpcEndpoints"]
    assert told["ServiceName"] == "com.amazonaws.eu-west-1.logs"
    assert told["PrivateDnsEnabled"]
    assert set(told["NetworkInterfaceIds"]) == {one["NetworkInterfaceId"] for one in found}


def test_the_interfaces_follow_the_endpoints_subnets_and_go_with_it(vpc: Vpc) -> None:
    first, second = vpc.account.subnet_ids
    endpoint = vpc.endpoint("sqs", VpcEndpointType="Interface", SubnetIds=[first])
    vpc.ec2.modify_vpc_endpoint(
        VpcEndpointId=endpoint, AddSubnetIds=[second], AddSecurityGroupIds=[vpc.group]
    )
    assert {one["SubnetId"] for one in vpc.interfaces()} == {first, second}
    vpc.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, RemoveSubnetIds=[first])
    (left,) = vpc.interfaces()
    assert left["SubnetId"] == second
    assert [group["GroupId"] for group in left["Groups"]] == [vpc.group]
    vpc.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])
    assert vpc.interfaces() == []


def test_the_route_to_s3_follows_the_gateway_endpoint(vpc: Vpc) -> None:
    assert vpc.tables_to_s3() == []
    endpoint = vpc.endpoint("s3", VpcEndpointType="Gateway", RouteTableIds=[vpc.table])
    assert vpc.tables_to_s3() == [vpc.table]
    (told,) = vpc.ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint])["VpcEndpoints"]
    assert not told["PrivateDnsEnabled"]
    vpc.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, RemoveRouteTableIds=[vpc.table])
    assert vpc.tables_to_s3() == []
    vpc.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, AddRouteTableIds=[vpc.table])
    assert vpc.tables_to_s3() == [vpc.table]
    vpc.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])
    assert vpc.tables_to_s3() == []


def test_an_interface_of_somebody_elses_is_no_endpoints(vpc: Vpc) -> None:
    subnet = vpc.account.subnet_ids[0]
    vpc.ec2.create_network_interface(SubnetId=subnet, Description="mine")
    assert vpc.interfaces() == []
    assert len(vpc.interfaces("mine")) == 1


def test_a_route_to_a_deleted_gateway_is_a_blackhole(vpc: Vpc) -> None:
    address = vpc.ec2.allocate_address(Domain="vpc")["AllocationId"]
    gateway = vpc.ec2.create_nat_gateway(
        SubnetId=vpc.account.subnet_ids[0], AllocationId=address
    )["NatGateway"]["NatGatewayId"]
    vpc.ec2.create_route(
        RouteTableId=vpc.table, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=gateway
    )

    def blackholes() -> list[str]:
        found = vpc.ec2.describe_route_tables(
            Filters=[{"Name": "route.state", "Values": ["blackhole"]}]
        )
        return [table["RouteTableId"] for table in found["RouteTables"]]

    assert blackholes() == []
    vpc.ec2.delete_nat_gateway(NatGatewayId=gateway)
    assert blackholes() == [vpc.table]
