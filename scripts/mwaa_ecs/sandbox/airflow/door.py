"""The only way to Airflow's page: a server on the loopback that asks for a one-time login.

It has MWAA's paths below `/aws_mwaa/`, and forwards every other request of a browser that has
logged in. Airflow's own port asks for a secret that only this process knows.
"""

from __future__ import annotations

import base64
import hmac
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from werkzeug.exceptions import NotFound
from werkzeug.middleware.http_proxy import ProxyMiddleware

from mwaa_ecs.sandbox.airflow.client import AirflowApiError, AirflowClient
from mwaa_ecs.sandbox.airflow.components import LOGIN_PAGE, PREFIX, login_link
from mwaa_ecs.sandbox.local_aws.listener import admitted

KEYS = PREFIX + "role-keys"
"""The path with the execution role's keys, for Airflow's programs."""

_COOKIE = "mwaa_ecs_door"
_TOKEN_SECONDS = 60.0
_FORWARD_SECONDS = 120
_LARGEST_FORM = 64 * 1024
_OWN_SITES = ("none", "same-origin")

Environ = dict[str, Any]
Answer = tuple[int, str, bytes, Sequence[tuple[str, str]]]

# MWAA's own link has the token after the #, so that no server's log has it.
_PAGE = b"""<!doctype html><meta charset="utf-8"><title>Local MWAA</title>
<p id="told">Logging in &hellip;</p><script>
fetch("login", {method: "POST", body: new URLSearchParams({token: location.hash.slice(1)})})
  .then(answer => {
    if (answer.ok) location.replace("/");
    else document.getElementById("told").textContent =
      "This link was used already, or is too old. For a new one, run: mwaa-ecs sandbox login";
  });
</script>
"""
_REFUSED = b"This page asks for a login. For a link, run `mwaa-ecs sandbox login`.\n"


@dataclass(frozen=True)
class CliResult:
    """The output of a command of Airflow's command line."""

    ok: bool
    stdout: bytes
    stderr: bytes


class Tokens:
    """Random tokens of which each works once, or until its time is over."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ends: dict[str, float] = {}

    def new(self, seconds: float | None = _TOKEN_SECONDS) -> str:
        """Return a new token; with `seconds` None it is valid until it is used."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            end = float("inf") if seconds is None else time.monotonic() + seconds
            self._ends[token] = end
        return token

    def holds(self, token: str, *, use: bool) -> bool:
        """Return whether a token is valid; `use` makes it invalid."""
        with self._lock:
            now = time.monotonic()
            self._ends = {one: end for one, end in self._ends.items() if end > now}
            found = _find(token, self._ends)
            if found is not None and use:
                del self._ends[found]
        return found is not None


