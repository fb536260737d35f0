"""Errors of ECS's API.

Codes and messages are AWS's, taken from its documentation and from public issue threads.
"""

from __future__ import annotations


class EcsError(Exception):
    """An error response of ECS's API.

    Attributes:
        code: the exception's name in the API.
        message: the exception's message.
        fields: the other members of the exception.
    """

    def __init__(self, code: str, message: str, **fields: object) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.fields = fields


def invalid_parameter(message: str) -> EcsError:
    """Return an InvalidParameterException."""
    return EcsError("InvalidParameterException", message)


def client_error(message: str) -> EcsError:
    """Return a ClientException."""
    return EcsError("ClientException", message)
