"""Creates what a user's AWS account has before they apply this module.

These are a VPC with two private subnets and DNS host names, the execution role that the MWAA
console creates, and the versioned bucket with the environment's DAGs.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from mwaa_ecs.sandbox.local_aws import LocalAws
from mwaa_ecs.sandbox.place import Place

VPC_CIDR = "10.192.0.0/16"
_SUBNET_CIDRS = ("10.192.20.0/24", "10.192.21.0/24")
_PUBLIC_CIDR = "10.192.10.0/24"
_ENVIRONMENT_NAME = "demo"


@dataclass(frozen=True)
class Account:
    """The resources that exist before Terraform runs, named like the input variables.

    Attributes:
        region: the account's region.
        vpc_id: the VPC.
        subnet_ids: two private subnets in different zones.
        mwaa_execution_role_name: the environment's execution role.
        mwaa_execution_role_arn: the ARN of that role.
        dags_bucket_name: the environment's bucket.
    """

    region: str
    vpc_id: str
    subnet_ids: tuple[str, ...]
    mwaa_execution_role_name: str
    mwaa_execution_role_arn: str
    dags_bucket_name: str

    def variables(self, declared: frozenset[str]) -> dict[str, Any]:
        """Return the account's values for the declared input variables."""
        given = {
            "region": self.region,
            "vpc_id": self.vpc_id,
            "subnet_ids": list(self.subnet_ids),
            "mwaa_execution_role_name": self.mwaa_execution_role_name,
            "dags_bucket_name": self.dags_bucket_name,
        }
        return {name: value for name, value in given.items() if name in declared}


def create_account(aws: LocalAws, region: str | None = None) -> Account:
    """Create the resources of a user who already has an MWAA environment.

    Args:
        aws: the local AWS.
        region: the account's region; default is the region of the local AWS.
    """
    region = region or aws.region
    vpc_id, subnet_ids = _create_network(aws, region)
    create_ecs_service_role(aws, region)
    role = _create_execution_role(aws, region)
    return Account(
        region=region,
        vpc_id=vpc_id,
        subnet_ids=subnet_ids,
        mwaa_execution_role_name=role["RoleName"],
        mwaa_execution_role_arn=role["Arn"],
        dags_bucket_name=_create_bucket(aws, region),
    )


def create_ecs_service_role(aws: LocalAws, region: str) -> None:
    """Create the service-linked role that AWS creates with an account's first cluster.

    Args:
        aws: the local AWS.
        region: any region of the account.
    """
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "ecs.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    aws.client("iam", region).create_role(
        Path="/aws-service-role/ecs.amazonaws.com/",
        RoleName="AWSServiceRoleForECS",
        AssumeRolePolicyDocument=json.dumps(trust),
    )


def give_way_out(aws: LocalAws, account: Account, public_cidr: str = _PUBLIC_CIDR) -> None:
    """Give the private subnets a NAT gateway, as most users' VPCs have one.

    Args:
        aws: the local AWS.
        account: the account whose subnets have no way out yet.
        public_cidr: the addresses of the NAT gateway's subnet.
    """
    ec2 = aws.client("ec2", account.region)
    internet = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=internet, VpcId=account.vpc_id)
    public = ec2.create_subnet(VpcId=account.vpc_id, CidrBlock=public_cidr)["Subnet"]
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    nat = ec2.create_nat_gateway(SubnetId=public["SubnetId"], AllocationId=address)
    ways = (
        ([public["SubnetId"]], {"GatewayId": internet}),
        (account.subnet_ids, {"NatGatewayId": nat["NatGateway"]["NatGatewayId"]}),
    )
    for subnet_ids, way in ways:
        table = ec2.create_route_table(VpcId=account.vpc_id)["RouteTable"]["RouteTableId"]
        ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", **way)
        for subnet_id in subnet_ids:
            ec2.associate_route_table(RouteTableId=table, SubnetId=subnet_id)


def create_environment(aws: LocalAws, account: Account, airflow_version: str) -> None:
    """Create the account's MWAA environment, with a way out of its subnets.

    Args:
        aws: the local AWS.
        account: the account, which has a role and a bucket for it.
        airflow_version: the Airflow version.
    """
    give_way_out(aws, account)
    ec2, mwaa = aws.client("ec2", account.region), aws.client("mwaa", account.region)
    group = ec2.create_security_group(
        GroupName=f"airflow-{_ENVIRONMENT_NAME}", Description="MWAA", VpcId=account.vpc_id
    )["GroupId"]
    itself = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group}]}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[itself])
    mwaa.create_environment(
        Name=_ENVIRONMENT_NAME,
        AirflowVersion=airflow_version,
        DagS3Path="dags",
        ExecutionRoleArn=account.mwaa_execution_role_arn,
        NetworkConfiguration={
            "SecurityGroupIds": [group],
            "SubnetIds": list(account.subnet_ids),
        },
        SourceBucketArn=Place(aws.account_id, account.region).arn(
            "s3", account.dags_bucket_name
        ),
    )
    # The first answer shows CREATING.
    for _ in range(2):
        mwaa.get_environment(Name=_ENVIRONMENT_NAME)


