"""An account with what an MWAA environment needs, and a client of MWAA."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError

from mwaa_ecs.sandbox.account import Account, create_account
from mwaa_ecs.sandbox.local_aws import LocalAws
from mwaa_ecs.sandbox.place import Place


@dataclass
class Mwaa:
    """An account with what an environment needs, and a client of MWAA."""

    aws: LocalAws
    account: Account
    client: Any
    group: str
    made: list[str] = field(default_factory=list)

    @property
    def place(self) -> Place:
        return Place(self.aws.account_id, self.account.region)

    def request(self, **changed: Any) -> dict[str, Any]:
        """Return the parameters of CreateEnvironment."""
        return {
            "Name": "demo",
            "ExecutionRoleArn": self.account.mwaa_execution_role_arn,
            "SourceBucketArn": self.place.arn("s3", self.account.dags_bucket_name),
            "DagS3Path": "dags",
            "NetworkConfiguration": {
                "SubnetIds": list(self.account.subnet_ids),
                "SecurityGroupIds": [self.group],
            },
            **changed,
        }

    def create(self, **changed: Any) -> str:
        return str(self.client.create_environment(**self.request(**changed))["Arn"])

    def status(self, name: str = "demo") -> str:
        return str(self.client.get_environment(Name=name)["Environment"]["Status"])

    def refusal(self, **changed: Any) -> str:
        """Return the message with which CreateEnvironment refuses its parameters."""
        with pytest.raises(ClientError) as caught:
            self.create(**changed)
        assert caught.value.response["Error"]["Code"] == "ValidationException"
        return str(caught.value.response["Error"]["Message"])

    def route_out(self, **way: str) -> None:
        """Give the private subnets a default route."""
        ec2 = self.aws.client("ec2")
        (table,) = ec2.describe_route_tables(
            Filters=[{"Name": "vpc-id", "Values": [self.account.vpc_id]}]
        )["RouteTables"]
        ec2.create_route(
            RouteTableId=table["RouteTableId"], DestinationCidrBlock="0.0.0.0/0", **way
        )

    def route_out_by_nat(self) -> None:
        """Give the private subnets a NAT gateway as their way out."""
        ec2 = self.aws.client("ec2")
        address = ec2.allocate_address(Domain="vpc")["AllocationId"]
        made = ec2.create_nat_gateway(SubnetId=self.account.subnet_ids[0], AllocationId=address)
        self.route_out(NatGatewayId=made["NatGateway"]["NatGatewayId"])

    def environment(self, name: str = "demo") -> dict[str, Any]:
        """Return GetEnvironment's answer."""
        found: dict[str, Any] = self.client.get_environment(Name=name)["Environment"]
        return found


@pytest.fixture
def mwaa() -> Iterator[Mwaa]:
    with mwaa_in("eu-west-1") as mwaa:
        yield mwaa


@contextmanager
def mwaa_in(region: str, kind: type[LocalAws] = LocalAws) -> Iterator[Mwaa]:
    with kind(region=region) as aws:
        account = create_account(aws)
        ec2 = aws.client("ec2")
        group = ec2.create_security_group(
            GroupName="mwaa", Description="x", VpcId=account.vpc_id
        )["GroupId"]
        pair = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group}]}
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[pair])
        yield Mwaa(aws, account, aws.client("mwaa"), group)
