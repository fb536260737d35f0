"""What an account has that modules refuse: one fault in each resource."""

from __future__ import annotations

import json
from typing import Any

from healthy_account import trusted_by_ecs
from mwaa_ecs.sandbox.account import Account
from mwaa_ecs.sandbox.local_aws import LocalAws

ZONES = ("eu-west-1a", "eu-west-1b")
# AWS keeps the first four and the last of the sixteen addresses of the smallest subnet.
FREE_ADDRESSES = range(4, 15)
# Too long for the names of a bucket and a role.
LONG_NAME = "a" * 62


def create_faults(aws: LocalAws, account: Account) -> dict[str, str]:
    """Create the resources; return their ids by the names that the tables use.

    Args:
        aws: the local AWS.
        account: the account, in which everything is as MWAA needs it.
    """
    return {
        "vpc": account.vpc_id,
        "first": account.subnet_ids[0],
        "second": account.subnet_ids[1],
        "bucket": account.dags_bucket_name,
        "mwaa_role": account.mwaa_execution_role_arn,
        **_create_network(aws, account),
        **_create_buckets_and_keys(aws),
        **_create_roles_and_logs(aws),
    }


def _create_network(aws: LocalAws, account: Account) -> dict[str, str]:
    ec2, vpc = aws.client("ec2"), account.vpc_id
    other_vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]

    def subnet(cidr: str, zone: str, vpc: str = vpc) -> str:
        made = ec2.create_subnet(VpcId=vpc, CidrBlock=cidr, AvailabilityZone=zone)
        return str(made["Subnet"]["SubnetId"])

    def table_of(subnet: str) -> str:
        table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
        return str(table)

    ids = {
        "other_vpc": other_vpc,
        "neighbour": subnet("10.192.22.0/24", ZONES[0]),
        "public": subnet("10.192.40.0/24", ZONES[0]),
        "apart": subnet("10.192.42.0/24", ZONES[0]),
        "elsewhere": subnet("10.9.1.0/24", ZONES[1], other_vpc),
        "other": subnet("10.9.2.0/24", ZONES[0], other_vpc),
        "small": subnet("10.9.3.0/28", ZONES[0], other_vpc),
    }
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    ec2.create_route(
        RouteTableId=table_of(ids["public"]),
        DestinationCidrBlock="0.0.0.0/0",
        GatewayId=gateway,
    )
    table_of(ids["apart"])
    for number in FREE_ADDRESSES:
        address = f"10.9.3.{number}"
        ec2.create_network_interface(SubnetId=ids["small"], PrivateIpAddress=address)
    (main,) = ec2.describe_route_tables(
        Filters=[
            {"Name": "vpc-id", "Values": [vpc]},
            {"Name": "association.main", "Values": ["true"]},
        ]
    )["RouteTables"]
    interface = {"VpcEndpointType": "Interface", "SubnetIds": list(account.subnet_ids)}
    kinds: dict[str, dict[str, Any]] = {
        "s3": {"VpcEndpointType": "Gateway", "RouteTableIds": [main["RouteTableId"]]},
        "ssm": {**interface, "PrivateDnsEnabled": True},
        "logs": {**interface, "PrivateDnsEnabled": True},
        "ecs": {**interface, "PrivateDnsEnabled": False},
    }
    for service, kind in kinds.items():
        name = f"com.amazonaws.eu-west-1.{service}"
        made = ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=name, **kind)["VpcEndpoint"]
        ids[f"{service}_endpoint"] = made["VpcEndpointId"]
    for name, of in (("closed", vpc), ("half_open", vpc), ("other", other_vpc)):
        made = ec2.create_security_group(GroupName=name, Description=name, VpcId=of)
        ids[f"{name}_group"] = made["GroupId"]
    half_open = ids["half_open_group"]
    https = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
    ec2.authorize_security_group_ingress(
        GroupId=half_open,
        IpPermissions=[{**https, "UserIdGroupPairs": [{"GroupId": half_open}]}],
    )
    return ids


def _create_buckets_and_keys(aws: LocalAws) -> dict[str, str]:
    s3, kms = aws.client("s3"), aws.client("kms")
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
                "Action": "kms:*",
                "Resource": "*",
            }
        ],
    }
    key = kms.create_key(Policy=json.dumps(policy))["KeyMetadata"]["Arn"]
    private = dict.fromkeys(
        ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"),
        True,
    )
    for bucket in ("not-versioned", "not-private", "encrypted"):
        s3.create_bucket(
            Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
        if bucket != "not-versioned":
            s3.put_bucket_versioning(
                Bucket=bucket, VersioningConfiguration={"Status": "Enabled"}
            )
        if bucket != "not-private":
            s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=private)
    by_key = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    s3.put_bucket_encryption(
        Bucket="encrypted",
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": by_key}]
        },
    )
    return {"key": key}


def _create_roles_and_logs(aws: LocalAws) -> dict[str, str]:
    aws.client("logs").create_log_group(logGroupName=f"airflow-{LONG_NAME}-Task")
    return {"tasks_role": trusted_by_ecs(aws, "etl")}
