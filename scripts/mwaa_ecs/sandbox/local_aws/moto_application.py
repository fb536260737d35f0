"""Finds the moto application for the service that a request is signed for.

moto's own dispatcher also uses path and host, and so serves `/moto-api` (which resets the
account and writes files) and instance metadata. Here a path never selects an application.
"""

from __future__ import annotations

from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from mwaa_ecs.sandbox.protocol import AwsRequest

_NOT_SERVICES = ("moto_api", "instance_metadata")
_AWS_DOMAINS = (".amazonaws.com", ".api.aws")


class MotoApplication:
    """The WSGI applications of moto's services."""

    def __init__(self) -> None:
        self._moto = DomainDispatcherApplication(create_backend_app)

    def find(self, request: AwsRequest) -> Any:
        """Return the application for a request; None for a service that moto lacks."""
        signed = request.authorization
        scope = ("", "", "us-east-1", "s3", "aws4_request")
        if signed is not None:
            names = signed.region, signed.signing_service
            scope = (signed.access_key, signed.date, *names, "aws4_request")
        # moto reads the header only, and a presigned URL has its scope in the query.
        header = f"AWS4-HMAC-SHA256 Credential={'/'.join(scope)}, "
        environ = {**request.environ, "HTTP_AUTHORIZATION": header}
        host = self._moto.infer_service_region_host(environ, request.path)
        if host is None or not self._knows(host):
            return None
        with self._moto.lock:
            backend = self._moto.get_backend_for_host(host)
            if not backend or backend in _NOT_SERVICES:
                return None
            found = self._moto.app_instances.get(backend)
            if found is None:
                found = self._moto.create_app(backend)
                self._moto.app_instances[backend] = found
            return found

    def _knows(self, host: str) -> bool:
        # For a service that it lacks, moto would print to stdout.
        if not host.endswith(_AWS_DOMAINS):
            return True
        patterns = self._moto.backend_url_patterns
        return any(pattern.match(f"http://{host}") for _, pattern in patterns)
