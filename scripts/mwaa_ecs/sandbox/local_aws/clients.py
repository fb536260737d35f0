"""boto3 clients of the local AWS that read no environment variables or files."""

from __future__ import annotations

import functools
import os
import threading
from collections.abc import Mapping
from typing import Any

import boto3
import botocore.session
from botocore.config import Config

from mwaa_ecs.sandbox.local_aws.keys import Keys
from mwaa_ecs.sandbox.local_aws.own_keys import OwnKeys
from mwaa_ecs.sandbox.place import Place

WATCHER = "mwaa-ecs-sandbox/watcher"
"""User agent of calls that are not recorded: the sandbox looks several times a second."""

# botocore's clients are safe for threads, but their creation is not.
_MAKING = threading.Lock()


class Clients:
    """Creates one client per service, region and account."""

    def __init__(
        self, endpoint_url: str, region: str, keys: OwnKeys, user_agent_extra: str = ""
    ) -> None:
        self._endpoint_url = endpoint_url
        self._keys = keys
        self._region = region
        self._config = Config(
            user_agent_extra=user_agent_extra,
            # With None, botocore would use the environment's proxy for the loopback.
            proxies={},
            # The host `api.127.0.0.1` does not exist.
            inject_host_prefix=False,
            use_fips_endpoint=False,
            use_dualstack_endpoint=False,
        )
        self._clients: dict[tuple[str, str, Keys], Any] = {}

    def __call__(self, service: str, region: str | None = None) -> Any:
        """Return the default account's client in a region, by default the local AWS's."""
        return self._client(service, region or self._region, self._keys.default)

    def in_place(self, service: str, place: Place) -> Any:
        """Return the client of a service in a region of any account."""
        return self._client(service, place.region, self._keys.of(place))

    def with_keys(self, service: str, region: str, keys: Mapping[str, str]) -> Any:
        """Return a new client with a role's keys, which is not kept.

        Args:
            service: boto3's name of the service.
            region: the client's region.
            keys: the environment variables with the keys.
        """
        with _MAKING:
            return _session().client(
                service,
                region_name=region,
                endpoint_url=self._endpoint_url,
                aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
                aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
                aws_session_token=keys["AWS_SESSION_TOKEN"],
                config=self._config,
            )

    def _client(self, service: str, region: str, keys: Keys) -> Any:
        key = (service, region, keys)
        with _MAKING:
            if key not in self._clients:
                self._clients[key] = _session().client(
                    service,
                    region_name=region,
                    endpoint_url=self._endpoint_url,
                    aws_access_key_id=keys.access_key_id,
                    aws_secret_access_key=keys.secret_access_key,
                    config=self._config,
                )
            return self._clients[key]


@functools.cache
def _session() -> Any:
    # One session for all clients, because it keeps the services' models, which load slowly.
    core = botocore.session.Session()
    # Otherwise botocore looks up the user's AWS_PROFILE in the user's files.
    core.session_var_map["profile"] = (None, None, None, None)
    core.session_var_map["config_file"] = (None, None, os.devnull, None)
    core.session_var_map["credentials_file"] = (None, None, os.devnull, None)
    return boto3.session.Session(botocore_session=core)
