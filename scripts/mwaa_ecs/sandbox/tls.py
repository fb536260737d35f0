"""A certificate for the loopback, by an authority that lives as long as a run."""

from __future__ import annotations

import os
import ssl
from pathlib import Path

import trustme
from botocore.httpsession import where

from mwaa_ecs.sandbox.environment import CA_BUNDLE

_NAMES = ("127.0.0.1", "localhost")


def loopback_certificate(bundle: Path) -> ssl.SSLContext:
    """Return a server's context whose certificate is for the loopback.

    The key of the authority is never written, so nobody can issue another certificate.

    Args:
        bundle: the file for the authority's certificate, which clients trust. It has the
            authorities of others too, because clients that read it read no other file.
    """
    issuer = trustme.CA(organization_name="mwaa-ecs sandbox")
    others = Path(os.environ.get(CA_BUNDLE) or where())
    bundle.write_bytes(issuer.cert_pem.bytes() + b"\n" + _read(others))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    issuer.issue_cert(*_NAMES).configure_cert(context)
    return context


def _read(bundle: Path) -> bytes:
    if bundle.is_dir():  # one file an authority
        return b"\n".join(file.read_bytes() for file in bundle.iterdir() if file.is_file())
    return bundle.read_bytes() if bundle.exists() else b""
