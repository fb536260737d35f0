"""What a healthy account has beside the module, and what the doctor says about it."""

from __future__ import annotations

import json
from typing import Any

from mwaa_ecs.doctor import CHECKS, Account, Asked, Status, run_checks
from mwaa_ecs.sandbox.account import Account as Place
from mwaa_ecs.sandbox.local_aws import LocalAws

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "ecs-tasks.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
"""Lets ECS start tasks with a role."""


def trusted_by_ecs(aws: LocalAws, name: str) -> str:
    """Create a role that tasks can have; return its ARN."""
    made = aws.client("iam").create_role(
        RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST)
    )
    return str(made["Role"]["Arn"])


def create_environment(aws: LocalAws, place: Place) -> None:
    """Create the MWAA environment `demo` of an account, and wait until it is there."""
    ec2, mwaa = aws.client("ec2"), aws.client("mwaa")
    group = ec2.create_security_group(GroupName="mwaa", Description="x", VpcId=place.vpc_id)[
        "GroupId"
    ]
    pair = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group}]}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[pair])
    mwaa.create_environment(
        Name="demo",
        ExecutionRoleArn=place.mwaa_execution_role_arn,
        SourceBucketArn=f"arn:aws:s3:::{place.dags_bucket_name}",
        DagS3Path="dags",
        NetworkConfiguration={
            "SubnetIds": list(place.subnet_ids),
            "SecurityGroupIds": [group],
        },
    )
    for _ in range(2):
        mwaa.get_environment(Name="demo")


def complaints(aws: LocalAws, clients: Any = None, **asked: Any) -> list[str]:
    """Return what the doctor warns about, finds broken or cannot tell."""
    report = run_checks(Account(clients or aws.client, aws.region), Asked(**asked), CHECKS)
    assert report.count(Status.PASS)
    return [
        f"{one.status} {one.check}: {one.fact}"
        for one in report.results
        if one.status in (Status.FAIL, Status.WARN, Status.UNKNOWN)
    ]
