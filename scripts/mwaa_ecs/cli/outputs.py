"""Finds one output of an environment, or a value in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mwaa_ecs.errors import UserError
from mwaa_ecs.problems import suggestion
from mwaa_ecs.terraform import Output


def find_output(outputs: Mapping[str, Output], path: str, *, show_sensitive: bool) -> Any:
    """Return the value that `path` leads to.

    Args:
        outputs: all outputs by name.
        path: an output's name, and after dots the keys of mappings and the numbers of lists
            in it, e.g. `dag_snippet.nightly`. A key may have dots and dashes of its own.
        show_sensitive: whether a sensitive output may be shown.

    Raises:
        UserError: there is no such output or key, or it must not be shown.
    """
    name, _, rest = path.partition(".")
    output = outputs.get(name)
    if output is None:
        raise _missing("output", name, outputs)
    if output.sensitive and not show_sensitive:
        raise UserError(f"the output {name!r} is sensitive; give --show-sensitive to print it")
    value: Any = output.value
    while rest:
        if isinstance(value, list):
            value = dict(enumerate(value))
        inside = value.items() if isinstance(value, dict) else ()
        keys = {str(key): inner for key, inner in inside}
        # The longest first: `a.b` is a key of its own before it is `b` in `a`.
        fits = [key for key in keys if rest == key or rest.startswith(f"{key}.")]
        if not fits:
            raise _missing(f"key in {name!r}", rest, keys)
        key = max(fits, key=len)
        value, rest = keys[key], rest[len(key) + 1 :]
    return value


def _missing(what: str, name: str, known: Iterable[str]) -> UserError:
    names = sorted(known)
    have = suggestion(name, names, "accepted names") if names else ""
    return UserError(f"there is no {what} called {name!r}{have}")
