"""MWAA's API, which moto lacks."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from mwaa_ecs.sandbox.mwaa.errors import MwaaError
from mwaa_ecs.sandbox.mwaa.service import MwaaService
from mwaa_ecs.sandbox.protocol import AwsRequest, AwsResponse, json_response

# The action follows from the path, because the router behind `request.action` fails on a tag's
# path, which contains an ARN.
_ACTIONS = {
    ("PUT", "environments", True): "CreateEnvironment",
    ("GET", "environments", True): "GetEnvironment",
    ("PATCH", "environments", True): "UpdateEnvironment",
    ("DELETE", "environments", True): "DeleteEnvironment",
    ("GET", "environments", False): "ListEnvironments",
    ("POST", "tags", True): "TagResource",
    ("DELETE", "tags", True): "UntagResource",
    ("GET", "tags", True): "ListTagsForResource",
    ("POST", "clitoken", True): "CreateCliToken",
    ("POST", "webtoken", True): "CreateWebLoginToken",
    ("POST", "restapi", True): "InvokeRestApi",
}


class MwaaHandler:
    """Answers every call to MWAA."""

    def __init__(self, service: MwaaService) -> None:
        self._service = service

    def handle(self, request: AwsRequest) -> AwsResponse | None:
        """Return the answer, or None for another service."""
        if request.service != "airflow":
            return None
        kind, _, rest = request.path.strip("/").partition("/")
        action = _ACTIONS.get((request.method, kind, bool(rest)), request.action)
        try:
            answer = self._service.call(action, _parameters(request, kind, rest), request.place)
        except MwaaError as error:
            return json_response(
                {"message": error.message, **error.more},
                status=error.status,
                error=error.code,
            )
        return json_response(answer)


def _parameters(request: AwsRequest, kind: str, rest: str) -> dict[str, Any]:
    """Return the request's members from the body, the query and the path."""
    parameters: dict[str, Any] = {**request.json}
    for name in ("NextToken", "MaxResults"):
        if name in request.query:
            value = request.query[name][0]
            parameters[name] = int(value) if name == "MaxResults" else value
    if "tagKeys" in request.query:
        parameters["tagKeys"] = list(request.query["tagKeys"])
    if rest:
        parameters["ResourceArn" if kind == "tags" else "Name"] = unquote(rest)
    return parameters
