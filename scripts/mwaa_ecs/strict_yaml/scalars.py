"""Reads unquoted YAML scalars on whose value all YAML readers agree.

Readers follow YAML 1.1, YAML 1.2's core schema, or JSON. `plain_value` refuses a scalar that
one of them takes for something else, such as a date or a number in base 60.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

import yaml.resolver

MAXIMUM_DIGITS = 100
"""The digits that a number may have. Terraform keeps about 150."""

CONSTANTS: Mapping[str, Any] = {
    word: value
    for name, value in (("null", None), ("true", True), ("false", False))
    for word in (name, name.capitalize(), name.upper())
} | {"~": None, "": None}
BOOLEAN_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("yes", "on"), "true"),
    **dict.fromkeys(("no", "off"), "false"),
}

_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)\Z")
_FLOAT = re.compile(r"(?:[-+]?(?:0|[1-9][0-9]*)\.[0-9]*|\.[0-9]+)(?:[eE][-+][0-9]+)?\Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt \t]|\Z)")
# Numbers of YAML 1.2's core schema, and those of YAML 1.1 that PyYAML does not know.
_UNCLEAR = re.compile(
    r"(?:[-+]?(?:0[0-9_]+|0[box][0-9a-fA-F_]+|[0-9][0-9_]*_[0-9_]*|[0-9]+(?::[0-5]?[0-9])+"
    r"|(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|\.(?:inf|Inf|INF))"
    r"|\.(?:nan|NaN|NAN))\Z"
)
# PyYAML's patterns of scalars that are not strings, by the first character.
_PYYAML: Mapping[str, list[tuple[str, re.Pattern[str]]]] = (
    yaml.resolver.Resolver.yaml_implicit_resolvers
)
_FIRST = frozenset("0123456789+-.=<")


class AmbiguousScalarError(ValueError):
    """YAML readers disagree on a scalar. The message shows what to write instead."""


def is_number(text: str) -> bool:
    """Return whether every YAML reader takes an unquoted text for a number."""
    return len(text) <= MAXIMUM_DIGITS and bool(_INTEGER.match(text) or _FLOAT.match(text))


def plain_value(text: str) -> Any:
    """Return the value of an unquoted scalar.

    Raises:
        AmbiguousScalarError: YAML readers disagree on it.
    """
    if text in CONSTANTS:
        return CONSTANTS[text]
    if text[0] in _FIRST:
        return _number(text)
    if text.lower() in BOOLEAN_WORDS:
        true = BOOLEAN_WORDS[text.lower()]
        raise AmbiguousScalarError(
            f"{text}: write {true} for the boolean, or {text!r} in quotes for the word"
        )
    return text


def _number(text: str) -> Any:
    whole = _INTEGER.match(text)
    if whole or _FLOAT.match(text):
        if len(text) > MAXIMUM_DIGITS:
            raise AmbiguousScalarError(
                f"{text[:20]}...: a number has at most {MAXIMUM_DIGITS} characters, this has "
                f"{len(text):,}; put it in quotes for a string"
            )
        value = int(text) if whole else float(text)
        mantissa = re.split("[eE]", text)[0]
        if math.isinf(value) or (value == 0 and re.search("[1-9]", mantissa)):
            size = "large" if value else "small"
            raise AmbiguousScalarError(
                f"{text}: the number is too {size}; put it in quotes for a string"
            )
        return value
    if _DATE.match(text):
        raise AmbiguousScalarError(
            f"{text}: some YAML readers take this for a date; put it in quotes: {text!r}"
        )
    known = (pattern.match(text) for _, pattern in _PYYAML.get(text[0], ()))
    if not _UNCLEAR.match(text) and not any(known):
        return text
    if not any(map(str.isalnum, text)):
        raise AmbiguousScalarError(
            f"{text}: YAML readers disagree on this sign; put it in quotes: {text!r}"
        )
    raise AmbiguousScalarError(
        f"{text}: YAML readers disagree on this number; put it in quotes for a string "
        f"({text!r}), or write it in plain decimals"
    )
