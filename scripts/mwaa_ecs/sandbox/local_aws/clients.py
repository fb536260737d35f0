"""boto3 clients of the local AWS, with nothing taken from the environment."""

from __future__ import annotations

import functools
import os
import threading
from typing import Any

import boto3
import botocore.session
from botocore.config import Config

from mwaa_ecs.sandbox.local_aws.keys import Keys

# botocore's clients are safe for threads, making them is not.
_MAKING = threading.Lock()


class Clients:
    """Makes clients, and keeps them."""

    def __init__(
        self, endpoint_url: str, region: str, keys: Keys, user_agent_extra: str = ""
    ) -> None:
        self._endpoint_url = endpoint_url
        self._keys = keys
        self._region = region
        self._config = Config(
            user_agent_extra=user_agent_extra,
            # {} and not None: a proxy in the environment is not for the loopback.
            proxies={},
            # Nor is there a host `api.127.0.0.1`.
            inject_host_prefix=False,
            use_fips_endpoint=False,
            use_dualstack_endpoint=False,
        )
        self._clients: dict[tuple[str, str], Any] = {}

    def __call__(self, service: str, region: str | None = None) -> Any:
        """The client of a service, in the local AWS's region unless another is given."""
        key = (service, region or self._region)
        with _MAKING:
            if key not in self._clients:
                self._clients[key] = _session().client(
                    service,
                    region_name=key[1],
                    endpoint_url=self._endpoint_url,
                    aws_access_key_id=self._keys.access_key_id,
                    aws_secret_access_key=self._keys.secret_access_key,
                    config=self._config,
                )
            return self._clients[key]


@functools.cache
def _session() -> Any:
    # One for all: what takes its time is reading the services' models, and it keeps them.
    core = botocore.session.Session()
    # Else AWS_PROFILE of the user's shell is looked up, and the files it stands in are read.
    core.session_var_map["profile"] = (None, None, None, None)
    core.session_var_map["config_file"] = (None, None, os.devnull, None)
    core.session_var_map["credentials_file"] = (None, None, os.devnull, None)
    return boto3.session.Session(botocore_session=core)
