"""Puts into a local AWS what an environment's inputs name: subnets, groups, roles, buckets.

What is found in another way, such as subnets by a tag, a team creates itself: see
`mwaa_ecs_local_account`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from unittest.mock import patch

from mwaa_ecs.environments import Environment

_SUBNET = re.compile(r"subnet-[0-9a-f]{8,17}")
_GROUP = re.compile(r"sg-[0-9a-f]{8,17}")
_VPC = re.compile(r"vpc-[0-9a-f]{8,17}")
_ROLE = re.compile(
    r"arn:[\w-]+:iam::(?P<account>\d{12}):role(?P<path>/(?:.*/)?)(?P<name>[^/]+)"
)
_CIDR = "10.0.0.0/16"
_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {
                "Service": [
                    "airflow.amazonaws.com",
                    "airflow-env.amazonaws.com",
                    "ecs-tasks.amazonaws.com",
                ]
            },
            "Action": "sts:AssumeRole",
        }
    ],
}


def prepare(environment: Environment, session: Any) -> None:
    """Create what the inputs of an environment name, under these ids and names.

    Environments of one account may name the same things.

    Args:
        environment: the environment.
        session: a boto3 session in its account, in the local AWS of this process.
    """
    values = list(_strings("", environment.inputs))
    texts = sorted({text for _, text in values})
    _create_network(session.client("ec2"), texts)
    iam = session.client("iam")
    for key, text in values:
        arn = _ROLE.fullmatch(text)
        if arn is not None and arn["account"] == environment.settings.account_id:
            _create_role(iam, arn["name"], arn["path"])
        elif key.endswith("role_name"):
            _create_role(iam, text, "/")
        elif key.endswith(("bucket", "bucket_name")):
            _create_bucket(session.client("s3"), text, environment.settings.region)


def _strings(key: str, value: object) -> Iterator[tuple[str, str]]:
    """Yield each text with the name of the field that holds it."""
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _strings(name, inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(key, inner)


def _create_network(ec2: Any, texts: list[str]) -> None:
    """Create the named VPCs, subnets and groups; one VPC has all subnets."""
    vpcs, subnets, groups = (
        [text for text in texts if kind.fullmatch(text)] for kind in (_VPC, _SUBNET, _GROUP)
    )
    if not (vpcs or subnets or groups):
        return
    known = ec2.describe_subnets()["Subnets"]
    held = {one["VpcId"] for one in ec2.describe_vpcs()["Vpcs"]}
    for vpc in vpcs:
        if vpc not in held:
            _create_vpc(ec2, vpc)
    ours = [one["VpcId"] for one in known if one["SubnetId"] in subnets]
    vpc = next(iter([*vpcs, *ours]), None) or _create_vpc(ec2, None)
    taken = {one["SubnetId"] for one in known}
    zones = [
        zone["ZoneName"] for zone in ec2.describe_availability_zones()["AvailabilityZones"]
    ]
    number = sum(one["VpcId"] == vpc for one in known)
    for subnet in subnets:
        if subnet in taken:
            continue
        with patch("moto.ec2.models.subnets.random_subnet_id", lambda: subnet):  # noqa: B023
            ec2.create_subnet(
                VpcId=vpc,
                CidrBlock=f"10.0.{number}.0/24",
                AvailabilityZone=zones[number % len(zones)],
            )
        number += 1
    named = {one["GroupId"] for one in ec2.describe_security_groups()["SecurityGroups"]}
    for group in groups:
        if group not in named:
            with patch(
                "moto.ec2.models.security_groups.random_security_group_id",
                lambda: group,  # noqa: B023
            ):
                ec2.create_security_group(GroupName=group, Description=group, VpcId=vpc)


def _create_vpc(ec2: Any, name: str | None) -> str:
    if name is None:
        vpc = ec2.create_vpc(CidrBlock=_CIDR)["Vpc"]["VpcId"]
    else:
        with patch("moto.ec2.models.vpcs.random_vpc_id", lambda: name):
            vpc = ec2.create_vpc(CidrBlock=_CIDR)["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    return str(vpc)


def _create_role(iam: Any, name: str, path: str) -> None:
    with suppress(iam.exceptions.EntityAlreadyExistsException):
        iam.create_role(Path=path, RoleName=name, AssumeRolePolicyDocument=json.dumps(_TRUST))


def _create_bucket(s3: Any, name: str, region: str) -> None:
    if name in {one["Name"] for one in s3.list_buckets()["Buckets"]}:
        return
    place = {"CreateBucketConfiguration": {"LocationConstraint": region}}
    s3.create_bucket(Bucket=name, **({} if region == "us-east-1" else place))
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
