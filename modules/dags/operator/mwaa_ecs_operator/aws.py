"""Errors of AWS by kind, and clients with fresh credentials. Imports boto3 only at run time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_THROTTLED = ("Throttl", "TooManyRequests", "RequestLimitExceeded", "SlowDown")
_CREDENTIALS = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "RequestExpired",
        "UnrecognizedClientException",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "SignatureDoesNotMatch",
        "TokenRefreshRequired",
    }
)
_DENIED = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AuthorizationError",
        "NotAuthorized",
        "UnauthorizedAccess",
        "UnauthorizedOperation",
    }
)


def error_code(error: BaseException) -> str:
    """Return AWS's code of an error of boto3; empty for any other."""
    response = getattr(error, "response", None)
    if not isinstance(response, dict):
        return ""
    return str(response.get("Error", {}).get("Code", ""))


def error_message(error: BaseException) -> str:
    """Return AWS's message of an error of boto3, or the error's own text."""
    response = getattr(error, "response", None)
    message = response.get("Error", {}).get("Message") if isinstance(response, dict) else None
    return str(message or error)


def is_denied(error: BaseException) -> bool:
    """Tell whether a policy forbids the call."""
    return error_code(error) in _DENIED


def is_credentials(error: BaseException) -> bool:
    """Tell whether the credentials, not the call, were refused."""
    return error_code(error) in _CREDENTIALS or type(error).__name__ in (
        "NoCredentialsError",
        "CredentialRetrievalError",
        "PartialCredentialsError",
    )


def is_transient(error: BaseException) -> bool:
    """Tell whether the same call may succeed later: throttling, 5xx, the network."""
    if error_code(error).startswith(_THROTTLED):
        return True
    response = getattr(error, "response", None)
    if isinstance(response, dict):
        status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return isinstance(status, int) and (status >= 500 or status == 429)
    # botocore's own errors of connections, and those of urllib3 below it.
    module = type(error).__module__
    return isinstance(error, OSError) or (
        module.startswith(("botocore.exceptions", "botocore.httpsession", "urllib3"))
        and not is_credentials(error)
        and type(error).__name__
        not in ("ParamValidationError", "NoRegionError", "UnknownServiceError")
    )


class Clients:
    """boto3 clients of one connection, made when first used and anew after `renew`.

    Args:
        make: returns a client of a service in a region; a new session each time.
    """

    def __init__(self, make: Callable[[str, str | None], Any]) -> None:
        self._make = make
        self._made: dict[tuple[str, str | None], Any] = {}

    def __call__(self, service: str, region: str | None = None) -> Any:
        """Return the client of a service, in the connection's region unless one is given."""
        key = (service, region)
        if key not in self._made:
            self._made[key] = self._make(service, region)
        return self._made[key]

    def renew(self) -> None:
        """Forget all clients: the next ones take fresh credentials."""
        self._made.clear()


def airflow_clients(aws_conn_id: str | None, region_name: str | None) -> Clients:
    """Return clients of an Airflow connection."""

    def make(service: str, region: str | None) -> Any:
        from airflow.providers.amazon.aws.hooks.base_aws import AwsBaseHook

        hook = AwsBaseHook(
            aws_conn_id=aws_conn_id, region_name=region or region_name, client_type=service
        )
        return hook.get_client_type(region_name=region or region_name)

    return Clients(make)
