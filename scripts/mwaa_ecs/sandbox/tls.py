"""A certificate for the loopback, by an authority that lives as long as a run."""

from __future__ import annotations

import ssl
from pathlib import Path

import trustme

_NAMES = ("127.0.0.1", "localhost")


def loopback_certificate(authority: Path) -> ssl.SSLContext:
    """Return a server's context whose certificate is for the loopback.

    The key of the authority is never written, so nobody can issue another certificate.

    Args:
        authority: the file for the authority's certificate, which clients trust.
    """
    issuer = trustme.CA(organization_name="mwaa-ecs sandbox")
    issuer.cert_pem.write_to_path(authority)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    issuer.issue_cert(*_NAMES).configure_cert(context)
    return context
