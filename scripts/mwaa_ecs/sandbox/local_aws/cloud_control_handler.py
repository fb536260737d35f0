"""Cloud Control's GetResource, which moto lacks.

Terraform uses it to read in a plan what the provider has no data source for: a bucket's
versioning, a key's policy and a security group's rules.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from mwaa_ecs.sandbox.local_aws.clients import Clients
from mwaa_ecs.sandbox.place import Place
from mwaa_ecs.sandbox.protocol import AwsRequest, AwsResponse, json_response


class CloudControlHandler:
    """Answers GetResource for buckets, keys and security groups."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self._readers = {
            "AWS::S3::Bucket": self._bucket,
            "AWS::KMS::Key": self._key,
            "AWS::EC2::SecurityGroup": self._security_group,
        }

    def handle(self, request: AwsRequest) -> AwsResponse | None:
        """Return the answer, or None for every other request."""
        if request.service != "cloudcontrolapi" or request.action != "GetResource":
            return None
        asked = request.json
        kind, name = str(asked.get("TypeName")), str(asked.get("Identifier"))
        reader = self._readers.get(kind)
        if reader is None:
            return None
        try:
            properties = reader(name, request.place)
        except ClientError:
            return json_response(
                {"Message": f"Resource of type '{kind}' with identifier '{name}' not found"},
                status=400,
                error="ResourceNotFoundException",
            )
        description = {"Identifier": name, "Properties": json.dumps(properties)}
        return json_response({"TypeName": kind, "ResourceDescription": description})

    def _bucket(self, name: str, place: Place) -> dict[str, Any]:
        s3 = self._clients.in_place("s3", place)
        properties: dict[str, Any] = {"BucketName": name}
        versioning = s3.get_bucket_versioning(Bucket=name).get("Status")
        if versioning:
            properties["VersioningConfiguration"] = {"Status": versioning}
        if encryption := _encryption(s3, name):
            properties["BucketEncryption"] = {"ServerSideEncryptionConfiguration": encryption}
        try:
            block = s3.get_public_access_block(Bucket=name)
        except ClientError:
            return properties
        return {
            **properties,
            "PublicAccessBlockConfiguration": block["PublicAccessBlockConfiguration"],
        }

    def _key(self, key_id: str, place: Place) -> dict[str, Any]:
        kms = self._clients.in_place("kms", place)
        policy = kms.get_key_policy(KeyId=key_id, PolicyName="default")["Policy"]
        return {"KeyId": key_id, "KeyPolicy": json.loads(policy)}

    def _security_group(self, group_id: str, place: Place) -> dict[str, Any]:
        ec2 = self._clients.in_place("ec2", place)
        (group,) = ec2.describe_security_groups(GroupIds=[group_id])["SecurityGroups"]
        return {
            "Id": group_id,
            "GroupId": group_id,
            "VpcId": group["VpcId"],
            "SecurityGroupIngress": [
                rule for found in group["IpPermissions"] for rule in _rules(found)
            ],
        }


def _rules(permission: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a permission's rules in CloudFormation's words, one for each source."""
    ports = {name: permission[name] for name in ("FromPort", "ToPort") if name in permission}
    rule = {"IpProtocol": permission["IpProtocol"], **ports}
    for pair in permission.get("UserIdGroupPairs") or ():
        yield {**rule, "SourceSecurityGroupId": pair["GroupId"]}
    for block in permission.get("IpRanges") or ():
        yield {**rule, "CidrIp": block["CidrIp"]}


def _encryption(s3: Any, name: str) -> list[dict[str, Any]]:
    """Return the rules of a bucket's encryption in CloudFormation's words."""
    try:
        found = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]
    except ClientError:
        return []
    return [
        {
            "ServerSideEncryptionByDefault": rule["ApplyServerSideEncryptionByDefault"],
            "BucketKeyEnabled": rule.get("BucketKeyEnabled", False),
        }
        for rule in found["Rules"]
        if "ApplyServerSideEncryptionByDefault" in rule
    ]
