"""Answers to refused requests, with the error codes of each service."""

from __future__ import annotations

from enum import Enum

from mwaa_ecs.sandbox.protocol import AwsRequest, AwsResponse, error_response

_FORBIDDEN = 403


class Refusal(Enum):
    """Reasons to refuse a signature, each with the codes of S3, XML and JSON services.

    AWS answers some with 400. The sandbox always answers 403, so that no client retries.
    """

    UNSIGNED = (
        "AccessDenied",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
    )
    MALFORMED = (
        "AuthorizationHeaderMalformed",
        "IncompleteSignature",
        "IncompleteSignatureException",
    )
    UNKNOWN_KEY = ("InvalidAccessKeyId", "InvalidClientTokenId", "UnrecognizedClientException")
    WRONG_TOKEN = ("InvalidToken", "InvalidClientTokenId", "UnrecognizedClientException")
    EXPIRED_TOKEN = ("ExpiredToken", "ExpiredToken", "ExpiredTokenException")
    SKEWED = ("RequestTimeTooSkewed", "SignatureDoesNotMatch", "InvalidSignatureException")
    EXPIRED = ("AccessDenied", "RequestExpired", "RequestExpired")
    WRONG = ("SignatureDoesNotMatch", "SignatureDoesNotMatch", "InvalidSignatureException")
    WRONG_REGION = (
        "AuthorizationHeaderMalformed",
        "SignatureDoesNotMatch",
        "InvalidSignatureException",
    )
    WRONG_HASH = (
        "XAmzContentSHA256Mismatch",
        "SignatureDoesNotMatch",
        "InvalidSignatureException",
    )


class RefusedError(Exception):
    """The request is not served."""

    def answer(self, request: AwsRequest) -> AwsResponse:
        """Return the answer for the client."""
        return error_response(request, "AccessDenied", str(self), _FORBIDDEN)


class SignatureError(RefusedError):
    """The request's signature is missing or invalid."""

    def __init__(self, refusal: Refusal, message: str) -> None:
        super().__init__(message)
        self.refusal = refusal

    def answer(self, request: AwsRequest) -> AwsResponse:
        """Return the answer for the client, with the service's error code."""
        s3, xml, json = self.refusal.value
        if request.speaks_json:
            code = json
        elif request.service == "s3" and not request.is_form:
            code = s3
        elif request.service == "ec2":
            code = "RequestExpired" if self.refusal is Refusal.SKEWED else "AuthFailure"
        else:
            code = xml
        return error_response(request, code, str(self), _FORBIDDEN)


class BodyError(RefusedError):
    """The body is too large, too slow or shorter than announced."""

    def __init__(self, code: str, message: str, status: int) -> None:
        super().__init__(message)
        self.code, self.status = code, status

    def answer(self, request: AwsRequest) -> AwsResponse:
        """Return the answer for the client."""
        return error_response(request, self.code, str(self), self.status)
