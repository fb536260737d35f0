"""Checks that ECS can assume a task's roles, and creates keys for them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Protocol

from moto.backends import get_backend

from mwaa_ecs.iam.trust import trusted_services
from mwaa_ecs.sandbox.ecs.errors import client_error
from mwaa_ecs.sandbox.place import Place

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


class AgentClients(Protocol):
    """The boto3 clients of the ECS agent."""

    def in_place(self, service: str, place: Place) -> Any:
        """Return a client with the sandbox's own keys."""

    def with_keys(self, service: str, region: str, keys: Mapping[str, str]) -> Any:
        """Return a client with a role's keys."""


class RoleClients:
    """The clients with which ECS acts as a task's execution role, in the role's account.

    Args:
        clients: the clients of the ECS agent.
        role_arn: the execution role.
        place: the task's place.
        session: the name of the session.
    """

    def __init__(
        self, clients: AgentClients, role_arn: str, place: Place, session: str
    ) -> None:
        self._clients = clients
        self._role_arn = role_arn
        self._place = place
        self._session = session
        self._keys: dict[str, str] = {}
        self._made: dict[tuple[str, str], Any] = {}

    def __call__(self, service: str, region: str) -> Any:
        """Return the client of a service in a region."""
        if not self._keys:
            sts = self._clients.in_place("sts", self._place)
            self._keys = role_keys(sts, self._role_arn, self._session)
        if (service, region) not in self._made:
            self._made[service, region] = self._clients.with_keys(service, region, self._keys)
        return self._made[service, region]
