"""Parses AWS Signature Version 4 from a request's header or query.

https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qs

_ALGORITHM = "AWS4-HMAC-SHA256"
# Region and service have no dot, because moto builds a host name from them.
_SCOPE = r"(?P<key>\w+)/(?P<date>\d{8})/(?P<region>[A-Za-z0-9-]+)/(?P<service>[A-Za-z0-9-]+)"
_CREDENTIAL = re.compile(rf"{_SCOPE}/aws4_request", re.ASCII)
_HEADER = re.compile(
    rf"{_ALGORITHM} +Credential=(?P<credential>[^,\s]+) *, *"
    r"SignedHeaders=(?P<headers>[^,\s]+) *, *Signature=(?P<signature>[0-9a-f]{64})"
)
_SIGNATURE = re.compile(r"[0-9a-f]{64}")
_PRESIGNED = ("Algorithm", "Credential", "Date", "SignedHeaders", "Signature")


class MalformedError(ValueError):
    """The signature does not have the form of Signature Version 4."""


class Authorization(NamedTuple):
    """A signature and its scope.

    Attributes:
        access_key: the id of the key.
        date: the day of the scope, `YYYYMMDD`.
        region: the region of the scope.
        signing_service: the service of the scope as the client wrote it.
        signed_headers: the names of the signed headers.
        signature: the signature.
        timestamp: the time of the signature.
        token: the session token; empty if there is none.
        presigned: True for a presigned URL.
        expires: seconds for which a presigned URL is valid, as sent; None for a header.
    """

    access_key: str
    date: str
    region: str
    signing_service: str
    signed_headers: tuple[str, ...]
    signature: str
    timestamp: str
    token: str
    presigned: bool
    expires: str | None = None

    @property
    def service(self) -> str:
        """The signing name in lower case, as in moto."""
        return self.signing_service.lower()


def read_authorization(environ: Mapping[str, Any]) -> Authorization | None:
    """Return the signature of a request; None for an unsigned request.

    Raises:
        MalformedError: the signature has a wrong form, or there are two.
    """
    header = str(environ.get("HTTP_AUTHORIZATION", ""))
    text = str(environ.get("QUERY_STRING", ""))
    query = parse_qs(text, keep_blank_values=True) if text else {}
    presigned = any(name.lower().startswith("x-amz-signature") for name in query) or any(
        name.lower() in ("x-amz-credential", "x-amz-algorithm") for name in query
    )
    if header and presigned:
        raise MalformedError(
            "A request must be signed in its header or in its query, not in both"
        )
    if header:
        return _of_header(header, environ)
    return _of_query(query) if presigned else None


def _of_header(header: str, environ: Mapping[str, Any]) -> Authorization:
    found = _HEADER.fullmatch(header.strip())
    if found is None:
        raise MalformedError(f"The Authorization header must have the form of {_ALGORITHM}")
    return _made(
        found["credential"],
        found["headers"],
        found["signature"],
        timestamp=str(environ.get("HTTP_X_AMZ_DATE", "")),
        token=str(environ.get("HTTP_X_AMZ_SECURITY_TOKEN", "")),
        presigned=False,
    )


def _of_query(query: Mapping[str, list[str]]) -> Authorization:
    given = {name: query.get(f"X-Amz-{name}", []) for name in _PRESIGNED}
    token, expires = query.get("X-Amz-Security-Token", [""]), query.get("X-Amz-Expires", [])
    if any(len(values) != 1 for values in given.values()) or len(token) > 1 or len(expires) > 1:
        names = ", ".join(f"X-Amz-{name}" for name in _PRESIGNED)
        raise MalformedError(f"A presigned URL must have {names}, each of them once")
    values = {name: found[0] for name, found in given.items()}
    if values["Algorithm"] != _ALGORITHM or not _SIGNATURE.fullmatch(values["Signature"]):
        raise MalformedError(f"X-Amz-Algorithm must be {_ALGORITHM}")
    return _made(
        values["Credential"],
        values["SignedHeaders"],
        values["Signature"],
        timestamp=values["Date"],
        token=token[0],
        presigned=True,
        expires=expires[0] if expires else None,
    )


def _made(
    credential: str, headers: str, signature: str, *, presigned: bool, **rest: Any
) -> Authorization:
    scope = _CREDENTIAL.fullmatch(credential)
    if scope is None:
        raise MalformedError(
            "A credential must have the form KEY/YYYYMMDD/REGION/SERVICE/aws4_request"
        )
    return Authorization(
        access_key=scope["key"],
        date=scope["date"],
        region=scope["region"],
        signing_service=scope["service"],
        signed_headers=tuple(headers.lower().split(";")),
        signature=signature,
        presigned=presigned,
        **rest,
    )
