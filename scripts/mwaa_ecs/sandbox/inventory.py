"""Lists the resources in a local AWS, so that a run can report leftovers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mwaa_ecs.sandbox.local_aws import LocalAws


def inventory(aws: LocalAws) -> frozenset[str]:
    """Return one line for each resource of the services that a run may use.

    Inactive task definitions and stopped tasks are left out, because ECS keeps both a while.
    """
    return frozenset(
        line
        for lister in (_ecs, _logs, _iam, _ec2, _routes_out, _ssm, _s3, _ecr, _mwaa)
        for line in lister(aws)
    )


def _pages(client: Any, operation: str, key: str, **arguments: Any) -> Iterator[Any]:
    for page in client.get_paginator(operation).paginate(**arguments):
        yield from page[key]


def _ecs(aws: LocalAws) -> Iterator[str]:
    ecs = aws.client("ecs")
    for cluster in ecs.describe_clusters(
        clusters=list(_pages(ecs, "list_clusters", "clusterArns"))
    )["clusters"]:
        if cluster["status"] != "INACTIVE":
            yield f"ECS cluster {cluster['clusterName']}"
            for task in _pages(ecs, "list_tasks", "taskArns", cluster=cluster["clusterArn"]):
                yield f"ECS task {task}"
    for arn in _pages(ecs, "list_task_definitions", "taskDefinitionArns", status="ACTIVE"):
        yield f"ECS task definition {arn.rpartition('/')[2]}"


def _logs(aws: LocalAws) -> Iterator[str]:
    for group in _pages(aws.client("logs"), "describe_log_groups", "logGroups"):
        yield f"log group {group['logGroupName']}"


def _iam(aws: LocalAws) -> Iterator[str]:
    iam = aws.client("iam")
    for role in _pages(iam, "list_roles", "Roles"):
        name = role["RoleName"]
        yield f"IAM role {name}"
        for policy in _pages(iam, "list_role_policies", "PolicyNames", RoleName=name):
            yield f"inline policy {policy} of IAM role {name}"
        for attached in _pages(
            iam, "list_attached_role_policies", "AttachedPolicies", RoleName=name
        ):
            yield f"managed policy {attached['PolicyName']} of IAM role {name}"
    for policy in _pages(iam, "list_policies", "Policies", Scope="Local"):
        yield f"IAM policy {policy['PolicyName']}"


def _ec2(aws: LocalAws) -> Iterator[str]:
    ec2 = aws.client("ec2")
    for vpc in _pages(ec2, "describe_vpcs", "Vpcs"):
        yield f"VPC {vpc['VpcId']}"
    for subnet in _pages(ec2, "describe_subnets", "Subnets"):
        yield f"subnet {subnet['SubnetId']}"
    for group in _pages(ec2, "describe_security_groups", "SecurityGroups"):
        yield f"security group {group['GroupId']} ({group['GroupName']})"


def _routes_out(aws: LocalAws) -> Iterator[str]:
    """List what leads out of a VPC, without deleted resources that EC2 still lists."""
    ec2 = aws.client("ec2")
    for table in _pages(ec2, "describe_route_tables", "RouteTables"):
        yield f"route table {table['RouteTableId']}"
    for gateway in _pages(ec2, "describe_internet_gateways", "InternetGateways"):
        yield f"internet gateway {gateway['InternetGatewayId']}"
    for gateway in _pages(ec2, "describe_nat_gateways", "NatGateways"):
        if gateway["State"] != "deleted":
            yield f"NAT gateway {gateway['NatGatewayId']}"
    for address in ec2.describe_addresses()["Addresses"]:
        yield f"elastic address {address['AllocationId']}"
    for endpoint in _pages(ec2, "describe_vpc_endpoints", "VpcEndpoints"):
        if endpoint["State"] != "deleted":
            yield f"VPC endpoint {endpoint['VpcEndpointId']} ({endpoint['ServiceName']})"
    for log in _pages(ec2, "describe_flow_logs", "FlowLogs"):
        yield f"flow log {log['FlowLogId']}"


def _ssm(aws: LocalAws) -> Iterator[str]:
    for parameter in _pages(aws.client("ssm"), "describe_parameters", "Parameters"):
        yield f"SSM parameter {parameter['Name']}"


def _s3(aws: LocalAws) -> Iterator[str]:
    s3 = aws.client("s3")
    for bucket in s3.list_buckets()["Buckets"]:
        name = bucket["Name"]
        yield f"S3 bucket {name}"
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=name):
            for kind in ("Versions", "DeleteMarkers"):
                for item in page.get(kind, []):
                    yield f"S3 object {name}/{item['Key']} version {item['VersionId']}"


def _ecr(aws: LocalAws) -> Iterator[str]:
    for repository in _pages(aws.client("ecr"), "describe_repositories", "repositories"):
        yield f"ECR repository {repository['repositoryName']}"


def _mwaa(aws: LocalAws) -> Iterator[str]:
    for name in _pages(aws.client("mwaa"), "list_environments", "Environments"):
        yield f"MWAA environment {name}"
