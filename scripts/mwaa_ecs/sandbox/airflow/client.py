"""Calls the REST API of a running Airflow: version 1 in Airflow 2, version 2 in Airflow 3."""

from __future__ import annotations

import http.client
import json
import threading
import time
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any

from mwaa_ecs.errors import OperationError
from mwaa_ecs.sandbox.airflow.components import USER, Secrets, is_airflow_2
from mwaa_ecs.sandbox.airflow.versions import AirflowVersion

_SECONDS = 60.0
# A token is valid for a day.
_TOKEN_SECONDS = 3600.0


class AirflowApiError(OperationError):
    """Airflow refused a request, or did not answer.

    Attributes:
        status: the HTTP status; 0 without an answer.
        body: the answer's JSON, or its text.
    """

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(f"Airflow answered {status}: {body}")
        self.status, self.body = status, body


@dataclass(frozen=True)
class Answer:
    """An answer of Airflow."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def cookie(self, name: str) -> str | None:
        """Return a cookie that it sets."""
        for key, value in self.headers:
            if key.lower() == "set-cookie":
                found = SimpleCookie(value).get(name)
                if found is not None:
                    return found.value
        return None


class AirflowClient:
    """Logs in to Airflow and calls it; safe for threads.

    Args:
        version: the version that answers.
        url: the address of its web server.
        secret: the secrets of the run.
    """

    def __init__(self, version: AirflowVersion, url: str, secret: Secrets) -> None:
        self.url = url
        self.is_2 = is_airflow_2(version)
        self.prefix = "/api/v1" if self.is_2 else "/api/v2"
        self.cookie = "session" if self.is_2 else "_token"
        """The cookie with which Airflow's page knows its user."""
        self._secret = secret
        self._lock = threading.Lock()
        self._login: dict[str, str] = {}
        self._since = 0.0

    def is_healthy(self) -> bool:
        """Return whether every program reports a recent heartbeat."""
        path = "/health" if self.is_2 else "/api/v2/monitor/health"
        try:
            answer = self.send("GET", path)
            status = json.loads(answer.body)
        except (OSError, http.client.HTTPException, ValueError):
            return False
        # Airflow 2 reports a DAG processor only where it is a program of its own.
        return answer.status == 200 and all(
            part.get("status") == "healthy"
            for part in status.values()
            if part.get("status") is not None
        )

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
    ) -> Any:
        """Call the REST API as its administrator.

        Args:
            method: the HTTP method.
            path: the path after `/api/v1` or `/api/v2`.
            query: parameters of the query.
            body: sent as JSON.

        Returns:
            The answer's JSON, or None where it is empty.

        Raises:
            AirflowApiError: Airflow refused the call, or did not answer.
        """
        data = None if body is None else json.dumps(body).encode()
        whole = self.prefix + path
        if query:
            whole += "?" + urllib.parse.urlencode(query, doseq=True)
        headers = {"Accept": "application/json"}
        if data is not None:
            headers["Content-Type"] = "application/json"
        try:
            answer = self.send(method, whole, headers={**headers, **self.login()}, body=data)
        except (OSError, http.client.HTTPException) as error:
            raise AirflowApiError(0, str(error)) from error
        try:
            found = json.loads(answer.body) if answer.body else None
        except ValueError:
            found = answer.body.decode("utf-8", "replace")
        if answer.status >= 400:
            raise AirflowApiError(answer.status, found)
        return found

    def login(self) -> dict[str, str]:
        """Return the headers that make a request one of the administrator's.

        Raises:
            OSError: Airflow does not answer.
            AirflowApiError: Airflow refuses its own password.
        """
        with self._lock:
            if not self._login or time.monotonic() - self._since > _TOKEN_SECONDS:
                self._login = (
                    {"Cookie": f"session={self.new_session()}"}
                    if self.is_2
                    else {"Authorization": f"Bearer {self.new_session()}"}
                )
                self._since = time.monotonic()
            return dict(self._login)

    def admit(self, environ: dict[str, Any]) -> None:
        """Make a browser's request, as WSGI has it, one of the administrator's.

        Airflow 2 needs it for its login page only, which starts a session.

        Raises:
            OSError: Airflow does not answer.
            AirflowApiError: Airflow refuses its own password.
        """
        if self.is_2:
            environ["HTTP_" + self._secret.header.upper().replace("-", "_")] = USER
        else:
            environ["HTTP_AUTHORIZATION"] = self.login()["Authorization"]

    def new_session(self) -> str:
        """Log in; return the session's cookie of Airflow 2, or the token of Airflow 3."""
        if self.is_2:
            answer = self.send("GET", "/login/", headers={self._secret.header: USER})
            found = answer.cookie("session")
        else:
            body = json.dumps({"username": USER, "password": self._secret.password}).encode()
            headers = {"Content-Type": "application/json"}
            answer = self.send("POST", "/auth/token", headers=headers, body=body)
            found = json.loads(answer.body).get("access_token") if answer.body else None
        if answer.status >= 400 or not found:
            raise AirflowApiError(answer.status, answer.body.decode("utf-8", "replace"))
        return str(found)

    def send(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answer:
        """Send one request; follow no redirect.

        Raises:
            OSError: Airflow does not answer.
        """
        place = urllib.parse.urlsplit(self.url)
        connection = http.client.HTTPConnection(
            str(place.hostname), int(place.port or 80), timeout=_SECONDS
        )
        try:
            connection.request(method, path, body=body, headers=dict(headers or {}))
            answer = connection.getresponse()
            return Answer(answer.status, tuple(answer.getheaders()), answer.read())
        finally:
            connection.close()
