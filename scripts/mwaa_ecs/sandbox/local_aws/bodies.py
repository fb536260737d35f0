"""Reads a request's whole body before any handler sees it."""

from __future__ import annotations

from mwaa_ecs.sandbox.local_aws.refusals import BodyError
from mwaa_ecs.sandbox.protocol import AwsRequest

_PIECE = 1024 * 1024


def read_body(request: AwsRequest, limit: int) -> None:
    """Read the body into the request.

    Raises:
        BodyError: the body is larger than `limit` bytes, does not arrive in time, ends early or
            has no clear length.
    """
    try:
        length = request.body_length
        if length > limit:
            raise _too_large(request, limit)
        body = _read(request, length, limit)
    except TimeoutError as error:
        status = 400 if request.service == "s3" else 408
        raise BodyError(
            "RequestTimeout", "The body of the request did not arrive in time", status
        ) from error
    except (ValueError, OSError) as error:
        raise BodyError("InvalidRequest", f"The body cannot be read: {error}", 400) from error
    if len(body) < length:
        message = f"The body has {len(body)} bytes, but its header announces {length}"
        raise BodyError("IncompleteBody", message, 400)
    request.put_body(body)


def _read(request: AwsRequest, length: int, limit: int) -> bytes:
    body = bytearray()
    stream = request.environ.get("wsgi.input")
    while stream is not None and len(body) != length:
        size = _PIECE if length < 0 else min(_PIECE, length - len(body))
        piece = stream.read(size)
        if not piece:
            break
        body += piece
        if len(body) > limit:
            raise _too_large(request, limit)
    return bytes(body)


def _too_large(request: AwsRequest, limit: int) -> BodyError:
    message = f"The body is larger than {limit} bytes, the sandbox's limit for one request"
    if request.service == "s3":
        return BodyError("EntityTooLarge", f"{message}. Upload it in parts", 400)
    return BodyError("RequestEntityTooLargeException", message, 413)
