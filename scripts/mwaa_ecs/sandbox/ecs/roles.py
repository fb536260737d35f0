"""Checks that ECS can assume a task's roles, and creates keys for the task role."""

from __future__ import annotations

import re
from typing import Any

from moto.backends import get_backend

from mwaa_ecs.iam.trust import trusted_services
from mwaa_ecs.sandbox.ecs.errors import client_error

_ROLE = re.compile(r"arn:(?P<partition>aws[a-z-]*):iam::(?P<account>\d{12}):role/.+")
_ECS_TASKS = "ecs-tasks.amazonaws.com"


def check_roles(*role_arns: str | None) -> None:
    """Check that each role exists and trusts ECS tasks.

    Conditions of the trust policy are ignored.

    Args:
        role_arns: the task's roles; None is skipped.

    Raises:
        EcsError: RunTask refuses a role.
    """
    for arn in role_arns:
        if arn and not _trusts_ecs(arn):
            raise client_error(
                f"ECS was unable to assume the role '{arn}' that was provided for this task. "
                "Please verify that the role being passed has the proper trust relationship "
                "and permissions and that your IAM user has permissions to pass this role."
            )


def _trusts_ecs(arn: str) -> bool:
    found = _ROLE.fullmatch(arn)
    if found is None:
        return False
    roles = get_backend("iam")[found["account"]][found["partition"]].roles.values()
    document = next((one.assume_role_policy_document for one in roles if one.arn == arn), None)
    return document is not None and _ECS_TASKS in trusted_services(document)


def role_keys(sts: Any, role_arn: str, session: str) -> dict[str, str]:
    """Assume a role and return the environment variables with its keys.

    Args:
        sts: a boto3 client of STS.
        role_arn: the role to assume.
        session: the name of the session.
    """
    keys = sts.assume_role(RoleArn=role_arn, RoleSessionName=session)["Credentials"]
    return {
        "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
        "AWS_SESSION_TOKEN": keys["SessionToken"],
    }
