"""Corrects moto's evaluation of bucket policies."""

from __future__ import annotations

import json
from typing import Any

from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.s3.models import FakeBucket

from mwaa_ecs.iam.document import as_list
from mwaa_ecs.sandbox.patches import Patches


def judge_bucket_policies_without_conditions(patches: Patches) -> None:
    """Make moto ignore the statements of a bucket policy that have a condition.

    moto applies their Deny even if the condition is false. A common policy that denies plain
    HTTP would then deny every upload.
    """

    def get_permission(self: Any, action: str, resource: str) -> Any:
        if self.policy is None:
            return PermissionResult.NEUTRAL
        policy = json.loads(self.policy)
        plain = [
            statement
            for statement in as_list(policy.get("Statement"))
            if not statement.get("Condition")
        ]
        if not plain:
            return PermissionResult.NEUTRAL
        return IAMPolicy(json.dumps({**policy, "Statement": plain})).is_action_permitted(
            action=action, resource=resource
        )

    patches.replace(FakeBucket, "get_permission", get_permission)
