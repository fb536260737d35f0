"""Checks that a request is for the local AWS and that no web page sent it."""

from __future__ import annotations

import re

from mwaa_ecs.sandbox.environment import PROXIED_DOMAIN
from mwaa_ecs.sandbox.local_aws.refusals import RefusedError
from mwaa_ecs.sandbox.protocol import AwsRequest

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")
_PORT = re.compile(r":\d{1,5}$")
# A browser sends these if the user typed the address or the page is the sandbox's own.
_OWN_SITES = ("none", "same-origin")


class Hosts:
    """The host names of the local AWS.

    Args:
        engine_loopback: the name of this machine's loopback in a container.
    """

    def __init__(self, engine_loopback: str) -> None:
        self._names = (*LOOPBACK_NAMES, PROXIED_DOMAIN, engine_loopback)

    def check(self, request: AwsRequest) -> None:
        """Check a request's host and origin.

        A page whose name resolves to the loopback (DNS rebinding) sends its own name as `Host`.
        A page of another origin sends `Origin` or `Sec-Fetch-Site`.

        Raises:
            RefusedError: the request is for another host, for a tunnel or from a web page.
        """
        host = request.proxied_host or request.host
        if request.method == "CONNECT" or not self._is_ours(host):
            raise RefusedError(
                f"The sandbox forwards no requests to {host}. Its own "
                f"hosts are {', '.join(self._names)}"
            )
        site = str(request.environ.get("HTTP_SEC_FETCH_SITE", "none"))
        if "HTTP_ORIGIN" in request.environ or site not in _OWN_SITES:
            raise RefusedError("The sandbox does not serve requests of web pages")

    def _is_ours(self, host: str) -> bool:
        name = _PORT.sub("", host.lower())
        # A bucket or a service may precede the name, as in `bucket.localhost`.
        return any(name == ours or name.endswith(f".{ours}") for ours in self._names)
