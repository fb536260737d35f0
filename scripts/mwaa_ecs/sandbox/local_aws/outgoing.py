"""Nothing leaves the local AWS: moto opens no connection, not even to the loopback.

It would send what it is asked to: SNS to the URL of a subscription, EventBridge to an API,
Firehose to an endpoint, Lambda to Docker. A URL may name another program of this machine, so
the loopback is not an exception.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

from mwaa_ecs.sandbox.patches import Patches
from mwaa_ecs.sandbox.protocol import AwsRequest, AwsResponse, error_response

_OF_SOCKETS = ("connect", "connect_ex", "sendto", "sendmsg")
_OF_NAMES = ("getaddrinfo", "gethostbyname", "gethostbyname_ex", "create_connection")


class OutgoingError(OSError):
    """moto would have opened a connection."""


def shut_in(patches: Patches) -> None:
    """Refuse connections and name look-ups that moto begins, in whatever thread."""
    for owner, names in ((socket.socket, _OF_SOCKETS), (socket, _OF_NAMES)):
        for name in names:
            patches.replace(owner, name, _guarded(getattr(owner, name)))


def _guarded(original: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if _moto_asks():
            raise OutgoingError("the sandbox sends nothing to anybody")
        return original(*args, **kwargs)

    return guarded


def _moto_asks() -> bool:
    # By the stack and not by the thread: moto starts threads of its own.
    frame = sys._getframe(2)
    while frame is not None:
        if str(frame.f_globals.get("__name__", "")).startswith("moto."):
            return True
        frame = frame.f_back  # type: ignore[assignment]
    return False


class SubscriptionHandler:
    """Refuses SNS subscriptions of URLs at once, rather than each message to them."""

    def handle(self, request: AwsRequest) -> AwsResponse | None:
        """The refusal, or None for everything else."""
        if request.service != "sns" or request.action != "Subscribe":
            return None
        protocol = parse_qs(request.body.decode("utf-8", "replace")).get("Protocol", [""])[0]
        if not protocol.lower().startswith("http"):
            return None
        return error_response(
            request,
            "InvalidParameter",
            f"Invalid parameter: Protocol is {protocol!r}. The sandbox sends nothing to a URL: "
            "subscribe a queue (sqs) instead",
            400,
        )
