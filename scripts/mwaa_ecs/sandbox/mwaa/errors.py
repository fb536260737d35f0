"""Errors of MWAA's API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class MwaaError(Exception):
    """An error response of MWAA's API.

    Attributes:
        code: the exception's name in the API.
        message: the exception's message.
        status: the HTTP status.
        more: further members of the answer.
    """

    def __init__(
        self,
        code: str,
        message: str,
        status: int = 400,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.more = dict(more or {})


def invalid(message: str) -> MwaaError:
    """Return a ValidationException."""
    return MwaaError("ValidationException", message)


def not_found(message: str) -> MwaaError:
    """Return a ResourceNotFoundException."""
    return MwaaError("ResourceNotFoundException", message, 404)
