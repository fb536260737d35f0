"""What another process needs in its environment to reach the local AWS, and only that."""

from __future__ import annotations

import os
from collections.abc import Mapping

from mwaa_ecs.sandbox.local_aws.keys import Keys

_LOCAL_HOSTS = ("127.0.0.1", "localhost")

PROXIED_DOMAIN = "sandbox.invalid"
"""Endpoint of what clients put a prefix before, as MWAA's `api.`; no name server knows it."""


def container_environment(endpoint_url: str, region: str) -> dict[str, str]:
    """What a task's container gets: the endpoint and the region.

    No keys: as on AWS a container has those of its task role, or none.
    """
    return {
        "AWS_ENDPOINT_URL": endpoint_url,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def process_environment(
    endpoint_url: str, region: str, keys: Keys, base: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The variables to set for a process of this machine, beside those it has.

    No configuration or credentials file is read, nothing is asked of instance metadata, and no
    proxy is used for the loopback: NO_PROXY is that of `base` (os.environ) and our hosts.

    `api.127.0.0.1` is no host, so MWAA has an endpoint of its own, which is reached with the
    local AWS as the proxy for plain HTTP. HTTPS goes as it went before.
    """
    base = os.environ if base is None else base
    variables = container_environment(endpoint_url, region)
    variables |= {
        "AWS_ACCESS_KEY_ID": keys.access_key_id,
        "AWS_SECRET_ACCESS_KEY": keys.secret_access_key,
        "AWS_ENDPOINT_URL_MWAA": f"http://{PROXIED_DOMAIN}",
        "HTTP_PROXY": endpoint_url,
        "http_proxy": endpoint_url,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
    for name in ("NO_PROXY", "no_proxy"):
        hosts = [host for host in base.get(name, "").split(",") if host]
        hosts += [host for host in _LOCAL_HOSTS if host not in hosts]
        variables[name] = ",".join(hosts)
    return variables


def without_aws(base: Mapping[str, str]) -> dict[str, str]:
    """The environment without any AWS_* variable.

    Setting ours is not enough: AWS_PROFILE, AWS_ROLE_ARN or AWS_ENDPOINT_URL_S3 of the user's
    shell would lead elsewhere, and an empty AWS_PROFILE is a profile named "".
    """
    return {name: value for name, value in base.items() if not name.startswith("AWS_")}
