"""Verifies that a request is signed with a known key.

botocore's signer computes the signature again from the received request. Known keys are those
of the run, which may do everything, and those that moto's IAM and STS have issued. As on AWS, a
request may be repeated for fifteen minutes after its signature.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache, lru_cache
from typing import Any, Protocol
from urllib.parse import parse_qsl, quote

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.loaders import create_loader

from mwaa_ecs.sandbox.authorization.principals import Key
from mwaa_ecs.sandbox.local_aws.chunks import ChunkError, check_chunks
from mwaa_ecs.sandbox.local_aws.refusals import Refusal, SignatureError
from mwaa_ecs.sandbox.protocol import AwsRequest
from mwaa_ecs.sandbox.sigv4 import Authorization, MalformedError

_TIMESTAMP = "%Y%m%dT%H%M%SZ"
_TIMESTAMP_FORM = re.compile(r"[0-9]{8}T[0-9]{6}Z")
_SKEW = timedelta(minutes=15)
_PRESIGNED_LONGEST = 7 * 24 * 3600
_UNSIGNED = "UNSIGNED-PAYLOAD"
_STREAMING = "STREAMING-"
_HASH = re.compile(r"[0-9a-f]{64}")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")
_CGI_NAMES = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}
_OWN_KEYS = (
    "The sandbox accepts only the keys of its run. Run the `export` lines that it printed"
)


class Verifier(Protocol):
    """Verifies requests; its methods raise SignatureError for a wrong signature."""

    def check_head(self, request: AwsRequest) -> Callable[[], None]:
        """Verify what does not depend on the body; return a function that verifies the rest."""


@dataclass(frozen=True)
class SignatureVerifier:
    """Verifies signatures.

    Attributes:
        find_key: returns a key by its id.
        now: returns the time in UTC.
    """

    find_key: Callable[[str], Key | None]
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def check_head(self, request: AwsRequest) -> Callable[[], None]:
        """Check that the request names a known key and a valid time.

        Args:
            request: the request, whose body is not read.

        Returns:
            A function to call after the body is read. It raises SignatureError unless the
            signature matches the request and its body.

        Raises:
            SignatureError: the request is not signed, or its key or time is invalid.
        """
        try:
            given = request.authorization
        except MalformedError as error:
            raise SignatureError(Refusal.MALFORMED, str(error)) from error
        if given is None:
            raise SignatureError(Refusal.UNSIGNED, f"The request is not signed. {_OWN_KEYS}")
        signed = _time(request, given)
        timestamp = given.timestamp or signed.strftime(_TIMESTAMP)
        if given.date != timestamp[:8]:
            raise SignatureError(
                Refusal.WRONG, "The date of the credential is not that of the request"
            )
        now = self.now()
        _check_time(given, signed, now)
        key = self.find_key(given.access_key)
        if key is None or not key.active:
            raise SignatureError(
                Refusal.UNKNOWN_KEY,
                f"The access key id {given.access_key!r} is not known. {_OWN_KEYS}",
            )
        if key.expires is not None and key.expires <= now:
            raise SignatureError(Refusal.EXPIRED_TOKEN, "The security token is expired")
        if not _same(key.token, given.token):
            raise SignatureError(Refusal.WRONG_TOKEN, "The security token is invalid")
        if given.region not in _regions():
            raise SignatureError(
                Refusal.WRONG_REGION,
                f"Credential should be scoped to a valid region, not {given.region!r}",
            )
        return _Signed(request, given, key, timestamp).check


@cache
def _regions() -> frozenset[str]:
    """Return the names of all regions. An endpoint of AWS serves one that exists only."""
    known = create_loader().load_data("partitions")["partitions"]
    return frozenset(name for partition in known for name in partition["regions"])


def _check_time(given: Authorization, signed: datetime, now: datetime) -> None:
    if signed > now + _SKEW:
        raise SignatureError(Refusal.SKEWED, f"The request is signed for {signed}")
    if given.presigned and given.expires is not None:
        if not given.expires.isdecimal() or not (0 < int(given.expires) <= _PRESIGNED_LONGEST):
            raise SignatureError(
                Refusal.MALFORMED,
                f"X-Amz-Expires is {given.expires!r}. It must be 1 to {_PRESIGNED_LONGEST}",
            )
        if signed + timedelta(seconds=int(given.expires)) < now:
            raise SignatureError(Refusal.EXPIRED, "Request has expired")
    elif signed < now - _SKEW:
        raise SignatureError(
            Refusal.SKEWED, f"The request was signed at {signed}, but it is now {now}"
        )


@dataclass
class _Signed:
    """A request and the key that must have signed it."""

    request: AwsRequest
    given: Authorization
    key: Key
    timestamp: str

    def check(self) -> None:
        given, declared = self.given, self._declared()
        names = _cgi_names(given.signed_headers)
        self._check_signed_headers(names)
        signer = _signer(given.service == "s3", given.signing_service, given.region)
        rebuilt = self._rebuild(names, declared or self._hash())
        text = signer.string_to_sign(rebuilt, signer.canonical_request(rebuilt))
        if not _same(self._sign(text), given.signature):
            raise SignatureError(
                Refusal.WRONG,
                "The request signature we calculated does not match the signature you provided",
            )
        self._check_payload(declared, signer.credential_scope(rebuilt))

    def _sign(self, text: str) -> str:
        given = self.given
        # A copy takes a fifth of what a new HMAC takes.
        signing = _signing_key(
            self.key.secret, given.date, given.region, given.signing_service
        ).copy()
        signing.update(text.encode())
        return signing.hexdigest()

    def _rebuild(self, names: Mapping[str, str], payload: str) -> _Received:
        environ = self.request.environ
        headers = _Headers({name: _text(environ.get(key, "")) for key, name in names.items()})
        url = _url(str(environ.get("RAW_URI", "")))
        return _Received(
            self.request.method, url, headers, {"timestamp": self.timestamp, "payload": payload}
        )

    def _hash(self) -> str:
        return hashlib.sha256(self.request.body).hexdigest()

    def _declared(self) -> str:
        """The payload's hash as the request states it; empty where it states none."""
        found = _header(self.request, "x-amz-content-sha256")
        if found is None and self.given.presigned:
            found = self.request.query.get("X-Amz-Content-Sha256", [None])[0]
            if found is None and self.given.service == "s3":
                found = _UNSIGNED
        return found or ""

    def _check_signed_headers(self, signed: Mapping[str, str]) -> None:
        """Check that `host` and all `x-amz-` headers are signed."""
        # A slice takes half of what startswith takes.
        sent = [name for name in self.request.environ if name[:11] == "HTTP_X_AMZ_"]
        left = {"HTTP_HOST", *sent}.difference(signed)
        if left:
            told = sorted(name[len("HTTP_") :].replace("_", "-").lower() for name in left)
            raise SignatureError(
                Refusal.WRONG, f"These headers must be signed: {', '.join(told)}"
            )

    def _check_payload(self, declared: str, scope: str) -> None:
        if declared in ("", _UNSIGNED):
            return
        if _HASH.fullmatch(declared):
            if not _same(declared, self._hash()):
                raise SignatureError(
                    Refusal.WRONG_HASH,
                    "The provided 'x-amz-content-sha256' does not match what was computed",
                )
        elif declared.startswith(_STREAMING):
            try:
                check_chunks(
                    self.request.body,
                    declared,
                    self.given.signature,
                    self._sign,
                    self.timestamp,
                    scope,
                )
            except ChunkError as error:
                raise SignatureError(Refusal.WRONG, str(error)) from error
        else:
            raise SignatureError(
                Refusal.WRONG_HASH,
                f"x-amz-content-sha256 is {declared!r}. It must be a SHA-256 hash, {_UNSIGNED} "
                "or one of the STREAMING forms of Signature Version 4",
            )


