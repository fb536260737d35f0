"""Whom a request must be meant for, and that no web page has sent it."""

from __future__ import annotations

import re

from mwaa_ecs.sandbox.local_aws.environment import PROXIED_DOMAIN
from mwaa_ecs.sandbox.local_aws.refusals import RefusedError
from mwaa_ecs.sandbox.protocol import AwsRequest

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")
_PORT = re.compile(r":\d{1,5}$")
# What a browser says when the user has typed the address, or the page is the sandbox's own.
_OWN_SITES = ("none", "same-origin")


class Hosts:
    """The names of the local AWS.

    engine_loopback: the name of this machine's loopback in a container.
    """

    def __init__(self, engine_loopback: str) -> None:
        self._names = (*LOOPBACK_NAMES, PROXIED_DOMAIN, engine_loopback)

    def check(self, request: AwsRequest) -> None:
        """Raise RefusedError for another host, a tunnel or a web page's request.

        A page whose name is made to point to the loopback (DNS rebinding) has its own name in
        `Host`. A page of another origin has `Origin` or `Sec-Fetch-Site`.
        """
        host = request.proxied_host or request.host
        if request.method == "CONNECT" or not self._is_ours(host):
            raise RefusedError(
                f"The sandbox passes nothing on to {host} and does not answer for it. Its "
                f"hosts are {', '.join(self._names)}"
            )
        site = str(request.environ.get("HTTP_SEC_FETCH_SITE", "none"))
        if "HTTP_ORIGIN" in request.environ or site not in _OWN_SITES:
            raise RefusedError("The sandbox does not serve requests of web pages")

    def _is_ours(self, host: str) -> bool:
        name = _PORT.sub("", host.lower())
        # A bucket or a service may stand before it, as in `bucket.localhost`.
        return any(name == ours or name.endswith(f".{ours}") for ours in self._names)
