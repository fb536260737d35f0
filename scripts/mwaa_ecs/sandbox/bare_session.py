"""boto3 clients of a local AWS that read no environment variables or files."""

from __future__ import annotations

import functools
import os
import threading
from typing import Any

import boto3
import botocore.session
from botocore.config import Config

from mwaa_ecs.sandbox.keys import Keys

# botocore's clients are safe for threads, but their creation is not.
_MAKING = threading.Lock()


def bare_config(user_agent_extra: str = "") -> Config:
    """Return the settings of a client that reaches the loopback and nothing else."""
    return Config(
        user_agent_extra=user_agent_extra,
        # With None, botocore would use the environment's proxy for the loopback.
        proxies={},
        # The host `api.127.0.0.1` does not exist.
        inject_host_prefix=False,
        use_fips_endpoint=False,
        use_dualstack_endpoint=False,
    )


def bare_client(
    service: str,
    region: str,
    endpoint_url: str,
    keys: Keys,
    *,
    session_token: str | None = None,
    config: Config | None = None,
) -> Any:
    """Return a new client.

    Args:
        service: boto3's name of the service.
        region: the client's region.
        endpoint_url: the local AWS's endpoint.
        keys: the client's keys.
        session_token: the token of a role's keys.
        config: settings. Default: those of `bare_config`.
    """
    with _MAKING:
        return _session().client(
            service,
            region_name=region,
            endpoint_url=endpoint_url,
            aws_access_key_id=keys.access_key_id,
            aws_secret_access_key=keys.secret_access_key,
            aws_session_token=session_token,
            config=config or bare_config(),
        )


@functools.cache
def _session() -> Any:
    # One session for all clients, because it keeps the services' models, which load slowly.
    core = botocore.session.Session()
    # Otherwise botocore looks up the user's AWS_PROFILE in the user's files.
    core.session_var_map["profile"] = (None, None, None, None)
    core.session_var_map["config_file"] = (None, None, os.devnull, None)
    core.session_var_map["credentials_file"] = (None, None, os.devnull, None)
    return boto3.session.Session(botocore_session=core)
