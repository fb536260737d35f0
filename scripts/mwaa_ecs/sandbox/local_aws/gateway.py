"""The door of the local AWS: every request comes through here.

It is noted, passed through the handlers in their order, and answered by the first that does, or
by moto. A handler is how a service is made truer than moto has it (ECS now; IAM, MWAA's API and
faults on purpose are others); it sees the request whole and never what came before it.
"""

from __future__ import annotations

import json
import logging
import re
import threading
import uuid
from collections.abc import Callable, Iterable, Sequence
from http import HTTPStatus
from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from mwaa_ecs.sandbox.local_aws.calls import Call, Journal, now
from mwaa_ecs.sandbox.local_aws.environment import PROXIED_DOMAIN
from mwaa_ecs.sandbox.local_aws.retries import Retries
from mwaa_ecs.sandbox.protocol import (
    AwsRequest,
    AwsResponse,
    Handler,
    error_response,
)

StartResponse = Callable[..., Any]

# Not 500: clients repeat what failed so, Terraform's 25 times, and it would fail again.
_NOT_HERE = 501
_FORBIDDEN = 403
_XML_CODE = re.compile(rb"<Code>([^<]+)</Code>")
_log = logging.getLogger(__name__)


class Gateway:
    """A WSGI application."""

    def __init__(self, handlers: Sequence[Handler], journal: Journal) -> None:
        self._handlers = tuple(handlers)
        self._journal = journal
        self._retries = Retries()
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._moto_lock = threading.Lock()

    def __call__(
        self, environ: dict[str, Any], start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer a request."""
        started = now()
        request = AwsRequest(environ)
        # Read now: moto may use up the body.
        service, action, account_id = request.service, request.action, request.account_id
        response = self._retries.answer(request, self._answer)
        self._journal.add(
            Call(
                time=started,
                service=service,
                action=action,
                region=request.region,
                account_id=account_id,
                status=response.status,
                user_agent=request.user_agent,
                error_code=_error_code(response) if response.status >= 400 else None,
                principal=request.principal,
                needs=request.needs,
                denied=request.denied,
            )
        )
        headers = list(response.headers)
        if not any(name.lower() == "x-amzn-requestid" for name, _ in headers):
            headers.append(("x-amzn-RequestId", str(uuid.uuid4())))
        has_length = any(name.lower() == "content-length" for name, _ in headers)
        if not has_length and response.status not in (204, 304):
            headers.append(("Content-Length", str(len(response.body))))
        start_response(_status_line(response.status), headers)
        return [response.body]

    def _answer(self, request: AwsRequest) -> AwsResponse:
        if (host := request.proxied_host) is not None and not _is_ours(host):
            return error_response(
                request,
                "AccessDenied",
                f"The sandbox passes nothing on to {host}: it is a proxy for its own services",
                _FORBIDDEN,
            )
        try:
            for handler in self._handlers:
                response = handler.handle(request)
                if response is not None:
                    return response
            if not self._moto_knows(request):
                return error_response(
                    request,
                    "NotImplemented",
                    f"The sandbox has no {request.service}",
                    _NOT_HERE,
                )
            return self._ask_moto(request.environ)
        except Exception as error:  # whatever it is, the client gets an answer
            _log.warning(
                "%s %s failed in the sandbox: %r", request.service, request.action, error
            )
            _log.debug("as follows", exc_info=True)
            message = f"The sandbox cannot answer this: {error!r}"
            return error_response(request, "InternalFailure", message, _NOT_HERE)

    def _moto_knows(self, request: AwsRequest) -> bool:
        # moto itself prints on stdout and then fails on a service that it does not have.
        host = self._moto.infer_service_region_host(request.environ, request.path)
        if host is None or not host.endswith((".amazonaws.com", ".api.aws")):
            return True
        patterns = self._moto.backend_url_patterns
        return any(pattern.match(f"http://{host}") for _, pattern in patterns)

    def _ask_moto(self, environ: dict[str, Any]) -> AwsResponse:
        response = AwsResponse(_NOT_HERE, b"")

        def start_response(
            status: str, headers: list[tuple[str, str]], exc_info: object = None
        ) -> Callable[[bytes], None]:
            del exc_info
            response.status = int(status.split()[0])
            response.headers = headers
            return written.append

        written: list[bytes] = []
        # One at a time: moto walks through dictionaries that its other threads change.
        with self._moto_lock:
            chunks = self._moto(environ, start_response)
            try:
                response.body = b"".join([*written, *chunks])
            finally:
                if close := getattr(chunks, "close", None):
                    close()
        return response


def _is_ours(host: str) -> bool:
    return f".{host.partition(':')[0]}".endswith(f".{PROXIED_DOMAIN}")


def _status_line(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"{status} Unknown"


def _error_code(response: AwsResponse) -> str | None:
    """The error's code: in a header, in JSON's `__type` or `code`, or in XML."""
    for name, value in response.headers:
        if name.lower() == "x-amzn-errortype":
            return value.partition(":")[0].rpartition("#")[2]
    if match := _XML_CODE.search(response.body):
        return match[1].decode("utf-8", "replace")
    try:
        value = json.loads(response.body)
    except ValueError:
        return None
    if not isinstance(value, dict):
        return None
    code = value.get("__type") or value.get("code")
    return str(code).rpartition("#")[2] if code else None