class Door:
    """The WSGI application in front of one Airflow.

    Args:
        port: the port that it listens on.
        client: calls the Airflow.
        role_keys: returns the execution role's keys, as ECS gives them to containers.
        run_cli: runs a command of `airflow`.
        refused: receives why a request of another site was refused.
    """

    def __init__(
        self,
        port: int,
        client: AirflowClient,
        *,
        role_keys: Callable[[], Mapping[str, str]],
        run_cli: Callable[[str], CliResult],
        refused: Callable[[str], None] = lambda _why: None,
    ) -> None:
        self._hosts = (f"127.0.0.1:{port}", f"localhost:{port}")
        self._client = client
        self._role_keys = role_keys
        self._run_cli = run_cli
        self._refused = refused
        self.web_tokens = Tokens()
        self.cli_tokens = Tokens()
        self.keys_token = secrets.token_urlsafe(32)
        """The value of `Authorization` with which Airflow's programs get their keys."""
        self._lock = threading.Lock()
        self._sessions: set[str] = set()
        # The middleware's table of targets cannot cover every path; the door calls it directly.
        self._proxy = ProxyMiddleware(NotFound(), {}, timeout=_FORWARD_SECONDS)
        self._target: dict[str, Any] = {
            "target": client.url,
            "host": None,
            "headers": {},
            "remove_prefix": False,
            "ssl_context": None,
        }

    @property
    def host(self) -> str:
        """The host name with the port, as MWAA's API returns it."""
        return self._hosts[0]

    @property
    def url(self) -> str:
        """The address of the page."""
        return f"http://{self.host}"

    def link(self, seconds: float | None = None) -> str:
        """Return an address that logs a browser in, once."""
        return login_link(self.url, self.web_tokens.new(seconds))

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request."""
        why = self._wrong_origin(environ)
        if why:
            self._refused(why)
            return _send((403, "text/plain", f"{why}\n".encode(), ()), start_response)
        path = str(environ.get("PATH_INFO", "/"))
        if path.startswith(PREFIX):
            return _send(self._own(environ, path), start_response)
        if not self._is_known(environ):
            return _send((401, "text/plain", _REFUSED, ()), start_response)
        admitted(environ)
        # werkzeug quotes the path as UTF-8; WSGI has it decoded as Latin-1.
        path = path.encode("latin-1").decode("utf-8", "replace")
        try:
            self._client.admit(environ)
        except (OSError, AirflowApiError):
            return _send((502, "text/plain", b"Airflow does not answer.\n", ()), start_response)
        return self._proxy.proxy_to(self._target, path, "/")(environ, start_response)

    # -- who may come in -------------------------------------------------------------------

    def _wrong_origin(self, environ: Environ) -> str:
        """Return why a request is another site's; empty if it is not.

        A page whose name resolves to the loopback (DNS rebinding) sends its own name as `Host`.
        """
        host = str(environ.get("HTTP_HOST", ""))
        if host not in self._hosts:
            return f"The local MWAA answers as {' or '.join(self._hosts)}, not as {host!r}"
        origin = environ.get("HTTP_ORIGIN")
        own = (f"http://{host}", f"https://{host}")
        site = str(environ.get("HTTP_SEC_FETCH_SITE", "none"))
        if (origin is not None and origin not in own) or site not in _OWN_SITES:
            return f"The local MWAA does not answer pages of other sites ({origin or site})"
        return ""

    def _is_known(self, environ: Environ) -> bool:
        with self._lock:
            known = set(self._sessions)
        return any(_find(value, known) is not None for value in _presented(environ))

    # -- MWAA's own paths ------------------------------------------------------------------

    def _own(self, environ: Environ, path: str) -> Answer:
        name = path.removeprefix(PREFIX)
        method = environ["REQUEST_METHOD"]
        if path == LOGIN_PAGE and method == "GET":
            return 200, "text/html", _PAGE, ()
        if name == "login" and method == "POST":
            return self._login(environ)
        if name == "cli" and method == "POST":
            return self._cli(environ)
        if path == KEYS and method == "GET":
            return self._keys(environ)
        return 404, "text/plain", b"There is no such path.\n", ()

    def _login(self, environ: Environ) -> Answer:
        form = parse_qs(_body(environ).decode("utf-8", "replace"))
        if not self.web_tokens.holds(form.get("token", [""])[0], use=True):
            return 403, "text/plain", b"The token is wrong, too old or was used.\n", ()
        try:
            session = self._client.new_session()
        except (OSError, AirflowApiError):
            return 502, "text/plain", b"Airflow does not answer.\n", ()
        ours = secrets.token_urlsafe(32)
        with self._lock:
            self._sessions |= {ours, session}
        # Scripts after MWAA's guide read the cookie `session` of Airflow 2, `_token` of 3.
        cookies = {_COOKIE: ours, self._client.cookie: session}
        return (
            200,
            "text/plain",
            b"",
            [
                ("Set-Cookie", f"{name}={value}; Path=/; HttpOnly; SameSite=Strict")
                for name, value in cookies.items()
            ],
        )

    def _cli(self, environ: Environ) -> Answer:
        token = str(environ.get("HTTP_AUTHORIZATION", "")).removeprefix("Bearer ")
        if not self.cli_tokens.holds(token, use=False):
            return 403, "application/json", b'{"message": "Forbidden"}', ()
        admitted(environ)
        done = self._run_cli(_body(environ).decode("utf-8", "replace"))
        told = {
            "stdout": base64.b64encode(done.stdout).decode(),
            "stderr": base64.b64encode(done.stderr).decode(),
        }
        return 200 if done.ok else 400, "application/json", json.dumps(told).encode(), ()

    def _keys(self, environ: Environ) -> Answer:
        given = str(environ.get("HTTP_AUTHORIZATION", ""))
        if not _same(given, self.keys_token):
            return 403, "application/json", b'{"message": "Forbidden"}', ()
        return 200, "application/json", json.dumps(self._role_keys()).encode(), ()


def _presented(environ: Environ) -> list[str]:
    """Return what a request shows to be let in."""
    try:
        cookies = SimpleCookie(str(environ.get("HTTP_COOKIE", "")))
    except CookieError:
        return []
    token = str(environ.get("HTTP_AUTHORIZATION", "")).removeprefix("Bearer ")
    return [*(one.value for one in cookies.values()), token]


def _find(given: str, known: Iterable[str]) -> str | None:
    return next((one for one in known if _same(given, one)), None)


def _same(one: str, other: str) -> bool:
    return bool(one) and hmac.compare_digest(one.encode(), other.encode())


def _body(environ: Environ) -> bytes:
    try:
        length = int(environ.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return b""
    return bytes(environ["wsgi.input"].read(min(length, _LARGEST_FORM)))


def _send(answer: Answer, start_response: Callable[..., Any]) -> Iterable[bytes]:
    status, kind, body, more = answer
    start_response(
        f"{status} -",
        [
            ("Content-Type", f"{kind}; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            *more,
        ],
    )
    return [body]
