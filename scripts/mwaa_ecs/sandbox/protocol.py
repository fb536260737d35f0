"""A request as AWS's clients send it, and what answers one.

Whose call it is stands in the signature's scope (`Credential=KEY/date/region/service/…`), or
in the query of a presigned URL. Which action it is depends on the service's protocol: a
header (`X-Amz-Target`), a form field (`Action`), a path (smithy-rpc-v2-cbor), or method and
path (REST).
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

from moto.core.request import Request as MotoRequest
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model
from moto.iam.models import get_account_id_from

from mwaa_ecs.iam.model import Need

_SCOPE = re.compile(r"Credential=([^/,\s]+)/\d{8}/([^/]*)/([^/]+)/aws4_request")
_RPC_PATH = re.compile(r"/service/([^/]+)/operation/([^/]+)/?$")
_IAM_NAMES = {"monitoring": "cloudwatch", "tagging": "tag", "email": "ses"}
_MODEL_NAMES = {"airflow": "mwaa", "elasticfilesystem": "efs"}


@dataclass
class AwsRequest:
    """One request; `environ` is WSGI's, and may be handed on after all of this was read."""

    environ: dict[str, Any]
    principal: str = ""
    """ARN of the role's session that asks, once the IAM handler has looked; else empty."""
    needs: tuple[Need, ...] = ()
    """What it needs of that role's policies."""
    denied: str = ""
    """Why they do not allow it, where they are enforced."""

    @property
    def method(self) -> str:
        """GET, POST, …"""
        return str(self.environ.get("REQUEST_METHOD", "GET"))

    @property
    def path(self) -> str:
        """The path, decoded."""
        return str(self.environ.get("PATH_INFO", "/"))

    @property
    def host(self) -> str:
        """The host that the client meant: with a proxy, the host of the endpoint."""
        return str(self.environ.get("HTTP_HOST", ""))

    @property
    def proxied_host(self) -> str | None:
        """The host that the client asks a proxy for; None when it asks us."""
        if self.method == "CONNECT":
            return str(self.environ.get("RAW_URI", "")) or self.host
        uri = urlsplit(str(self.environ.get("RAW_URI", "")))
        return uri.netloc if uri.scheme and uri.netloc else None

    @property
    def user_agent(self) -> str:
        """As sent."""
        return str(self.environ.get("HTTP_USER_AGENT", ""))

    @property
    def invocation(self) -> str:
        """The id that an AWS SDK gives a call and all its retries; empty without one."""
        return str(self.environ.get("HTTP_AMZ_SDK_INVOCATION_ID", ""))

    @cached_property
    def query(self) -> Mapping[str, list[str]]:
        """The query string."""
        return parse_qs(str(self.environ.get("QUERY_STRING", "")), keep_blank_values=True)

    @cached_property
    def body(self) -> bytes:
        """The body; reading it leaves it there for whoever comes next."""
        stream = self.environ.get("wsgi.input")
        if stream is None:
            return b""
        length = self.environ.get("CONTENT_LENGTH")
        if length:
            body = stream.read(int(length))
        elif self.environ.get("wsgi.input_terminated"):
            body = stream.read()
        else:
            body = b""
        self.environ["wsgi.input"] = io.BytesIO(body)
        return bytes(body)

    @cached_property
    def json(self) -> dict[str, Any]:
        """The body of a JSON protocol; empty when it is none."""
        try:
            value = json.loads(self.body or b"{}")
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}

    def replace_json(self, body: Mapping[str, Any]) -> None:
        """Put another body in its place, for whoever comes next."""
        self.body = json.dumps(body).encode()
        self.environ["wsgi.input"] = io.BytesIO(self.body)
        self.environ["CONTENT_LENGTH"] = str(len(self.body))

    @cached_property
    def _scope(self) -> tuple[str, str, str]:
        """Access key, region and signing name."""
        text = str(self.environ.get("HTTP_AUTHORIZATION", ""))
        if match := _SCOPE.search(text):
            return match[1], match[2], match[3].lower()
        presigned = self.query.get("X-Amz-Credential", [""])[0].split("/")
        if len(presigned) >= 4:
            return presigned[0], presigned[2], presigned[3].lower()
        return "", "", ""

    @property
    def access_key(self) -> str:
        """The key that signed it; empty when nobody did."""
        return self._scope[0]

    @property
    def region(self) -> str:
        """The signature's region."""
        return self._scope[1] or "us-east-1"

    @cached_property
    def service(self) -> str:
        """The service, as IAM names it. What is not signed is taken for S3, as moto does."""
        name = self._scope[2] or "s3"
        return _IAM_NAMES.get(name, name)

    @cached_property
    def account_id(self) -> str:
        """The account whose key it is."""
        return str(get_account_id_from(self.access_key))

    @cached_property
    def action(self) -> str:
        """The API's name for what is asked, or the method and path."""
        if target := str(self.environ.get("HTTP_X_AMZ_TARGET", "")):
            return target.rpartition(".")[2]
        if match := _RPC_PATH.search(self.path):
            return match[2]
        if "Action" in self.query:
            return self.query["Action"][0]
        content_type = str(self.environ.get("CONTENT_TYPE", ""))
        if (
            content_type.startswith("application/x-www-form-urlencoded")
            and self._scope[2] != "s3"
        ):
            form = parse_qs(self.body.decode("utf-8", "replace"))
            if "Action" in form:
                return form["Action"][0]
        return self._rest_action() or f"{self.method} {self.path}"

    @property
    def speaks_json(self) -> bool:
        """Whether its client reads JSON; else it reads XML."""
        if self.environ.get("HTTP_X_AMZ_TARGET"):
            return True
        if "json" in str(self.environ.get("CONTENT_TYPE", "")):
            return True
        try:
            return "json" in str(get_service_model(self._model).protocol)
        except Exception:  # a service that botocore does not know
            return False

    @property
    def _model(self) -> str:
        """The service as botocore names its model."""
        name = self._scope[2] or "s3"
        return _MODEL_NAMES.get(name, name)

    def _rest_action(self) -> str | None:
        try:
            router = get_service_router(self._model)
            operation, _ = router.match(MotoRequest(dict(self.environ)))
        except Exception:  # no model, no match: a label is not worth a failed call
            return None
        return str(operation.name)


