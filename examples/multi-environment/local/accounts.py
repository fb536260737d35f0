"""Puts into a local AWS what the accounts of this example hold already.

A VPC with two private subnets, the execution role of the MWAA environment and the bucket of
Terraform's state, for each environment. Run `mwaa-ecs sandbox up` first; this works on
AWS_ENDPOINT_URL and refuses anything but this machine.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3

from mwaa_ecs.environments import Environment, EnvironmentFolder, load_module

EXAMPLE = Path(__file__).resolve().parent.parent


def main() -> None:
    endpoint = os.environ.get("AWS_ENDPOINT_URL", "")
    if urlsplit(endpoint).hostname not in ("127.0.0.1", "localhost"):
        sys.exit("AWS_ENDPOINT_URL is not this machine's; run `mwaa-ecs sandbox up` first")
    folder = EnvironmentFolder(EXAMPLE / "environments", load_module(EXAMPLE))
    for environment in folder.load():
        prepare(environment, session_in(environment))
        print(f"{environment.name}: account {environment.settings.account_id} is ready")


def session_in(environment: Environment) -> boto3.Session:
    settings = environment.settings
    keys = boto3.client("sts", region_name=settings.region).assume_role(
        RoleArn=settings.role_arn, RoleSessionName="prepare"
    )["Credentials"]
    return boto3.Session(
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
        region_name=settings.region,
    )


def prepare(environment: Environment, account: boto3.Session) -> None:
    settings = environment.settings
    inputs = environment.inputs
    make_network(account.client("ec2"), inputs["subnet_tag"])
    make_role(account.client("iam"), inputs["mwaa_execution_role_name"])
    make_bucket(account.client("s3"), str(settings.backend.settings["bucket"]), settings.region)


def make_network(ec2: Any, name: str) -> None:
    vpc_id = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc_id, EnableDnsHostnames={"Value": True})
    zones = ec2.describe_availability_zones()["AvailabilityZones"]
    for number, zone in enumerate(zones[:2]):
        ec2.create_subnet(
            VpcId=vpc_id,
            CidrBlock=f"10.0.{number}.0/24",
            AvailabilityZone=zone["ZoneName"],
            TagSpecifications=[
                {"ResourceType": "subnet", "Tags": [{"Key": "Name", "Value": name}]}
            ],
        )


def make_role(iam: Any, name: str) -> None:
    services = ["airflow.amazonaws.com", "airflow-env.amazonaws.com"]
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": services},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))


def make_bucket(s3: Any, name: str, region: str) -> None:
    if name not in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]:
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": region})
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})


if __name__ == "__main__":
    main()
