"""Requests of AWS's clients, and answers to them.

The signature names the caller's key, the region and the service (see `sigv4`). The service's
protocol defines where the action is: in a header (`X-Amz-Target`), a form field (`Action`), a
path (smithy-rpc-v2-cbor), or method and path (REST).
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
    """A request. `environ` is the WSGI environ, which moto reads after the handlers."""

    environ: dict[str, Any]
    principal: str = ""
    """ARN of the caller's session, set by the IAM handler; empty for the keys of the run."""
    needs: tuple[Need, ...] = ()
    """The permissions that the request needs, which the IAM handler sets."""
    denied: str = ""
    """AWS's message of a denial; empty if the request is allowed."""

    @property
    def method(self) -> str:
        """The HTTP method."""
        return str(self.environ.get("REQUEST_METHOD", "GET"))

    @property
    def path(self) -> str:
        """The decoded path."""
        return str(self.environ.get("PATH_INFO", "/"))

    @property
    def host(self) -> str:
        """The host that the client requests; with a proxy, the endpoint's host."""
        return str(self.environ.get("HTTP_HOST", ""))

    @property
    def proxied_host(self) -> str | None:
        """The host that the client requests from a proxy; None for a direct request."""
        if self.method == "CONNECT":
            return str(self.environ.get("RAW_URI", "")) or self.host
        uri = urlsplit(str(self.environ.get("RAW_URI", "")))
        return uri.netloc if uri.scheme and uri.netloc else None

    @property
    def user_agent(self) -> str:
        """The client's user agent."""
        return str(self.environ.get("HTTP_USER_AGENT", ""))

    @property
    def invocation(self) -> str:
        """The id that an AWS SDK gives a call and its retries; empty if there is none."""
        return str(self.environ.get("HTTP_AMZ_SDK_INVOCATION_ID", ""))

    @property
    def query(self) -> Mapping[str, list[str]]:
        """The query string."""
        return parse_qs(str(self.environ.get("QUERY_STRING", "")), keep_blank_values=True)

    @cached_property
    def body(self) -> bytes:
        """The body. It can be read again."""
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
        """Replace the body for later readers."""
        self.body = body
        self.environ["wsgi.input"] = io.BytesIO(body)
        self.environ["CONTENT_LENGTH"] = str(len(body))
        self.environ.pop("wsgi.input_terminated", None)
        self.environ.pop("HTTP_TRANSFER_ENCODING", None)

    @property
    def json(self) -> dict[str, Any]:
        """The parsed body of a JSON protocol; empty for other bodies."""
        try:
            value = json.loads(self.body or b"{}")
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}

    def replace_json(self, body: Mapping[str, Any]) -> None:
        """Replace the JSON body for later readers."""
        self.put_body(json.dumps(body).encode())

    # Kept: it takes 0.05 ms and is read some twenty times a request.
    @cached_property
    def authorization(self) -> Authorization | None:
        """The signature; None for an unsigned request.

        Raises:
            MalformedError: the signature has a wrong form.
        """
        return read_authorization(self.environ)

    @property
    def _signed(self) -> Authorization | None:
        try:
            return self.authorization
        except MalformedError:
            return None

    @property
    def access_key(self) -> str:
        """The id of the key that signed the request; empty for an unsigned request."""
        return self._signed.access_key if self._signed else ""

    @property
    def _signing_name(self) -> str:
        return self._signed.service if self._signed else ""

    @property
    def is_form(self) -> bool:
        """True if the parameters are form fields, as in the query protocol."""
        content_type = str(self.environ.get("CONTENT_TYPE", ""))
        return "Action" in self.query or (
            content_type.startswith("application/x-www-form-urlencoded")
            and self._signing_name != "s3"
        )

    @property
    def region(self) -> str:
        """The region of the signature."""
        return self._signed.region if self._signed else "us-east-1"

    @property
    def service(self) -> str:
        """The service as IAM names it. As in moto, an unsigned request counts as S3."""
        name = self._signing_name or "s3"
        return _IAM_NAMES.get(name, name)

    @property
    def account_id(self) -> str:
        """The account of the request's key."""
        return str(get_account_id_from(self.access_key))

    @property
    def place(self) -> Place:
        """The account and region that the request is for."""
        return Place(self.account_id, self.region)

    # Kept: for REST, moto's router takes 5 ms, and several handlers read the action.
    @cached_property
    def action(self) -> str:
        """The API's name of the action; method and path if it is unknown."""
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
        """True if the client expects JSON, False if it expects XML."""
        if self.environ.get("HTTP_X_AMZ_TARGET"):
            return True
        if "json" in str(self.environ.get("CONTENT_TYPE", "")):
            return True
        try:
            return "json" in str(get_service_model(self._model).protocol)
        except Exception:  # botocore does not know the service
            return False

    @property
    def _model(self) -> str:
        """The service's name in botocore."""
        name = self._signing_name or "s3"
        return _MODEL_NAMES.get(name, name)

    def _rest_action(self) -> str | None:
        try:
            router = get_service_router(self._model)
            operation, _ = router.match(MotoRequest(dict(self.environ)))
        except Exception:  # the action is only a label here, so no call fails without it
            return None
        return str(operation.name)


@dataclass
class AwsResponse:
    """An answer to a request."""

    status: int
    body: bytes
    headers: list[tuple[str, str]] = field(default_factory=list)


class Handler(Protocol):
    """Answers some requests before moto does."""

    def handle(self, request: AwsRequest) -> AwsResponse | None:
        """Return the answer, or None to let the next handler answer."""


def error_response(request: AwsRequest, code: str, message: str, status: int) -> AwsResponse:
    """Return an error in the form that the service's clients expect."""
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
    """Return an answer in AWS's JSON 1.1 protocol; `error` is the exception's name."""
    headers = [("Content-Type", "application/x-amz-json-1.1")]
    if error is not None:
        payload = {"__type": error, **payload}
        headers.append(("x-amzn-ErrorType", error))
    return AwsResponse(status, json.dumps(payload).encode(), headers)
