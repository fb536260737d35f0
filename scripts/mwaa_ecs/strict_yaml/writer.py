"""Writes values as YAML that every reader takes for the same, this package's own too."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from mwaa_ecs.strict_yaml.scalars import BOOLEAN_WORDS, CONSTANTS

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*\Z")


def yaml_text(value: dict[str, Any]) -> str:
    """Return a mapping of strings, numbers, booleans, lists and mappings as YAML."""
    return "".join(f"{line}\n" for line in _mapping(value, ""))


def _mapping(value: dict[str, Any], indent: str) -> Iterator[str]:
    for key, item in value.items():
        head = f"{indent}{_string(key)}:"
        if isinstance(item, dict) and item:
            yield head
            yield from _mapping(item, f"{indent}  ")
        elif isinstance(item, list) and item:
            yield head
            yield from _list(item, f"{indent}  ")
        else:
            yield f"{head} {_scalar(item)}"


def _list(value: list[Any], indent: str) -> Iterator[str]:
    for item in value:
        if isinstance(item, dict | list) and item:
            inner = f"{indent}  "
            lines = _mapping(item, inner) if isinstance(item, dict) else _list(item, inner)
            first, *rest = lines
            yield f"{indent}- {first[len(inner) :]}"
            yield from rest
        else:
            yield f"{indent}- {_scalar(item)}"


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, float):
        # Readers disagree on an exponent.
        text = format(Decimal(repr(value)), "f")
        return text if "." in text else f"{text}.0"
    return json.dumps(value)


def _string(text: str) -> str:
    is_word = text not in CONSTANTS and text.lower() not in BOOLEAN_WORDS
    if _PLAIN.match(text) and is_word:
        return text
    inside = "".join(map(_escaped, text))
    return f'"{inside}"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if character.isprintable():
        return character
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