class _Headers(dict[str, str]):
    """Received headers by their names in lower case, as botocore's signer reads them."""

    def get_all(self, name: str) -> list[str]:
        return [self[name]]


@dataclass(slots=True)
class _Received:
    """A received request as botocore's signer reads it.

    botocore's own AWSRequest has its headers in an email message, which takes twice as long.
    """

    method: str
    url: str
    headers: _Headers
    context: dict[str, str]
    params: None = None


class _AsReceived:
    """Signs the received headers and payload hash, and adds no headers."""

    def headers_to_sign(self, request: _Received) -> _Headers:
        return request.headers

    def signed_headers(self, headers: _Headers) -> str:
        return _joined(tuple(headers))

    def payload(self, request: _Received) -> str:
        return request.context["payload"]


class _Signer(_AsReceived, SigV4Auth):  # type: ignore[misc]  # has no types
    # Nearly all paths are "/".
    @staticmethod
    @lru_cache(maxsize=128)
    def _normalize_url_path(path: str) -> str:
        return str(SigV4Auth._normalize_url_path(None, path))


class _S3Signer(_AsReceived, S3SigV4Auth):  # type: ignore[misc]
    pass


# Kept, like the derived keys and the names: together they take a third of a check.
@lru_cache(maxsize=128)
def _signer(s3: bool, service: str, region: str) -> Any:
    """Return a signer without credentials, which rebuilds what is signed."""
    return (_S3Signer if s3 else _Signer)(None, service, region)


