"""Environment variables with which processes and containers reach the local AWS only."""

from __future__ import annotations

import os
from collections.abc import Mapping

from mwaa_ecs.sandbox.keys import Keys

_LOCAL_HOSTS = ("127.0.0.1", "localhost")

DEFAULT_REGION = "eu-west-1"

CA_BUNDLE = "REQUESTS_CA_BUNDLE"
"""Variable with the authorities that Python's requests, boto3 and the aws CLI trust."""

PROXIED_DOMAIN = "sandbox.invalid"
"""Endpoint of services whose clients add a host prefix, as MWAA's `api.`; it never resolves."""


def container_environment(endpoint_url: str, region: str) -> dict[str, str]:
    """Return a container's variables: the endpoint and the region.

    They contain no keys. As on AWS, a container has the keys of its task role or none.
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
    """Return the variables to add for a process of this machine.

    With them, AWS's SDKs read no files and no instance metadata, and use no proxy for the
    loopback. The host `api.127.0.0.1` does not exist, so MWAA has its own endpoint, which plain
    HTTP reaches through the local AWS as a proxy. HTTPS is unchanged.

    Args:
        endpoint_url: the local AWS's endpoint.
        region: the process's region.
        keys: the process's keys.
        base: the process's other variables, whose NO_PROXY is extended; default os.environ.
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
    """Return an environment without its AWS_* variables.

    The local AWS's variables alone do not suffice: AWS_PROFILE, AWS_ROLE_ARN or
    AWS_ENDPOINT_URL_S3 of the user's shell would lead to the real AWS.
    """
    return {name: value for name, value in base.items() if not name.startswith("AWS_")}
