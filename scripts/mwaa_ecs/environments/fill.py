"""Replaces `${name}` in strings by region, account_id, partition, environment and `vars`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from mwaa_ecs.problems import Problem, suggestion
from mwaa_ecs.strict_yaml import Node, kind_of

BUILT_IN = ("region", "account_id", "partition", "environment")

_REFERENCE = re.compile(r"\$\$\{|\$\{([^}]*)(\}?)")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")
_LONGEST = 100

MAXIMUM_TEXT = 1_000_000
"""The characters that a string may have after its names are filled in."""

MAXIMUM_FILLED = 16_000_000
"""The characters that the filled-in strings of one environment may have together."""


def references(node: Node) -> set[str]:
    """Return the names that a value refers to."""
    if node.static:
        return set()
    if isinstance(node.value, str):
        found = _REFERENCE.finditer(node.value)
        return {match[1].strip() for match in found if match[1] is not None}
    items = node.value.values() if isinstance(node.value, dict) else node.value
    return set().union(*map(references, items))


class Unfilled:
    """Replaces a value that cannot be filled in; the reason is already reported."""

    def __repr__(self) -> str:
        return "UNFILLED"


UNFILLED = Unfilled()


class Names:
    """The names that one environment can fill in.

    Args:
        given: the value of each name: a plain value, or a node that may refer to other names.
        report: called with each problem.
        derived: names whose value is computed from another name's, with the function.
        removed: the names that a null removed, each with its null.
    """

    def __init__(
        self,
        given: Mapping[str, Any],
        report: Callable[[Problem], None],
        *,
        derived: Mapping[str, tuple[str, Callable[[str], str]]] = MappingProxyType({}),
        removed: Mapping[str, Node] = MappingProxyType({}),
    ) -> None:
        self._given = given
        self._report = report
        self._derived = derived
        self._removed = removed
        self._known: dict[str, Any] = {}
        self._sources: dict[str, str | None] = {}
        self._open: list[str] = []
        self._room = MAXIMUM_FILLED

    def fill(self, node: Node, path: str) -> Node:
        """Return a copy with every `${name}` filled in; a static value is returned as it is."""
        if node.static:
            return node
        source = origin = None
        if isinstance(node.value, dict):
            value: Any = {
                key: self.fill(item, f"{path}.{key}" if path else key)
                for key, item in node.value.items()
            }
        elif isinstance(node.value, list):
            value = [
                self.fill(item, f"{path}.{number}") for number, item in enumerate(node.value)
            ]
        else:
            value, source = self._text(node, path)
            value = self._counted(value, node, path)
            origin = self._origin(node)
        return Node(
            value,
            node.file,
            node.place,
            node.key_place,
            static=False,
            source=source,
            removed=node.removed,
            origin=origin,
        )

    def _origin(self, node: Node) -> tuple[str, Node] | None:
        """Return where the value of a name stands, for a string that is one name alone."""
        whole = _REFERENCE.fullmatch(node.value)
        if whole is None or whole[1] is None:
            return None
        return self._set_in(whole[1].strip())

    def _set_in(self, name: str) -> tuple[str, Node] | None:
        """Return path and node of the value of a name; None for one that no file sets."""
        found = None
        for _ in range(_LONGEST):
            given = self._given.get(name)
            if not isinstance(given, Node):
                return found
            found = (name if name in BUILT_IN else f"vars.{name}", given)
            # A name that only refers to another one has its value from there.
            further = (
                _REFERENCE.fullmatch(given.value) if isinstance(given.value, str) else None
            )
            if further is None or further[1] is None:
                return found
            name = further[1].strip()
        return found

    def value(self, name: str, node: Node, path: str) -> Any:
        """Return the value of `name`; `UNFILLED` where a problem with it is reported."""
        if name in self._known:
            return self._known[name]
        if name in self._open:
            circle = " -> ".join([*self._open[self._open.index(name) :], name])
            self._report(
                node.problem(
                    path, f"{circle} is a circular reference; write one of the values out"
                )
            )
            return UNFILLED
        if name not in self._given and name not in self._derived:
            self._report(node.problem(path, self._no_such(name)))
            return UNFILLED
        if len(self._open) >= _LONGEST:
            what = f"names refer to names more than {_LONGEST} levels deep; write the value out"
            self._report(node.problem(path, what))
            return UNFILLED
        self._open.append(name)
        source = None
        if name in self._derived:
            base, derive = self._derived[name]
            given = self.value(base, node, path)
            given = derive(given) if isinstance(given, str) else UNFILLED
        else:
            given = self._given[name]
            if isinstance(given, Node):
                filled = self.fill(given, name if name in BUILT_IN else f"vars.{name}")
                given, source = filled.value, filled.source
        self._open.pop()
        if isinstance(given, dict | list):
            # `check_keys` reports this once for the variable.
            given = UNFILLED
        self._known[name] = given
        self._sources[name] = source
        return given

    def _no_such(self, name: str) -> str:
        null = self._removed.get(name)
        if null is not None:
            line, column = null.key_place
            return (
                f"${{{name}}}: the null at {null.file}:{line}:{column} removes this name; "
                "set it in vars"
            )
        names = sorted({*self._given, *self._derived})
        return (
            f"${{{name}}}: unknown name{suggestion(name, names, 'accepted names')} "
            "(for a literal ${ write $${)"
        )

    def _counted(self, value: Any, node: Node, path: str) -> Any:
        """Return a filled-in value; `UNFILLED` once those of the environment are too long."""
        if not isinstance(value, str):
            return value
        before = self._room
        self._room -= len(value)
        if before >= 0 > self._room:
            self._report(
                node.problem(
                    path,
                    "with this value, the filled-in strings of the environment have more than "
                    f"{MAXIMUM_FILLED:,} characters; use shorter or fewer values",
                )
            )
        return value if self._room >= 0 else UNFILLED

    def _text(self, node: Node, path: str) -> tuple[Any, str | None]:
        """Return a string filled in; for a number, also its text in the file."""
        text: str = node.value
        whole = _REFERENCE.fullmatch(text)
        if whole and whole[1] is not None and whole[2]:
            # A name alone keeps the type of its value: `cpu: ${cpu}` is a number.
            value = self._reference(whole, node, path)
            return value, self._sources.get(whole[1].strip())
        parts, position, good = [], 0, True
        # Names that refer to names can grow eightfold a line, so count before joining.
        size, longest = len(text), ("", 0)
        for found in _REFERENCE.finditer(text):
            parts.append(text[position : found.start()])
            position = found.end()
            if found[1] is None:
                parts.append("${")
                continue
            value = self._reference(found, node, path)
            if value is UNFILLED:
                good = False
            elif why := self._why_not_in_text(found[1].strip(), value):
                self._report(self._blame(found[1].strip(), node, path, why))
                good = False
            else:
                parts.append(str(value))
                size += len(parts[-1])
                longest = max(longest, (found[1].strip(), len(parts[-1])), key=lambda x: x[1])
        if size > MAXIMUM_TEXT:
            name, length = longest
            self._report(
                node.problem(
                    path,
                    f"with its names filled in, the string has {size:,} characters; at most "
                    f"{MAXIMUM_TEXT:,} are accepted. The longest is ${{{name}}} with "
                    f"{length:,}: use a shorter value, or use the name less often",
                )
            )
            return UNFILLED, None
        parts.append(text[position:])
        return ("".join(parts) if good else UNFILLED), None

    def _blame(self, name: str, node: Node, path: str, message: str) -> Problem:
        """Return a problem with the value of a name that is part of a string."""
        origin = self._set_in(name)
        if origin is None:
            return node.problem(path, message)
        where, given = origin
        line, column = node.place
        return given.problem(where, f"{message} (as {path} in {node.file}:{line}:{column})")

    def _why_not_in_text(self, name: str, value: Any) -> str:
        """Return why a value cannot be part of a string; empty where it can."""
        if isinstance(value, bool) or value is None:
            kind = "null" if value is None else f"{str(value).lower()}, {kind_of(value)}"
            return f"it is {kind}; a string accepts only strings and numbers"
        source = self._sources.get(name)
        if isinstance(value, int | float) and source not in (None, str(value)):
            return (
                f'the number {source} becomes {value} in a string; put it in quotes: "{source}"'
            )
        return ""

    def _reference(self, found: re.Match[str], node: Node, path: str) -> Any:
        name = found[1].strip()
        if not found[2]:
            self._report(node.problem(path, f"{found[0]!r}: the closing }} is missing; add it"))
            return UNFILLED
        if not _NAME.match(name):
            self._report(
                node.problem(
                    path,
                    f"{found[0]}: expected a name, e.g. ${{region}}; "
                    "expressions are not computed",
                )
            )
            return UNFILLED
        return self.value(name, node, path)
