"""What a connection may take of the local AWS: time, and a place among those that wait."""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import trustme

from mwaa_ecs.sandbox.environment import CA_BUNDLE
from mwaa_ecs.sandbox.local_aws.bodies import read_body
from mwaa_ecs.sandbox.local_aws.listener import Limits, Listener, admitted
from mwaa_ecs.sandbox.local_aws.refusals import BodyError
from mwaa_ecs.sandbox.protocol import AwsRequest
from mwaa_ecs.sandbox.tls import loopback_certificate
from unit.sandbox.ecs_story import PATIENCE

ADDRESS = "127.0.0.1"


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Reads a body as the gateway does, and says what has come of it."""
    status, said = 200, b"read"
    try:
        read_body(AwsRequest(environ), 100)
    except BodyError as error:
        status, said = error.status, error.code.encode()
    admitted(environ)
    start_response(f"{status} X", [("Content-Length", str(len(said)))])
    return [said]


@contextmanager
def served(limits: Limits, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """A listener's port."""
    with socket.create_server((ADDRESS, 0)) as listening:
        server = Listener(ADDRESS, listening, application, limits, tls)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def connected(port: int) -> socket.socket:
    return socket.create_connection((ADDRESS, port), timeout=PATIENCE)


def drip(connection: socket.socket, ended: threading.Event) -> None:
    """Send one byte after the other, so that something is always coming."""
    with contextlib.suppress(OSError):
        while not ended.wait(0.02):
            connection.sendall(b"a")


def ended_by_server(connection: socket.socket) -> bytes:
    """What is answered to one who never comes to an end."""
    ended = threading.Event()
    thread = threading.Thread(target=drip, args=(connection, ended))
    thread.start()
    answer = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := connection.recv(4096):
            answer += piece
    ended.set()
    thread.join()
    return answer


def test_a_head_that_never_ends_is_given_up() -> None:
    with served(Limits(head_seconds=0.2)) as port, connected(port) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\nX-Slow: ")
        assert ended_by_server(slow) == b""


def test_a_body_that_never_ends_is_answered() -> None:
    with served(Limits(body_seconds=0.2)) as port, connected(port) as slow:
        slow.sendall(b"PUT /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n")
        # The server may reset the connection, whose rest it does not read, after its answer.
        answer = slow.recv(4096) + ended_by_server(slow)
        assert b" 400 " in answer.partition(b"\r\n")[0]
        assert answer.endswith(b"RequestTimeout")


def test_the_oldest_of_those_that_wait_makes_room() -> None:
    with contextlib.ExitStack() as stack:
        port = stack.enter_context(served(Limits(head_seconds=PATIENCE, waiting=2)))
        oldest, newer = (stack.enter_context(connected(port)) for _ in range(2))
        client = http.client.HTTPConnection(ADDRESS, port, timeout=PATIENCE)
        client.request("GET", "/")
        assert client.getresponse().read() == b"read"
        client.close()
        assert oldest.recv(1) == b""
        newer.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert newer.recv(4096).startswith(b"HTTP/1.1 200")


def asked(connection: http.client.HTTPConnection) -> bytes:
    connection.request("POST", "/", b"a")
    answer = connection.getresponse().read()
    connection.close()
    return answer


def test_a_port_answers_http_and_https_side_by_side(tmp_path: Path) -> None:
    bundle = tmp_path / "ca-bundle.pem"
    with served(Limits(), loopback_certificate(bundle)) as port:
        trusting = ssl.create_default_context(cafile=str(bundle))
        for name in (ADDRESS, "localhost"):
            assert asked(http.client.HTTPSConnection(name, port, context=trusting)) == b"read"
        assert asked(http.client.HTTPConnection(ADDRESS, port)) == b"read"


def test_a_client_with_the_bundle_still_trusts_its_users_own_authorities(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    company = tmp_path / "company.pem"
    trustme.CA(organization_name="company").cert_pem.write_to_path(company)
    monkeypatch.setenv(CA_BUNDLE, str(company))
    loopback_certificate(tmp_path / "ca-bundle.pem")
    trusting = ssl.create_default_context(cafile=str(tmp_path / "ca-bundle.pem"))
    assert "company" in str(trusting.get_ca_certs())


def test_a_client_that_does_not_trust_the_authority_takes_no_place_of_others(
    tmp_path: Path,
) -> None:
    tls = loopback_certificate(tmp_path / "ca-bundle.pem")
    with served(Limits(waiting=1), tls) as port:
        with pytest.raises(ssl.SSLCertVerificationError):
            asked(http.client.HTTPSConnection(ADDRESS, port))
        assert asked(http.client.HTTPConnection(ADDRESS, port)) == b"read"


def test_a_handshake_that_does_not_end_does_not_hold_its_place(tmp_path: Path) -> None:
    tls = loopback_certificate(tmp_path / "ca-bundle.pem")
    with served(Limits(head_seconds=0.2), tls) as port, connected(port) as slow:
        slow.sendall(b"\x16")
        assert ended_by_server(slow) == b""
