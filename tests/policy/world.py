"""What is there before Terraform runs, in each partition: roles, keys, secrets, a file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mwaa_ecs.sandbox.account import create_account
from mwaa_ecs.sandbox.local_aws import LocalAws
from policy.modes import SETUPS

EXISTING_LOG_GROUP = "/data/existing"


@dataclass(frozen=True)
class Place:
    """A partition, the region in it where all is made, and another one of it."""

    partition: str
    region: str
    other_region: str
    dns_suffix: str = "amazonaws.com"

    @property
    def etl_image(self) -> str:
        """An image in the account's own ECR."""
        return f"123456789012.dkr.ecr.{self.region}.{self.dns_suffix}/team/etl:1.4"


PLACES = {
    place.partition: place
    for place in (
        Place("aws", "eu-west-1", "us-east-1"),
        Place("aws-us-gov", "us-gov-west-1", "us-gov-east-1"),
        Place("aws-cn", "cn-north-1", "cn-northwest-1", "amazonaws.com.cn"),
    )
}


class World:
    """A user's account in a partition, with a role for each setup."""

    def __init__(self, aws: LocalAws, place: Place) -> None:
        self._aws = aws
        self.place = place
        account = create_account(aws, place.region)
        kms = self.client("kms")
        trust = self.client("iam").get_role(RoleName=account.mwaa_execution_role_name)["Role"]
        for_mwaa = trust["AssumeRolePolicyDocument"]
        self.roles = {name: self._role(f"AmazonMWAA-{name}", for_mwaa) for name in SETUPS}
        self.task_role = self._role("etl-task", _trust("ecs-tasks.amazonaws.com"))
        self.keys: dict[str, str] = {
            name: kms.create_key(Description=name)["KeyMetadata"]["Arn"]
            for name in ("logs", "parameters", "secrets")
        }
        self.secret = self._secret("db")
        ssm = self.client("ssm")
        for name, key in (("/app/token", "secrets"), ("/full/tasks/token", "parameters")):
            ssm.put_parameter(
                Name=name, Value="s3cret", Type="SecureString", KeyId=self.keys[key]
            )
        self.client("logs").create_log_group(logGroupName=EXISTING_LOG_GROUP)
        prefix = f"arn:{place.partition}"
        self.secret_parameter = (
            f"{prefix}:ssm:{place.region}:{aws.account_id}:parameter/app/token"
        )
        self.file = f"{prefix}:s3:::{self._file(account.dags_bucket_name)}"
        self.variables: Mapping[str, Any] = {
            "region": place.region,
            "subnet_ids": list(account.subnet_ids),
            "plain_role": "AmazonMWAA-plain",
            "full_role": "AmazonMWAA-full",
            "tagged_role": "AmazonMWAA-tagged",
            "task_role_arn": self.task_role,
            "etl_image": place.etl_image,
            "secret_arn": self.secret,
            "secret_parameter": self.secret_parameter,
            "environment_file": self.file,
            "log_group_name": EXISTING_LOG_GROUP,
            "keys": self.keys,
        }

    def client(self, service: str) -> Any:
        """A boto3 client of the place."""
        return self._aws.client(service, self.place.region)

    def _role(self, name: str, trust: Mapping[str, Any]) -> str:
        made = self.client("iam").create_role(
            RoleName=name, AssumeRolePolicyDocument=json.dumps(trust)
        )
        return str(made["Role"]["Arn"])

    def _secret(self, name: str) -> str:
        """A secret whose ARN cannot be taken for one that lacks its six characters."""
        secrets = self.client("secretsmanager")
        while True:
            made = secrets.create_secret(
                Name=name, SecretString="s3cret", KmsKeyId=self.keys["secrets"]
            )
            ending = str(made["ARN"])[-6:]
            if ending not in (ending.lower(), ending.upper(), ending.capitalize()):
                return str(made["ARN"])
            secrets.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)

    def _file(self, bucket: str) -> str:
        self.client("s3").put_object(
            Bucket=bucket,
            Key="config/nightly.env",
            Body="STAGE=prod\n",
            ServerSideEncryption="aws:kms",
            SSEKMSKeyId=self.keys["secrets"],
        )
        return f"{bucket}/config/nightly.env"


def _trust(service: str) -> dict[str, Any]:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sts:AssumeRole",
    }
    return {"Version": "2012-10-17", "Statement": [statement]}
