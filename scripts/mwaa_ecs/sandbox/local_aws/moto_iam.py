"""Gives moto's IAM the policies that AWS manages, such as AmazonS3ReadOnlyAccess.

moto has them, but makes all 1,500 at once when it is told to: 0.4 s for every account of every
sandbox. Here each is made when it is asked for.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.models import AWSManagedPolicy, IAMBackend

from mwaa_ecs.sandbox.patches import Patches


def have_the_policies_of_aws(patches: Patches) -> None:
    """Let every account attach and read the policies that AWS manages."""

    def init_managed_policies(self: Any) -> dict[str, Any]:
        return _Policies(self)

    patches.replace(IAMBackend, "_init_managed_policies", init_managed_policies)
    # These look through the values, so the policy must be there before.
    for name in ("attach_role_policy", "attach_user_policy", "attach_group_policy"):
        patches.replace(IAMBackend, name, _made_before(getattr(IAMBackend, name)))


def _made_before(attach: Callable[..., None]) -> Callable[..., None]:
    def attach_policy(self: Any, policy_arn: str, *args: Any, **kwargs: Any) -> None:
        self.managed_policies.get(policy_arn)
        attach(self, policy_arn, *args, **kwargs)

    return attach_policy


@cache
def _known() -> dict[str, Any]:
    return dict(json.loads(aws_managed_policies_data))


class _Policies(dict[str, Any]):
    """An account's managed policies by ARN; AWS's own appear when they are asked for."""

    def __init__(self, backend: Any) -> None:
        super().__init__()
        self._backend = backend

    def __missing__(self, arn: str) -> Any:
        if ":iam::aws:policy/" not in arn or not (data := _known().get(arn.rpartition("/")[2])):
            raise KeyError(arn)
        policy = AWSManagedPolicy.from_data(
            arn.rpartition("/")[2], self._backend.account_id, self._backend.region_name, data
        )
        if policy.arn != arn:
            raise KeyError(arn)
        # moto tells AWS's policies from the account's own by this list.
        self._backend.aws_managed_policies.append(policy)
        self[arn] = policy
        return policy

    def __contains__(self, arn: object) -> bool:
        return self.get(str(arn)) is not None

    def get(self, arn: str, default: Any = None) -> Any:
        try:
            return self[arn]
        except KeyError:
            return default
