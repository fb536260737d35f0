"""Stops moto from opening connections, even to the loopback.

moto would send requests for SNS (to a subscription's URL), EventBridge, Firehose and Lambda (to
Docker). A URL can name another program of this machine, so the loopback is no exception.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

from mwaa_ecs.sandbox.patches import Patches
from mwaa_ecs.sandbox.protocol import AwsRequest, AwsResponse, error_response

_SOCKET_METHODS = ("connect", "connect_ex", "sendto", "sendmsg")
_SOCKET_FUNCTIONS = ("getaddrinfo", "gethostbyname", "gethostbyname_ex", "create_connection")


class OutgoingError(OSError):
    """moto tried to open a connection."""


def block_connections_of_moto(patches: Patches) -> None:
    """Refuse connections and name look-ups from moto's code in any thread."""
    for owner, names in ((socket.socket, _SOCKET_METHODS), (socket, _SOCKET_FUNCTIONS)):
        for name in names:
            patches.replace(owner, name, _guarded(getattr(owner, name)))


def _guarded(original: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if _called_by_moto():
            raise OutgoingError("the sandbox opens no connections")
        return original(*args, **kwargs)

    return guarded


def _called_by_moto() -> bool:
    # The stack decides, because moto also starts threads of its own.
    frame = sys._getframe(2)
    while frame is not None:
        if str(frame.f_globals.get("__name__", "")).startswith("moto."):
            return True
        frame = frame.f_back  # type: ignore[assignment]
    return False


class SubscriptionHandler:
    """Refuses SNS subscriptions of URLs, whose messages could not be sent."""

    def handle(self, request: AwsRequest) -> AwsResponse | None:
        """Return the refusal, or None for every other request."""
        if request.service != "sns" or request.action != "Subscribe":
            return None
        protocol = parse_qs(request.body.decode("utf-8", "replace")).get("Protocol", [""])[0]
        if not protocol.lower().startswith("http"):
            return None
        return error_response(
            request,
            "InvalidParameter",
            f"Invalid parameter: Protocol is {protocol!r}. The sandbox sends no messages to "
            "URLs. Subscribe a queue (sqs) instead",
            400,
        )
