"""docs/rights-to-apply.md beside the calls that Terraform made."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

from mwaa_ecs.sandbox.local_aws import Call

# Operations whose right has another name.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
_IAM_NAMES = {
    "cloudcontrolapi:GetResource": "cloudformation:GetResource",
    "s3:DeleteBucketLifecycle": "s3:PutLifecycleConfiguration",
    "s3:DeletePublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    "s3:GetBucketAccelerateConfiguration": "s3:GetAccelerateConfiguration",
    "s3:GetBucketCors": "s3:GetBucketCORS",
    "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "s3:GetBucketReplication": "s3:GetReplicationConfiguration",
    "s3:GetObjectLockConfiguration": "s3:GetBucketObjectLockConfiguration",
    "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "s3:HeadBucket": "s3:ListBucket",
    "s3:HeadObject": "s3:GetObject",
    "s3:ListObjectVersions": "s3:ListBucketVersions",
    "s3:PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
    "s3:PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
}
# The caller's identity needs no right.
_FREE = {"sts:GetCallerIdentity"}


def rights_needed(calls: Iterable[Call]) -> set[str]:
    """Return the actions that Terraform's calls need."""
    called = {
        f"{call.service}:{call.action}" for call in calls if "Terraform" in call.user_agent
    }
    return {_IAM_NAMES.get(action, action) for action in called - _FREE}


def policies_of_page(repository: Path) -> list[str]:
    """Return the page's policies, as JSON: of the root module, and of a new environment."""
    page = (repository / "docs" / "rights-to-apply.md").read_text(encoding="utf-8")
    return re.findall(r"```json\n(.+?)```", page, re.DOTALL)


def rights_granted(repository: Path, policies: int) -> set[str]:
    """Return the actions that the first policies of the page grant."""
    granted: set[str] = set()
    for policy in policies_of_page(repository)[:policies]:
        for statement in json.loads(policy)["Statement"]:
            actions = statement["Action"]
            granted.update([actions] if isinstance(actions, str) else actions)
    return granted
