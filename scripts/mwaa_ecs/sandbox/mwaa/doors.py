"""MWAA's tokens and REST API, in front of an Airflow that runs.

https://docs.aws.amazon.com/mwaa/latest/userguide/access-mwaa-apache-airflow-rest-api.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from mwaa_ecs.sandbox.mwaa.errors import MwaaError, invalid, not_found

METHODS = ("GET", "PUT", "POST", "PATCH", "DELETE")


@dataclass(frozen=True)
class RestAnswer:
    """An answer of Airflow's REST API."""

    status: int
    body: Any


class RunningAirflow(Protocol):
    """An Airflow that runs as one environment."""

    @property
    def environment_name(self) -> str:
        """The environment that it runs as."""

    @property
    def host(self) -> str:
        """The host name and port of its page."""

    def web_token(self) -> str:
        """Return a token that logs in once."""

    def cli_token(self) -> str:
        """Return a token for Airflow's command line."""

    def rest(self, method: str, path: str, query: Mapping[str, Any], body: Any) -> RestAnswer:
        """Call the REST API."""


class Doors:
    """Answers CreateWebLoginToken, CreateCliToken and InvokeRestApi."""

    def __init__(self) -> None:
        self.airflow: RunningAirflow | None = None

    def call(self, action: str, name: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """Answer an action for an environment that exists.

        Raises:
            MwaaError: no Airflow runs as this environment, or it refuses the call.
        """
        airflow = self.airflow
        if airflow is None or airflow.environment_name != name:
            raise not_found(
                f"No Airflow runs as the environment {name}. Start one with "
                "`mwaa-ecs sandbox up --airflow`"
            )
        if action == "CreateWebLoginToken":
            return {
                "WebToken": airflow.web_token(),
                "WebServerHostname": airflow.host,
                "AirflowIdentity": "admin",
            }
        if action == "CreateCliToken":
            return {"CliToken": airflow.cli_token(), "WebServerHostname": airflow.host}
        return _invoke(airflow, request)


def _invoke(airflow: RunningAirflow, request: Mapping[str, Any]) -> dict[str, Any]:
    method, path = request.get("Method"), request.get("Path")
    if method not in METHODS:
        raise invalid(f"Method is {method!r}. It must be one of {', '.join(METHODS)}")
    if not isinstance(path, str) or not path.startswith("/"):
        raise invalid(f"Path is {path!r}. It must begin with /, for example /dags")
    answer = airflow.rest(
        method, path, request.get("QueryParameters") or {}, request.get("Body")
    )
    told = {"RestApiStatusCode": answer.status, "RestApiResponse": answer.body}
    if answer.status >= 400:
        code = "RestApiClientException" if answer.status < 500 else "RestApiServerException"
        raise MwaaError(code, str(answer.body), 400, told)
    return told
