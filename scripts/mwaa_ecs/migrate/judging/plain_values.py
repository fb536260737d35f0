"""Shows folded values as plain Python and as texts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mwaa_ecs.migrate.folding.values import Items, Map, Text, Unknown, is_constant, unknown_in

JINJA = re.compile(r"\{\{|\{%")
UNKNOWN = object()


def plain_of(value: Any) -> Any:
    """Return a value as Python has it; UNKNOWN where a part of it is unknown."""
    if is_constant(value):
        return value
    if isinstance(value, Items) and unknown_in(value) is None:
        found = [plain_of(item) for item in value.items]
        return UNKNOWN if UNKNOWN in found else found
    if isinstance(value, Map) and unknown_in(value) is None:
        return {key: plain_of(each) for key, each in value.items.items()}
    return UNKNOWN


def shown_of(value: Any) -> str:
    """Return a value for a message: constants and templates as they are, else a name."""
    if isinstance(value, str):
        return value
    if isinstance(value, Unknown):
        return value.name
    if isinstance(value, Text):
        return str(value)
    if isinstance(value, Items):
        first = unknown_in(value)
        return first.name if first else "a list"
    return "an expression" if not is_constant(value) else str(value)


_ORIGINS: Mapping[str, str] = {
    "environment": "from the environment variable {}",
    "variable": "from the Airflow Variable {}",
    "connection": "from the Airflow connection {}",
    "xcom": "from the result of another task",
    "parameter": "from the parameter {}",
    "computed": "computed by {}",
}


def origin_of(value: Any) -> str:
    """Return where an unknown value comes from, for a message."""
    unknown = unknown_in(value)
    return _ORIGINS[unknown.kind].format(unknown.name) if unknown else "a template"


def strings_in(value: Any) -> list[str]:
    """Return the known texts in a value."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, Text):
        return [part for part in value.parts if isinstance(part, str)]
    if isinstance(value, Items):
        return [text for each in value.items for text in strings_in(each)]
    if isinstance(value, Map):
        return [text for each in value.items.values() for text in strings_in(each)]
    return []