@dataclass
class AwsResponse:
    """An answer."""

    status: int
    body: bytes
    headers: list[tuple[str, str]] = field(default_factory=list)


class Handler(Protocol):
    """Something that may answer a request before moto does."""

    def handle(self, request: AwsRequest) -> AwsResponse | None:
        """The answer, or None to leave it to the next."""


def error_response(request: AwsRequest, code: str, message: str, status: int) -> AwsResponse:
    """An error in the shape that the service's clients can read."""
    if request.speaks_json:
        return json_response({"message": message}, status=status, error=code)
    error = f"<Error><Code>{escape(code)}</Code><Message>{escape(message)}</Message></Error>"
    if request.service == "ec2":
        error = f"<Response><Errors>{error}</Errors></Response>"
    elif request.service != "s3":
        error = f"<ErrorResponse>{error}</ErrorResponse>"
    headers = [("Content-Type", "text/xml"), ("x-amzn-ErrorType", code)]
    return AwsResponse(status, f'<?xml version="1.0"?>{error}'.encode(), headers)


def json_response(
    payload: Mapping[str, Any], *, status: int = 200, error: str | None = None
) -> AwsResponse:
    """An answer in AWS's JSON 1.1 protocol; `error` is the exception's name."""
    headers = [("Content-Type", "application/x-amz-json-1.1")]
    if error is not None:
        payload = {"__type": error, **payload}
        headers.append(("x-amzn-ErrorType", error))
    return AwsResponse(status, json.dumps(payload).encode(), headers)
