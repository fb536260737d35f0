"""Finds the moto application for the service that a request is signed for.

moto's own dispatcher also uses path and host, and so serves `/moto-api` (which resets the
account and writes files) and instance metadata. Here a path never selects an application.
"""

from __future__ import annotations

import functools
from typing import Any

from moto.core import responses, utils
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from mwaa_ecs.sandbox.patches import Patches
from mwaa_ecs.sandbox.protocol import AwsRequest

_NOT_SERVICES = ("moto_api", "instance_metadata")
_AWS_DOMAINS = (".amazonaws.com", ".api.aws")

_MOTO = DomainDispatcherApplication(create_backend_app)


def find_application(request: AwsRequest) -> Any:
    """Return the WSGI application for a request; None for a service that moto lacks."""
    signed = request.authorization
    scope = ("", "", "us-east-1", "s3", "aws4_request")
    if signed is not None:
        names = signed.region, signed.signing_service
        scope = (signed.access_key, signed.date, *names, "aws4_request")
    # moto reads the header only, and a presigned URL has its scope in the query.
    header = f"AWS4-HMAC-SHA256 Credential={'/'.join(scope)}, "
    environ = {**request.environ, "HTTP_AUTHORIZATION": header}
    host = _MOTO.infer_service_region_host(environ, request.path)
    backend = None if host is None else _backend(host)
    return None if backend is None else _application(backend)


# moto lists a folder and tries some hundred patterns: 1.3 ms of processor time a request, and
# 0.005 ms with what is kept. It is bounded, because a caller chooses the region in the host.
@functools.lru_cache(maxsize=1024)
def _backend(host: str) -> str | None:
    if host.endswith(_AWS_DOMAINS):
        # For a service that it lacks, moto would print to stdout.
        url = f"http://{host}"
        if not any(pattern.match(url) for _, pattern in _MOTO.backend_url_patterns):
            return None
    found = _MOTO.get_backend_for_host(host)
    return None if not found or found in _NOT_SERVICES else str(found)


@functools.cache
def _application(backend: str) -> Any:
    return _MOTO.create_app(backend)


def keep_what_moto_reads(patches: Patches) -> None:
    """Let moto read its own code and the models of AWS's services once.

    It lists the methods of a service at each request, for EC2 in 0.9 ms. It makes a loader of
    models for each service: a start and the first calls of 12 services take 1.36 s of processor
    time, with one loader 1.06 s.
    """
    names = functools.cache(responses.method_names_from_class)
    patches.replace(responses, "method_names_from_class", names)
    patches.replace(utils, "create_loader", functools.cache(utils.create_loader))
