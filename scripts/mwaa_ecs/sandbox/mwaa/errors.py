"""What MWAA's API refuses."""

from __future__ import annotations


class MwaaError(Exception):
    """An error as MWAA's API gives it.

    code: the exception's name in the API. status: of HTTP.
    """

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


def invalid(message: str) -> MwaaError:
    """ValidationException."""
    return MwaaError("ValidationException", message)


def not_found(message: str) -> MwaaError:
    """ResourceNotFoundException."""
    return MwaaError("ResourceNotFoundException", message, 404)
