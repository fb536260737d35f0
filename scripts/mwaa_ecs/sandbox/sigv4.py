"""What a request says of its signature (AWS Signature Version 4), in a header or in the query.

https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

_ALGORITHM = "AWS4-HMAC-SHA256"
# No dot in region or service: moto makes a host name of them.
_SCOPE = r"(?P<key>\w+)/(?P<date>\d{8})/(?P<region>[A-Za-z0-9-]+)/(?P<service>[A-Za-z0-9-]+)"
_CREDENTIAL = re.compile(rf"{_SCOPE}/aws4_request", re.ASCII)
_HEADER = re.compile(
    rf"{_ALGORITHM} +Credential=(?P<credential>[^,\s]+) *, *"
    r"SignedHeaders=(?P<headers>[^,\s]+) *, *Signature=(?P<signature>[0-9a-f]{64})"
)
_SIGNATURE = re.compile(r"[0-9a-f]{64}")
_PRESIGNED = ("Algorithm", "Credential", "Date", "SignedHeaders", "Signature")


class MalformedError(ValueError):
    """The request names a signature in a form that is not Signature Version 4."""


@dataclass(frozen=True)
class Authorization:
    """A signature and what it is made for.

    date: the day of the scope, `YYYYMMDD`. service: the signing name, in lower case.
    signing_service: the same as the client wrote it. timestamp: when the request was signed.
    expires: seconds for which a presigned URL holds, as sent; None of a signed header.
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
        """The signing name in lower case, as moto has it."""
        return self.signing_service.lower()


def read_authorization(environ: Mapping[str, Any]) -> Authorization | None:
    """Read the signature of a request; None where it has none.

    Raises:
        MalformedError: It is not of the form of Signature Version 4, or there are two.
    """
    header = str(environ.get("HTTP_AUTHORIZATION", ""))
    query = parse_qs(str(environ.get("QUERY_STRING", "")), keep_blank_values=True)
    presigned = any(name.lower().startswith("x-amz-signature") for name in query) or any(
        name.lower() in ("x-amz-credential", "x-amz-algorithm") for name in query
    )
    if header and presigned:
        raise MalformedError("A request is signed in its header or in its query, not in both")
    if header:
        return _of_header(header, environ)
    return _of_query(query) if presigned else None


def _of_header(header: str, environ: Mapping[str, Any]) -> Authorization:
    found = _HEADER.fullmatch(header.strip())
    if found is None:
        raise MalformedError(f"The Authorization header must be of the form of {_ALGORITHM}")
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
        raise MalformedError(f"A presigned URL has {names}, each of them once")
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
        raise MalformedError("A credential is KEY/YYYYMMDD/REGION/SERVICE/aws4_request")
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
