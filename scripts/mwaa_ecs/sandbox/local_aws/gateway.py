"""The WSGI application that receives every request to the local AWS.

The gateway refuses a request that is not for the sandbox, not signed or not complete. It
records every other request and passes it to the handlers in order. The first handler with an
answer, or else moto, answers. A handler corrects or adds a service (ECS, IAM, MWAA's API).
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

from mwaa_ecs.sandbox.faults import Faults, LostAnswerError
from mwaa_ecs.sandbox.local_aws.bodies import read_body
from mwaa_ecs.sandbox.local_aws.calls import Call, Journal, now
from mwaa_ecs.sandbox.local_aws.clients import WATCHER
from mwaa_ecs.sandbox.local_aws.hosts import Hosts
from mwaa_ecs.sandbox.local_aws.listener import Limits, admitted, hang_up
from mwaa_ecs.sandbox.local_aws.moto_application import find_application
from mwaa_ecs.sandbox.local_aws.refusals import RefusedError
from mwaa_ecs.sandbox.local_aws.refused import RefusedRequests
from mwaa_ecs.sandbox.local_aws.retries import Retries
from mwaa_ecs.sandbox.local_aws.signatures import Verifier
from mwaa_ecs.sandbox.protocol import (
    AwsRequest,
    AwsResponse,
    Handler,
    error_response,
)

StartResponse = Callable[..., Any]

# Clients retry a 500 (Terraform 25 times), and the retry would fail too.
_NOT_HERE = 501
_CORS = "access-control-"
_XML_CODE = re.compile(rb"<Code>([^<]+)</Code>")
_log = logging.getLogger(__name__)


class Gateway:
    """Admits, records and answers requests."""

    def __init__(
        self,
        handlers: Sequence[Handler],
        journal: Journal,
        *,
        hosts: Hosts,
        verifier: Verifier,
        limits: Limits,
        refused: RefusedRequests,
        faults: Faults,
    ) -> None:
        self._handlers = tuple(handlers)
        self._journal = journal
        self._hosts = hosts
        self._verifier = verifier
        self._limits = limits
        self._refused = refused
        self._faults = faults
        self._retries = Retries()
        self._moto_lock = threading.Lock()

    def __call__(
        self, environ: dict[str, Any], start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer a request."""
        started = now()
        request = AwsRequest(environ)
        try:
            self._admit(request)
        except RefusedError as error:
            self._refused.add(request, error)
            return _send(error.answer(request), start_response)
        # Read now, because moto may consume the body.
        service, action, account_id = request.service, request.action, request.account_id
        try:
            response = self._faults.answer(request, self._answer_once)
        except LostAnswerError as lost:
            response = lost.response
            hang_up(environ)
        if request.user_agent.endswith(WATCHER):
            return _send(response, start_response)
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
        return _send(response, start_response)

    def _admit(self, request: AwsRequest) -> None:
        """Check a request, and read and verify its body.

        Raises:
            RefusedError: the request is not served.
        """
        self._hosts.check(request)
        check_whole = self._verifier.check_head(request)
        read_body(request, self._limits.body_bytes)
        check_whole()
        admitted(request.environ)

    def _answer_once(self, request: AwsRequest) -> AwsResponse:
        return self._retries.answer(request, self._answer)

    def _answer(self, request: AwsRequest) -> AwsResponse:
        try:
            for handler in self._handlers:
                response = handler.handle(request)
                if response is not None:
                    return response
            moto = find_application(request)
            if moto is None:
                return error_response(
                    request,
                    "NotImplemented",
                    f"The sandbox has no {request.service}",
                    _NOT_HERE,
                )
            return self._ask(moto, request.environ)
        except Exception as error:  # after any error the client gets an answer
            _log.warning(
                "%s %s failed in the sandbox: %r", request.service, request.action, error
            )
            _log.debug("Traceback:", exc_info=True)
            message = f"The sandbox cannot answer this: {error!r}"
            return error_response(request, "InternalFailure", message, _NOT_HERE)

    def _ask(self, moto: Any, environ: dict[str, Any]) -> AwsResponse:
        response = AwsResponse(_NOT_HERE, b"")

        def start_response(
            status: str, headers: list[tuple[str, str]], exc_info: object = None
        ) -> Callable[[bytes], None]:
            del exc_info
            response.status = int(status.split()[0])
            response.headers = headers
            return written.append

        written: list[bytes] = []
        # One request at a time, because moto iterates over dictionaries that others change.
        with self._moto_lock:
            chunks = moto(environ, start_response)
            try:
                response.body = b"".join([*written, *chunks])
            finally:
                if close := getattr(chunks, "close", None):
                    close()
        return response


def _send(response: AwsResponse, start_response: StartResponse) -> Iterable[bytes]:
    # moto's CORS headers let every web page read its answers.
    headers = [
        (name, value) for name, value in response.headers if not name.lower().startswith(_CORS)
    ]
    names = {name.lower() for name, _ in headers}
    if "x-amzn-requestid" not in names:
        headers.append(("x-amzn-RequestId", str(uuid.uuid4())))
    if "content-length" not in names and response.status not in (204, 304):
        headers.append(("Content-Length", str(len(response.body))))
    start_response(_status_line(response.status), headers)
    return [response.body]


def _status_line(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"{status} Unknown"


def _error_code(response: AwsResponse) -> str | None:
    """Return an error's code from a header, JSON's `__type` or `code`, or XML."""
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
