"""Reaches the account of a roll-out: credentials, region, and the prefix of its parameters."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mwaa_ecs.errors import UserError

DEFAULT_PREFIX = "/mwaa"
"""The module's default of `ssm_prefix`."""


@dataclass(frozen=True)
class Connection:
    """Where a roll-out is.

    Attributes:
        region: its AWS region.
        ssm_prefix: the module's `ssm_prefix`.
        make_client: returns a boto3 client of a service in a region.
    """

    region: str
    ssm_prefix: str
    make_client: Callable[[str, str], Any]

    def client(self, service: str, region: str | None = None) -> Any:
        """Return a boto3 client of a service, in the roll-out's region unless one is given."""
        return self.make_client(service, region or self.region)


def connect(
    *,
    environment: str | None = None,
    folder: Path = Path(),
    ssm_prefix: str | None = None,
    region: str | None = None,
    profile: str | None = None,
) -> Connection:
    """Return the connection to a roll-out.

    Args:
        environment: an environment of `folder`, whose account and region are used; its input
            `ssm_prefix` is the prefix. None: what the shell's AWS settings name.
        folder: the folder of environments.
        ssm_prefix: the prefix, instead of the environment's or the module's default.
        region: the region, without an environment.
        profile: the profile of the AWS configuration, without an environment.

    Raises:
        UserError: options that contradict each other, no region, or wrong credentials.
    """
    if environment is not None:
        if region or profile:
            raise UserError(
                "--environment names the region and the credentials; leave out --region and "
                "--profile"
            )
        return _of_environment(environment, folder, ssm_prefix)
    return _of_shell(ssm_prefix, region, profile)


def _of_environment(name: str, folder: Path, ssm_prefix: str | None) -> Connection:
    import boto3

    from mwaa_ecs.environments import EnvironmentFolder, find_module
    from mwaa_ecs.rollout.caller import find_caller

    found = EnvironmentFolder(folder, find_module(None, folder)).load([name])[0]
    caller = find_caller(name, found.settings, boto3.Session, os.environ)
    session = boto3.Session(
        aws_access_key_id=caller.environ.get("AWS_ACCESS_KEY_ID"),
        aws_secret_access_key=caller.environ.get("AWS_SECRET_ACCESS_KEY"),
        aws_session_token=caller.environ.get("AWS_SESSION_TOKEN"),
        profile_name=caller.environ.get("AWS_PROFILE"),
        region_name=found.settings.region,
    )
    prefix = ssm_prefix or found.inputs.get("ssm_prefix") or DEFAULT_PREFIX
    return _connection(session, found.settings.region, str(prefix))


def _of_shell(ssm_prefix: str | None, region: str | None, profile: str | None) -> Connection:
    import boto3
    from botocore.exceptions import BotoCoreError

    try:
        session = boto3.Session(profile_name=profile, region_name=region)
    except BotoCoreError as error:
        raise UserError(f"--profile or the AWS configuration is wrong: {error}") from None
    # boto3 itself reads AWS_DEFAULT_REGION only.
    found = region or os.environ.get("AWS_REGION") or session.region_name
    if not found:
        raise UserError(
            "no region is known; give --region, set AWS_REGION, or name an --environment"
        )
    return _connection(session, str(found), ssm_prefix or DEFAULT_PREFIX)


def _connection(session: Any, region: str, prefix: str) -> Connection:
    if not prefix.startswith("/"):
        raise UserError(
            f"--ssm-prefix {prefix!r}: it must begin with a slash, for example {DEFAULT_PREFIX}"
        )
    return Connection(
        region,
        prefix.rstrip("/"),
        lambda service, where: session.client(service, region_name=where),
    )
