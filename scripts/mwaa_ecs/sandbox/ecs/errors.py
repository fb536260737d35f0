"""What ECS refuses, in its own words.

The codes and texts were looked up where people met them: issue threads, AWS's documentation.
"""

from __future__ import annotations


class EcsError(Exception):
    """An error as ECS's API gives it.

    code: the exception's name in the API. fields: members of it beside the message.
    """

    def __init__(self, code: str, message: str, **fields: object) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.fields = fields


def invalid_parameter(message: str) -> EcsError:
    """InvalidParameterException."""
    return EcsError("InvalidParameterException", message)


def client_error(message: str) -> EcsError:
    """ClientException."""
    return EcsError("ClientException", message)
