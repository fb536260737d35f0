"""boto3 clients of the local AWS that read no environment variables or files."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from mwaa_ecs.sandbox.bare_session import bare_client, bare_config
from mwaa_ecs.sandbox.keys import Keys
from mwaa_ecs.sandbox.local_aws.own_keys import OwnKeys
from mwaa_ecs.sandbox.place import Place

WATCHER = "mwaa-ecs-sandbox/watcher"
"""User agent of calls that are not recorded: the sandbox looks several times a second."""


class Clients:
    """Creates one client per service, region and account."""

    def __init__(
        self, endpoint_url: str, region: str, keys: OwnKeys, user_agent_extra: str = ""
    ) -> None:
        self._endpoint_url = endpoint_url
        self._keys = keys
        self._region = region
        self._config = bare_config(user_agent_extra)
        self._lock = threading.Lock()
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
        return bare_client(
            service,
            region,
            self._endpoint_url,
            Keys(keys["AWS_ACCESS_KEY_ID"], keys["AWS_SECRET_ACCESS_KEY"]),
            session_token=keys["AWS_SESSION_TOKEN"],
            config=self._config,
        )

    def _client(self, service: str, region: str, keys: Keys) -> Any:
        key = (service, region, keys)
        with self._lock:
            if key not in self._clients:
                self._clients[key] = bare_client(
                    service, region, self._endpoint_url, keys, config=self._config
                )
            return self._clients[key]
