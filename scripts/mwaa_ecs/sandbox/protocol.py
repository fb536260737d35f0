"""A request as AWS's clients send it, and what answers one.

The signature's scope names the caller's key (see `sigv4`). Which action it is depends on the
service's protocol: a header (`X-Amz-Target`), a form field (`Action`), a path
(smithy-rpc-v2-cbor), or method and path (REST).
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
from mwaa_ecs.sandbox.place import Place
from mwaa_ecs.sandbox.sigv4 import Authorization, MalformedError, read_authorization

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
        body = b"" if stream is None else bytes(stream.read(self.body_length))
        self.put_body(body)
        return body

    @property
    def body_length(self) -> int:
        """The bytes that are announced; -1 where the end shows by itself, in chunks.

        Raises:
            ValueError: The length is not a number, or is given in two ways.
        """
        text = str(self.environ.get("CONTENT_LENGTH") or "").strip()
        if self.environ.get("wsgi.input_terminated"):
            if text:
                raise ValueError("it has a Content-Length and a Transfer-Encoding")
            return -1
        if not re.fullmatch("[0-9]{0,18}", text):
            raise ValueError(f"Content-Length is {text!r}")
        return int(text or 0)

    def put_body(self, body: bytes) -> None:
        """Put a body in the place of what has come, for whoever comes next."""
        self.body = body
        self.environ["wsgi.input"] = io.BytesIO(body)
        self.environ["CONTENT_LENGTH"] = str(len(body))
        self.environ.pop("wsgi.input_terminated", None)
        self.environ.pop("HTTP_TRANSFER_ENCODING", None)

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
        self.put_body(json.dumps(body).encode())

    @cached_property
    def authorization(self) -> Authorization | None:
        """Its signature; None of a request without one. Raises MalformedError."""
        return read_authorization(self.environ)

    @cached_property
    def _signed(self) -> Authorization | None:
        try:
            return self.authorization
        except MalformedError:
            return None

    @property
    def access_key(self) -> str:
        """The key that signed it; empty when nobody did."""
        return self._signed.access_key if self._signed else ""

    @property
    def _signing_name(self) -> str:
        return self._signed.service if self._signed else ""

    @property
    def is_form(self) -> bool:
        """Whether its parameters are in a form, as in the query protocol."""
        content_type = str(self.environ.get("CONTENT_TYPE", ""))
        return "Action" in self.query or (
            content_type.startswith("application/x-www-form-urlencoded")
            and self._signing_name != "s3"
        )

    @property
    def region(self) -> str:
        """The signature's region."""
        return self._signed.region if self._signed else "us-east-1"

    @cached_property
    def service(self) -> str:
        """The service, as IAM names it. What is not signed is taken for S3, as moto does."""
        name = self._signing_name or "s3"
        return _IAM_NAMES.get(name, name)

    @cached_property
    def account_id(self) -> str:
        """The account whose key it is."""
        return str(get_account_id_from(self.access_key))

    @property
    def place(self) -> Place:
        """The account and region that the request is for."""
        return Place(self.account_id, self.region)

    @cached_property
    def action(self) -> str:
        """The API's name for what is asked, or the method and path."""
        if target := str(self.environ.get("HTTP_X_AMZ_TARGET", "")):
            return target.rpartition(".")[2]
        if match := _RPC_PATH.search(self.path):
            return match[2]
        if "Action" in self.query:
            return self.query["Action"][0]
        if self.is_form:
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
        name = self._signing_name or "s3"
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
