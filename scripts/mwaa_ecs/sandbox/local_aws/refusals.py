"""What AWS answers to a request that it does not take, in the codes of each service."""

from __future__ import annotations

from enum import Enum

from mwaa_ecs.sandbox.protocol import AwsRequest, AwsResponse, error_response

_FORBIDDEN = 403


class Refusal(Enum):
    """Why a signature is not taken, with the codes of S3, of XML's services and of JSON's.

    AWS answers some of these with 400. The sandbox answers all with 403: none is to be retried.
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
    WRONG_HASH = (
        "XAmzContentSHA256Mismatch",
        "SignatureDoesNotMatch",
        "InvalidSignatureException",
    )


class RefusedError(Exception):
    """A request that is not served."""

    def answer(self, request: AwsRequest) -> AwsResponse:
        """What its client gets."""
        return error_response(request, "AccessDenied", str(self), _FORBIDDEN)


class SignatureError(RefusedError):
    """A request whose signature is missing or does not hold."""

    def __init__(self, refusal: Refusal, message: str) -> None:
        super().__init__(message)
        self.refusal = refusal

    def answer(self, request: AwsRequest) -> AwsResponse:
        """What its client gets, with the code that AWS's service has for it."""
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
    """A body that is too large, too slow or shorter than announced."""

    def __init__(self, code: str, message: str, status: int) -> None:
        super().__init__(message)
        self.code, self.status = code, status

    def answer(self, request: AwsRequest) -> AwsResponse:
        """What its client gets."""
        return error_response(request, self.code, str(self), self.status)
