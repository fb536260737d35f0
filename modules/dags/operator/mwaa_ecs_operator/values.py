"""Values of arguments after their templates were rendered: numbers may be texts by then."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mwaa_ecs_operator.errors import RefusedError


def whole_number(field: str, value: Any) -> int | None:
    """Return a whole number; None for none, also for a template that rendered to nothing.

    Raises:
        RefusedError: it is not a whole number.
    """
    if value is None or value == "":
        return None
    try:
        number = float(value)
        if not isinstance(value, bool) and number == int(number):
            return int(number)
    except (TypeError, ValueError, OverflowError):
        pass
    raise RefusedError(f"{field} = {value!r}: it must be a whole number")


def exit_codes(field: str, value: Any) -> frozenset[int]:
    """Return the exit codes of an argument that takes one or several.

    Raises:
        RefusedError: one is not a whole number.
    """
    several = isinstance(value, Iterable) and not isinstance(value, str)
    found = [whole_number(field, code) for code in (value if several else [value])]
    return frozenset(code for code in found if code is not None)
