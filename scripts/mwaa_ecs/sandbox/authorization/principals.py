"""Access keys, the roles behind them and their policies, from moto's IAM and STS."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from moto.backends import get_backend
from moto.iam.models import get_account_id_from
from moto.utilities.utils import PARTITION_NAMES

from mwaa_ecs.iam.document import Statement, parse_policy
from mwaa_ecs.iam.model import NotJudgedError
from mwaa_ecs.sandbox.place import Place


@dataclass(frozen=True)
class Principal:
    """A session of a role.

    Attributes:
        arn: the session's ARN, as AWS's messages show it.
        role_arn: the role's ARN.
        account_id: the role's account.
        has_session_policy: True if AssumeRole was called with a policy.
    """

    arn: str
    role_arn: str
    account_id: str
    has_session_policy: bool = False


@dataclass(frozen=True)
class Key:
    """A secret access key.

    Attributes:
        secret: the secret.
        token: the session token; empty for a key without one.
        expires: the end of the session; None for a user's key.
        active: False for a key that its user has disabled.
    """

    secret: str = field(repr=False)
    token: str = field(default="", repr=False)
    expires: datetime | None = None
    active: bool = True


def find_key(access_key: str) -> Key | None:
    """Return a key that moto's IAM or STS has issued; None for an unknown id."""
    account_id = str(get_account_id_from(access_key))
    for partition in PARTITION_NAMES:
        session = get_backend("sts")[account_id][partition].get_assumed_role_from_access_key(
            access_key
        )
        if session is not None:
            return Key(
                session.secret_access_key,
                session.session_token,
                _utc(session.expiration),
            )
        key = get_backend("iam")[account_id][partition].access_keys.get(access_key)
        # A key without a user belongs to a session and is valid only with STS's token.
        if key is not None and key.user_name is not None:
            return Key(key.secret_access_key, active=key.status == "Active")
    return None


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def find_principal(access_key: str, account_id: str) -> Principal | None:
    """Return the role's session behind an access key; None for the keys of the run."""
    for partition in PARTITION_NAMES:
        found = get_backend("sts")[account_id][partition].get_assumed_role_from_access_key(
            access_key
        )
        if found is not None:
            return Principal(found.arn, found.role_arn, account_id, bool(found.policy))
    return None


def service_session(role_arn: str, session: str, place: Place) -> Principal:
    """Return the session of a service that has assumed a role, as ECS does for a task.

    Args:
        role_arn: the role, which may belong to another account.
        session: the session's name.
        place: where the service runs.
    """
    account_id, name = role_arn.split(":")[4], role_arn.rpartition("/")[2]
    arn = Place(account_id, place.region).arn("sts", f"assumed-role/{name}/{session}")
    return Principal(arn, role_arn, account_id)


@dataclass(frozen=True)
class Policies:
    """A role's policies, and its permissions boundary if it has one."""

    identity: tuple[Statement, ...]
    boundary: tuple[Statement, ...] | None


def policies_of(principal: Principal) -> Policies:
    """Return the policies of a principal's role.

    Raises:
        NotJudgedError: a policy cannot be read.
    """
    if principal.has_session_policy:
        raise NotJudgedError(f"{principal.arn}: session policies are not judged here")
    partition = principal.role_arn.split(":")[1]
    iam = get_backend("iam")[principal.account_id][partition]
    role = _role(principal.role_arn)
    if role is None:
        return Policies((), None)
    documents = list(role.policies.values())
    documents += [_default_version(policy) for policy in role.managed_policies.values()]
    boundary = None
    if role.permissions_boundary_arn:
        policy = iam.managed_policies.get(role.permissions_boundary_arn)
        if policy is None:
            raise NotJudgedError(
                f"there is no policy {role.permissions_boundary_arn}, its boundary"
            )
        boundary = parse_policy(_default_version(policy))
    return Policies(
        tuple(statement for text in documents for statement in parse_policy(text)), boundary
    )


def role_exists(arn: str) -> bool:
    """Return whether there is a role of this ARN."""
    return _role(arn) is not None


def _role(arn: str) -> Any:
    _, partition, _, _, account_id, _ = arn.split(":", 5)
    roles = get_backend("iam")[account_id][partition].roles.values()
    return next((one for one in roles if one.arn == arn), None)


def _default_version(policy: Any) -> str:
    return next(
        str(version.document)
        for version in policy.versions
        if version.version_id == policy.default_version_id
    )
