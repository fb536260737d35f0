"""Verifies S3's uploads in signed chunks (`aws-chunked`).

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable

_SIGNED = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
_SIGNED_TRAILER = f"{_SIGNED}-TRAILER"
_UNSIGNED_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
_EMPTY = hashlib.sha256(b"").hexdigest()
_HEAD = re.compile(rb"([0-9a-fA-F]{1,16})(?:;chunk-signature=([0-9a-f]{64}))?")
_TRAILER_SIGNATURE = b"x-amz-trailer-signature:"


class ChunkError(ValueError):
    """The chunks have a wrong form or a wrong signature."""


def check_chunks(
    body: bytes, form: str, seed: str, sign: Callable[[str], str], timestamp: str, scope: str
) -> None:
    """Check each chunk's signature, which covers the signature of the chunk before.

    Args:
        body: the body as received.
        form: the value of `x-amz-content-sha256`.
        seed: the signature of the request's head.
        sign: signs a text with the request's key.
        timestamp: the time of the signature.
        scope: the scope of the credential.

    Raises:
        ChunkError: a chunk is cut off or wrongly signed, or the form is unknown.
    """
    if form not in (_SIGNED, _SIGNED_TRAILER, _UNSIGNED_TRAILER):
        raise ChunkError(f"x-amz-content-sha256 is {form!r}, which the sandbox does not verify")
    signed = form != _UNSIGNED_TRAILER
    before, place = seed, 0
    while True:
        end = body.find(b"\r\n", place)
        head = _HEAD.fullmatch(body, place, end) if end >= 0 else None
        if head is None or signed != (head[2] is not None):
            raise ChunkError("The body is not a sequence of chunks of the announced form")
        size, data_at = int(head[1], 16), end + 2
        data = body[data_at : data_at + size]
        if len(data) < size:
            raise ChunkError("The last chunk is cut off")
        if signed:
            hashed = hashlib.sha256(data).hexdigest()
            lines = ("AWS4-HMAC-SHA256-PAYLOAD", timestamp, scope, before, _EMPTY, hashed)
            before = _expect(sign("\n".join(lines)), head[2])
        place = data_at + size
        if not size:
            break
        if body[place : place + 2] != b"\r\n":
            raise ChunkError("A chunk is longer than announced")
        place += 2
    if form == _SIGNED_TRAILER:
        _check_trailer(body[place:], before, sign, timestamp, scope)


def _check_trailer(
    rest: bytes, before: str, sign: Callable[[str], str], timestamp: str, scope: str
) -> None:
    lines = [line.strip() for line in rest.split(b"\n") if line.strip()]
    given = [line for line in lines if line.lower().startswith(_TRAILER_SIGNATURE)]
    if len(given) != 1:
        raise ChunkError("The trailer has no signature")
    fields = b"".join(line + b"\n" for line in lines if line not in given)
    hashed = hashlib.sha256(fields).hexdigest()
    text = "\n".join(("AWS4-HMAC-SHA256-TRAILER", timestamp, scope, before, hashed))
    _expect(sign(text), given[0][len(_TRAILER_SIGNATURE) :].strip())


def _expect(signature: str, given: bytes) -> str:
    if not hmac.compare_digest(signature.encode(), given):
        raise ChunkError("The signature of a chunk does not match")
    return signature
