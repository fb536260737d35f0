"""Checks requests against the patterns, lengths and enumerations of the API's model."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import botocore.session
from botocore.model import ListShape, MapShape, Shape, StructureShape

from mwaa_ecs.sandbox.mwaa.errors import invalid


@cache
def _model() -> Any:
    # Kept, because loading the model takes 64 ms, and every call to MWAA needs it.
    return botocore.session.Session().get_service_model("mwaa")


def check_shape(operation: str, members: Mapping[str, Any]) -> None:
    """Check the members of a request against the model of `operation`.

    Raises:
        MwaaError: a ValidationException that names the member.
    """
    _check(_model().operation_model(operation).input_shape, members, "")


def _check(shape: Shape, value: Any, path: str) -> None:
    if isinstance(shape, StructureShape):
        for name in shape.required_members:
            if not isinstance(value, Mapping) or value.get(name) is None:
                raise invalid(f"{f'{path}.' if path else ''}{name} must not be null")
        for name, member in shape.members.items():
            if value.get(name) is not None:
                _check(member, value[name], f"{path}.{name}" if path else name)
    elif isinstance(shape, ListShape):
        _check_size(shape, len(value), path)
        for item in value:
            _check(shape.member, item, path)
    elif isinstance(shape, MapShape):
        _check_size(shape, len(value), path)
        for name, item in value.items():
            _check(shape.key, name, path)
            _check(shape.value, item, f"{path}.{name}")
    elif shape.type_name == "string":
        _check_size(shape, len(value), path)
        _check_text(shape, value, path)
    elif shape.type_name == "integer":
        _check_size(shape, value, path)


def _check_size(shape: Shape, size: int, path: str) -> None:
    least, most = shape.metadata.get("min", 0), shape.metadata.get("max")
    if size < least or (most is not None and size > most):
        accepted = f"{least} or more" if most is None else f"{least} to {most}"
        raise invalid(f"{path}: {size} is not allowed. It must be {accepted}")


def _check_text(shape: Shape, value: str, path: str) -> None:
    words = shape.metadata.get("enum")
    if words and value not in words:
        raise invalid(f"{path}: {value} is not one of {', '.join(words)}")
    pattern = shape.metadata.get("pattern")
    if pattern and not re.fullmatch(_for_python(pattern), value):
        raise invalid(f"{path}: {value} does not match {pattern}")


def _for_python(pattern: str) -> str:
    """Write Unicode's classes, which Python's `re` does not know, as it knows them."""
    return pattern.replace(r"\p{L}", r"\w").replace(r"\p{Z}", r"\s").replace(r"\p{N}", r"\d")
