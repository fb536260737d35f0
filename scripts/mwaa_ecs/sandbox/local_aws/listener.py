"""The server's connections: none holds up another, and none lasts for ever.

A connection carries one request. Its head and its body must have come within a time. Of those
whose request is not yet known to be signed, only so many are held: the oldest makes room.
"""

from __future__ import annotations

import contextlib
import io
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import ThreadedWSGIServer

ADMITTED = "mwaa_ecs.admitted"
"""In the environ of a request: to be called once its signature has been verified."""
_ANSWER_SECONDS = 60.0


@dataclass(frozen=True)
class Limits:
    """What a client may take.

    head_seconds: for the request's line and headers. body_seconds: for its body, after them.
    body_bytes: of a body; larger objects are uploaded to S3 in parts, as every SDK does.
    waiting: connections whose request is not yet known to be signed.
    """

    head_seconds: float = 20.0
    body_seconds: float = 60.0
    body_bytes: int = 128 * 1024 * 1024
    waiting: int = 256


class Listener(ThreadedWSGIServer):
    """A server with those limits, on a socket that listens already."""

    def __init__(self, host: str, listening: socket.socket, app: Any, limits: Limits) -> None:
        self.limits = limits
        self._waiting: dict[socket.socket, None] = {}
        self._lock = threading.Lock()
        port = listening.getsockname()[1]
        super().__init__(host, port, app, _Handler, fd=listening.fileno())

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection in a thread of its own."""
        with self._lock:
            if len(self._waiting) >= self.limits.waiting:
                oldest = next(iter(self._waiting))
                del self._waiting[oldest]
                _hang_up(oldest)
            self._waiting[request] = None
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """End a connection."""
        self.admit(request)
        super().shutdown_request(request)

    def admit(self, request: Any) -> None:
        """Count a connection no longer among those that wait."""
        with self._lock:
            self._waiting.pop(request, None)


class _Handler(MotoRequestHandler):  # type: ignore[misc]
    """Reads one request in time, and serves it without a line on stderr."""

    server: Listener

    def setup(self) -> None:
        super().setup()
        self._input = _TimedInput(self.connection, self.server.limits.head_seconds)
        self.rfile = io.BufferedReader(self._input)

    def make_environ(self) -> dict[str, Any]:
        self._input.allow(self.server.limits.body_seconds)
        environ: dict[str, Any] = super().make_environ()
        environ[ADMITTED] = self._admitted
        return environ

    def _admitted(self) -> None:
        self.server.admit(self.connection)
        self.connection.settimeout(_ANSWER_SECONDS)

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002
        """Say nothing; the journal has the calls."""


class _TimedInput(io.RawIOBase):
    """What comes over a connection, until a point in time."""

    def __init__(self, connection: socket.socket, seconds: float) -> None:
        self._connection = connection
        self.allow(seconds)

    def allow(self, seconds: float) -> None:
        """Give it so many seconds from now on."""
        self._end = time.monotonic() + seconds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("the request did not come in time")
        self._connection.settimeout(left)
        return self._connection.recv_into(buffer)


def hang_up(environ: dict[str, Any]) -> None:
    """Close the connection of a request, so that its answer is lost."""
    _hang_up(environ["werkzeug.socket"])


def _hang_up(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):  # It may have gone by itself.
        connection.shutdown(socket.SHUT_RDWR)


def admitted(environ: dict[str, Any]) -> None:
    """Tell the connection of a request that it is signed."""
    found: Callable[[], None] | None = environ.get(ADMITTED)
    if found is not None:
        found()
