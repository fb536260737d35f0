"""What an unquoted scalar of YAML means, where every reader of YAML takes it for the same.

Readers follow YAML 1.1, YAML 1.2's core schema, or JSON. What they agree on is read; what one
of them takes for something else (a date, a number in base 60) is refused.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import yaml.resolver

MAXIMUM_DIGITS = 100
"""Terraform's own numbers end at about 150 digits."""

CONSTANTS: Mapping[str, Any] = {
    word: value
    for name, value in (("null", None), ("true", True), ("false", False))
    for word in (name, name.capitalize(), name.upper())
} | {"~": None, "": None}
TRUTHS: Mapping[str, str] = {
    **dict.fromkeys(("yes", "on"), "true"),
    **dict.fromkeys(("no", "off"), "false"),
}

_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)\Z")
_FLOAT = re.compile(r"(?:[-+]?(?:0|[1-9][0-9]*)\.[0-9]*|\.[0-9]+)(?:[eE][-+][0-9]+)?\Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt \t]|\Z)")
# YAML 1.2's core schema, and what PyYAML does not know of YAML 1.1.
_UNCLEAR = re.compile(
    r"(?:[-+]?(?:0[0-9_]+|0[box][0-9a-fA-F_]+|[0-9][0-9_]*_[0-9_]*|[0-9]+(?::[0-5]?[0-9])+"
    r"|(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|\.(?:inf|Inf|INF))"
    r"|\.(?:nan|NaN|NAN))\Z"
)
# What PyYAML takes for something else than a text, by the first character.
_PYYAML: Mapping[str, list[tuple[str, re.Pattern[str]]]] = (
    yaml.resolver.Resolver.yaml_implicit_resolvers
)
_FIRST = frozenset("0123456789+-.=<")


class AmbiguousScalarError(ValueError):
    """A scalar that two readers could take differently; the message says what to write."""


def is_number(text: str) -> bool:
    """Tell whether a text, without quotes, is a number to every reader."""
    return len(text) <= MAXIMUM_DIGITS and bool(_INTEGER.match(text) or _FLOAT.match(text))


@lru_cache(maxsize=4096)
def plain_value(text: str) -> Any:
    """Return what an unquoted scalar means.

    Raises:
        AmbiguousScalarError: readers of YAML disagree on it.
    """
    if text in CONSTANTS:
        return CONSTANTS[text]
    if text[0] in _FIRST:
        return _number(text)
    if text.lower() in TRUTHS:
        true = TRUTHS[text.lower()]
        raise AmbiguousScalarError(
            f"{text}: say {true} for the truth value, or {text!r} in quotes for the word"
        )
    return text


def _number(text: str) -> Any:
    whole = _INTEGER.match(text)
    if whole or _FLOAT.match(text):
        if len(text) > MAXIMUM_DIGITS:
            raise AmbiguousScalarError(
                f"{text[:20]}...: a number has at most {MAXIMUM_DIGITS} characters, this has "
                f"{len(text):,}; put it in quotes for the text"
            )
        value = int(text) if whole else float(text)
        mantissa = re.split("[eE]", text)[0]
        if math.isinf(value) or (value == 0 and re.search("[1-9]", mantissa)):
            size = "large" if value else "small"
            raise AmbiguousScalarError(
                f"{text}: the number is too {size}; put it in quotes for the text"
            )
        return value
    if _DATE.match(text):
        raise AmbiguousScalarError(
            f"{text}: to some readers of YAML this is a date; say {text!r} in quotes"
        )
    known = (pattern.match(text) for _, pattern in _PYYAML.get(text[0], ()))
    if not _UNCLEAR.match(text) and not any(known):
        return text
    if not any(map(str.isalnum, text)):
        raise AmbiguousScalarError(
            f"{text}: readers of YAML disagree on this sign; say {text!r} in quotes"
        )
    raise AmbiguousScalarError(
        f"{text}: readers of YAML disagree on this number; say {text!r} in quotes for the "
        "text, or write it in plain decimals"
    )
