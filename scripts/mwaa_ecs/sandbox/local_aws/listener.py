"""The HTTP server with limits on connections.

A connection carries one request, whose head and body must arrive in time. The number of
connections whose request is not yet verified is limited: a new one closes the oldest.
"""

from __future__ import annotations

import contextlib
import io
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import ThreadedWSGIServer

ADMITTED = "mwaa_ecs.admitted"
"""Key in a request's environ; its function is called after the signature is verified."""
_ANSWER_SECONDS = 60.0
# The first byte of a TLS connection; no HTTP method begins with it.
_HANDSHAKE = b"\x16"
_CLOSE_SECONDS = 1.0


@dataclass(frozen=True)
class Limits:
    """Limits of a client.

    Attributes:
        head_seconds: for the request's line and headers.
        body_seconds: for the body.
        body_bytes: size of a body. SDKs upload larger objects to S3 in parts.
        waiting: connections whose request is not yet verified.
    """

    head_seconds: float = 20.0
    body_seconds: float = 60.0
    body_bytes: int = 128 * 1024 * 1024
    waiting: int = 256


class Listener(ThreadedWSGIServer):
    """A server with Limits on a socket that already listens.

    Args:
        host: the address that it listens on.
        listening: the socket.
        app: the WSGI application.
        limits: limits of a client.
        tls: answers connections that begin with TLS, on the same port. Default: none does.
    """

    def __init__(
        self,
        host: str,
        listening: socket.socket,
        app: Any,
        limits: Limits,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.limits = limits
        self._tls = tls
        self._waiting: dict[socket.socket, None] = {}
        self._lock = threading.Lock()
        port = listening.getsockname()[1]
        super().__init__(host, port, app, _Handler, fd=listening.fileno())

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection in its own thread."""
        with self._lock:
            if len(self._waiting) >= self.limits.waiting:
                oldest = next(iter(self._waiting))
                del self._waiting[oldest]
                _hang_up(oldest)
            self._waiting[request] = None
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve a connection; wait for what it begins with, which may be TLS."""
        try:
            request = self._opened(request)
        except OSError:
            self.shutdown_request(request)
            return
        super().process_request_thread(request, client_address)

    def _opened(self, request: socket.socket) -> socket.socket:
        if self._tls is None:
            return request
        request.settimeout(self.limits.head_seconds)
        if request.recv(1, socket.MSG_PEEK) != _HANDSHAKE:
            return request
        secured = self._tls.wrap_socket(
            request, server_side=True, do_handshake_on_connect=False
        )
        with self._lock:
            if request in self._waiting:
                del self._waiting[request]
                self._waiting[secured] = None
        try:
            secured.do_handshake()
        except OSError:
            self.shutdown_request(secured)
            raise
        return secured

    def shutdown_request(self, request: Any) -> None:
        """Close a connection."""
        self.admit(request)
        if isinstance(request, ssl.SSLSocket):
            # Without it a client cannot tell the end from an answer that was cut off.
            with contextlib.suppress(OSError, ValueError):
                request.settimeout(_CLOSE_SECONDS)
                request.unwrap()
        super().shutdown_request(request)

    def admit(self, request: Any) -> None:
        """Take a connection off the list of those that wait for verification."""
        with self._lock:
            self._waiting.pop(request, None)


class _Handler(MotoRequestHandler):  # type: ignore[misc]
    """Reads one request within the limits; writes no lines to stderr."""

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
        """Log nothing, because the journal has the calls."""


class _TimedInput(io.RawIOBase):
    """Reads from a connection until a deadline."""

    def __init__(self, connection: socket.socket, seconds: float) -> None:
        self._connection = connection
        self.allow(seconds)

    def allow(self, seconds: float) -> None:
        """Set the deadline to so many seconds from now."""
        self._end = time.monotonic() + seconds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("the request did not arrive in time")
        self._connection.settimeout(left)
        return self._connection.recv_into(buffer)


def hang_up(environ: dict[str, Any]) -> None:
    """Close the connection of a request, so that its answer is lost."""
    _hang_up(environ["werkzeug.socket"])


def _hang_up(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):  # The client may have closed it.
        connection.shutdown(socket.SHUT_RDWR)


def admitted(environ: dict[str, Any]) -> None:
    """Report that a request's signature is verified."""
    found: Callable[[], None] | None = environ.get(ADMITTED)
    if found is not None:
        found()
