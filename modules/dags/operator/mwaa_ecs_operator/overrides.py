"""RunTask's overrides: what one run changes of its task definition."""

from __future__ import annotations

import ast
import json
import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from mwaa_ecs_operator.errors import RefusedError
from mwaa_ecs_operator.hidden import Hidden

MOST_CHARACTERS = 8192
"""ECS refuses longer overrides. Source: RunTask in the Amazon ECS API reference."""


def command_words(command: str | Sequence[Any] | None) -> list[str] | None:
    """Return a command as ECS takes it.

    Args:
        command: a list of words; or a text, which is a list's literal if it begins with `[`,
            else split as a shell does.

    Returns:
        The words; None for no command, so that the image's own runs.

    Raises:
        RefusedError: the text cannot be split.
    """
    if command is None:
        return None
    if isinstance(command, str):
        text = command.strip()
        if text.startswith("["):
            try:
                found = ast.literal_eval(text)
            except (ValueError, SyntaxError):
                found = None
            if isinstance(found, list):
                return [str(word) for word in found] or None
        try:
            return shlex.split(text) or None
        except ValueError as error:
            raise RefusedError(
                f"command = {command!r}: it cannot be split into words ({error}). Close the"
                " quote, or give a list of words"
            ) from None
    if not isinstance(command, Sequence):
        raise RefusedError(
            f"command is {type(command).__name__}: it must be a text or a list of words"
        )
    return [str(word) for word in command] or None


def environment_map(environment: Mapping[str, Any] | Sequence[str] | None) -> dict[str, str]:
    """Return an environment with text values; a value of None leaves the variable out.

    Args:
        environment: a mapping, or a list of "NAME=value".

    Raises:
        RefusedError: neither of the two.
    """
    if environment is None or environment == "":
        return {}
    if isinstance(environment, str):
        try:
            environment = ast.literal_eval(environment)
        except (ValueError, SyntaxError):
            raise RefusedError("environment is a text that is not a dict or a list") from None
    if isinstance(environment, Mapping):
        return {
            str(name): str(value) for name, value in environment.items() if value is not None
        }
    if isinstance(environment, Sequence):
        found = {}
        for item in environment:
            name, equals, value = str(item).partition("=")
            if not equals:
                raise RefusedError(
                    f'environment has the element {name!r}: each must be a text "NAME=value"'
                )
            found[name] = value
        return found
    raise RefusedError(
        f"environment is {type(environment).__name__}: it must be a dict, or a list of"
        ' "NAME=value"'
    )


def container_override(
    name: str,
    command: Sequence[str] | None = None,
    environment: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return one element of `containerOverrides`."""
    override: dict[str, Any] = {"name": name}
    if command:
        override["command"] = list(command)
    if environment:
        override["environment"] = [
            {"name": key, "value": value} for key, value in environment.items()
        ]
    return override


def sidecar_overrides(sidecars: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the elements of `containerOverrides` for other containers than the main one.

    Args:
        sidecars: by container: what this run changes, `command` and `environment`.

    Raises:
        RefusedError: something else is to change.
    """
    found = []
    for name, change in sidecars.items():
        if unknown := sorted(set(change) - {"command", "environment"}):
            raise RefusedError(
                f"sidecars[{name!r}] has {', '.join(unknown)}: it must have command,"
                " environment or both"
            )
        command = command_words(change.get("command"))
        environment = environment_map(change.get("environment"))
        found.append(container_override(str(name), command, environment))
    return found


def check_length(hidden: Hidden) -> None:
    """Refuse overrides that ECS would refuse for their length.

    Raises:
        RefusedError: with the names of the three longest variables, never a value.
    """
    length = len(json.dumps(hidden.reveal(), separators=(",", ":"), ensure_ascii=False))
    if length <= MOST_CHARACTERS:
        return
    sizes = sorted(
        (
            (len(pair["value"]), pair["name"])
            for container in hidden.reveal()["containerOverrides"]
            for pair in container.get("environment", ())
        ),
        reverse=True,
    )[:3]
    largest = ", ".join(f"{name} ({size})" for size, name in sizes)
    raise RefusedError(
        f"command and environment of this run have {length} characters; ECS takes"
        f" {MOST_CHARACTERS}. "
        + (f"The longest variables are {largest}. " if largest else "")
        + "Put large values into S3 or a parameter, and pass their name"
    )
