"""Cloud Control's GetResource for buckets, which moto lacks.

Terraform uses it to read in a plan whether an existing bucket has versioning enabled.
"""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError

from mwaa_ecs.sandbox.local_aws.clients import Clients
from mwaa_ecs.sandbox.place import Place
from mwaa_ecs.sandbox.protocol import AwsRequest, AwsResponse, json_response

_BUCKET = "AWS::S3::Bucket"


class CloudControlHandler:
    """Answers GetResource for buckets."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def handle(self, request: AwsRequest) -> AwsResponse | None:
        """Return the answer, or None for every other request."""
        if request.service != "cloudcontrolapi" or request.action != "GetResource":
            return None
        asked = request.json
        if asked.get("TypeName") != _BUCKET:
            return None
        name = str(asked.get("Identifier"))
        try:
            properties = self._bucket(name, request.place)
        except ClientError:
            return json_response(
                {"Message": f"Resource of type '{_BUCKET}' with identifier '{name}' not found"},
                status=400,
                error="ResourceNotFoundException",
            )
        description = {"Identifier": name, "Properties": json.dumps(properties)}
        return json_response({"TypeName": _BUCKET, "ResourceDescription": description})

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