@lru_cache(maxsize=128)
def _signing_key(secret: str, *scope: str) -> hmac.HMAC:
    """Derive the key that signs requests of a scope: a date, a region and a service."""
    key = f"AWS4{secret}".encode()
    for part in (*scope, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.new(key, digestmod="sha256")


@lru_cache(maxsize=128)
def _url(raw: str) -> str:
    """Return the URL that is signed for a request line's target, which may be absolute."""
    if not raw.startswith("/"):
        raw = _ABSOLUTE.sub("", raw, count=1)
    path, _, query = raw.partition("?")
    # Clients quote different characters, but all sign the same form.
    pairs = [
        f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}"
        for name, value in parse_qsl(query, keep_blank_values=True)
        if name != "X-Amz-Signature"
    ]
    return f"http://sandbox{path or '/'}" + ("?" + "&".join(pairs) if pairs else "")


@lru_cache(maxsize=128)
def _cgi_names(headers: tuple[str, ...]) -> dict[str, str]:
    """Return headers by their names in WSGI's environ."""
    return {_cgi_name(header): header for header in headers}


@lru_cache(maxsize=128)
def _joined(headers: tuple[str, ...]) -> str:
    return str(SigV4Auth.signed_headers(None, headers))


@lru_cache(maxsize=128)
def _cgi_name(header: str) -> str:
    """Return the name of a header in WSGI's environ."""
    return _CGI_NAMES.get(header) or f"HTTP_{header.upper().replace('-', '_')}"


def _header(request: AwsRequest, name: str) -> str | None:
    value = request.environ.get(_cgi_name(name))
    return None if value is None else _text(value)


def _text(value: object) -> str:
    text = str(value)
    # WSGI decodes headers as Latin-1; clients sign UTF-8.
    return text if text.isascii() else text.encode("latin-1").decode("utf-8", "replace")


def _time(request: AwsRequest, given: Authorization) -> datetime:
    try:
        if given.timestamp:
            if not _TIMESTAMP_FORM.fullmatch(given.timestamp):
                raise ValueError(given.timestamp)
            # A tenth of what strptime takes, which was a quarter of the whole check.
            return datetime.fromisoformat(given.timestamp)
        return parsedate_to_datetime(_header(request, "date") or "").astimezone(UTC)
    except ValueError as error:
        raise SignatureError(
            Refusal.MALFORMED,
            "A signed request must have X-Amz-Date in the form YYYYMMDDTHHMMSSZ",
        ) from error


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