def _create_network(aws: LocalAws, region: str) -> tuple[str, tuple[str, ...]]:
    ec2 = aws.client("ec2", region)
    vpc_id = ec2.create_vpc(CidrBlock=VPC_CIDR)["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc_id, EnableDnsSupport={"Value": True})
    ec2.modify_vpc_attribute(VpcId=vpc_id, EnableDnsHostnames={"Value": True})
    zones = ec2.describe_availability_zones()["AvailabilityZones"]
    subnets = [
        ec2.create_subnet(VpcId=vpc_id, CidrBlock=cidr, AvailabilityZone=zone["ZoneName"])
        for cidr, zone in zip(_SUBNET_CIDRS, zones, strict=False)
    ]
    return vpc_id, tuple(made["Subnet"]["SubnetId"] for made in subnets)


def _create_execution_role(aws: LocalAws, region: str) -> dict[str, Any]:
    """Create the role as the console does: a service role with one customer managed policy.

    https://docs.aws.amazon.com/mwaa/latest/userguide/mwaa-create-role.html
    """
    iam = aws.client("iam", region)
    place = Place(aws.account_id, region)
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {
                    "Service": ["airflow.amazonaws.com", "airflow-env.amazonaws.com"]
                },
                "Action": "sts:AssumeRole",
            }
        ],
    }
    queue_service = f"sqs.{region}.{place.dns_suffix}"
    bucket = place.arn("s3", _bucket_name(aws, region))
    logs = place.arn("logs", f"log-group:airflow-{_ENVIRONMENT_NAME}-*")
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "airflow:PublishMetrics",
                "Resource": place.arn("airflow", f"environment/{_ENVIRONMENT_NAME}"),
            },
            {
                "Effect": "Allow",
                "Action": ["s3:GetObject*", "s3:GetBucket*", "s3:List*"],
                "Resource": [bucket, f"{bucket}/*"],
            },
            {
                "Effect": "Allow",
                "Action": [
                    "logs:CreateLogStream",
                    "logs:CreateLogGroup",
                    "logs:PutLogEvents",
                    "logs:GetLogEvents",
                    "logs:GetLogRecord",
                    "logs:GetLogGroupFields",
                    "logs:GetQueryResults",
                ],
                "Resource": [logs],
            },
            {"Effect": "Allow", "Action": ["logs:DescribeLogGroups"], "Resource": ["*"]},
            {
                "Effect": "Allow",
                "Action": ["s3:GetAccountPublicAccessBlock"],
                "Resource": ["*"],
            },
            {"Effect": "Allow", "Action": "cloudwatch:PutMetricData", "Resource": "*"},
            {
                "Effect": "Allow",
                "Action": [
                    "sqs:ChangeMessageVisibility",
                    "sqs:DeleteMessage",
                    "sqs:GetQueueAttributes",
                    "sqs:GetQueueUrl",
                    "sqs:ReceiveMessage",
                    "sqs:SendMessage",
                ],
                "Resource": Place("*", region).arn("sqs", "airflow-celery-*"),
            },
            {
                # The queue's key belongs to an account of AWS.
                "Effect": "Allow",
                "Action": [
                    "kms:Decrypt",
                    "kms:DescribeKey",
                    "kms:GenerateDataKey*",
                    "kms:Encrypt",
                ],
                "NotResource": f"arn:{place.partition}:kms:*:{place.account_id}:key/*",
                "Condition": {"StringLike": {"kms:ViaService": [queue_service]}},
            },
        ],
    }
    role: dict[str, Any] = iam.create_role(
        Path="/service-role/",
        RoleName=f"AmazonMWAA-{_ENVIRONMENT_NAME}",
        AssumeRolePolicyDocument=json.dumps(trust),
    )["Role"]
    made = iam.create_policy(
        Path="/service-role/",
        PolicyName=f"MWAA-Execution-Policy-{_ENVIRONMENT_NAME}",
        PolicyDocument=json.dumps(policy),
    )
    iam.attach_role_policy(RoleName=role["RoleName"], PolicyArn=made["Policy"]["Arn"])
    return role


def _bucket_name(aws: LocalAws, region: str) -> str:
    return f"airflow-{_ENVIRONMENT_NAME}-{aws.account_id}-{region}"


def _create_bucket(aws: LocalAws, region: str) -> str:
    s3 = aws.client("s3", region)
    name = _bucket_name(aws, region)
    place = {"LocationConstraint": region}
    s3.create_bucket(
        Bucket=name,
        **({} if region == "us-east-1" else {"CreateBucketConfiguration": place}),
    )
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    s3.put_public_access_block(
        Bucket=name,
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": True,
            "IgnorePublicAcls": True,
            "BlockPublicPolicy": True,
            "RestrictPublicBuckets": True,
        },
    )
    return name
