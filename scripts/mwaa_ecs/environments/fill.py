"""Fills `${name}` in strings: region, account_id, partition, environment, the user's vars."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from mwaa_ecs.problems import Problem, did_you_mean, listed
from mwaa_ecs.strict_yaml import Node, kind_of

BUILT_IN = ("region", "account_id", "partition", "environment")

_REFERENCE = re.compile(r"\$\$\{|\$\{([^}]*)(\}?)")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")
_LONGEST = 100

MAXIMUM_TEXT = 1_000_000
"""How many characters a text may have with its names filled in."""

MAXIMUM_FILLED = 16_000_000
"""How many characters the filled-in texts of one environment may have together."""


class Unfilled:
    """Stands where a value could not be had; the reason is reported already."""

    def __repr__(self) -> str:
        return "what could not be filled in"


UNFILLED = Unfilled()


class Names:
    """The names that can be filled in, for one environment.

    Args:
        given: the value behind each name: a plain value, or a node that may itself refer to
            other names.
        report: told of each problem.
        derived: names that follow from another one, with what makes the value of its text.
        taken: the names that a null took away, each with its null.
    """

    def __init__(
        self,
        given: Mapping[str, Any],
        report: Callable[[Problem], None],
        *,
        derived: Mapping[str, tuple[str, Callable[[str], str]]] = MappingProxyType({}),
        taken: Mapping[str, Node] = MappingProxyType({}),
    ) -> None:
        self._given = given
        self._report = report
        self._derived = derived
        self._taken = taken
        self._known: dict[str, Any] = {}
        self._sources: dict[str, str | None] = {}
        self._open: list[str] = []
        self._room = MAXIMUM_FILLED

    def fill(self, node: Node, path: str) -> Node:
        """Return the value with every `${name}` filled in; what has none is not copied."""
        if node.static:
            return node
        source = None
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
        return Node(
            value,
            node.file,
            node.place,
            node.key_place,
            static=False,
            source=source,
            taken=node.taken,
        )

    def value(self, name: str, node: Node, path: str) -> Any:
        """Return what `name` stands for, `UNFILLED` where that cannot be had."""
        if name in self._known:
            return self._known[name]
        if name in self._open:
            circle = " -> ".join([*self._open[self._open.index(name) :], name])
            self._report(node.problem(path, f"{circle} is a circle"))
            return UNFILLED
        if name not in self._given and name not in self._derived:
            self._report(node.problem(path, self._no_such(name)))
            return UNFILLED
        if len(self._open) >= _LONGEST:
            what = f"names that refer to names, more than {_LONGEST} deep; write the value out"
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
            # Said once where the vars are checked.
            given = UNFILLED
        self._known[name] = given
        self._sources[name] = source
        return given

    def _no_such(self, name: str) -> str:
        null = self._taken.get(name)
        if null is not None:
            line, column = null.key_place
            return f"${{{name}}}: the null at {null.file}:{line}:{column} takes it away"
        legal = sorted({*self._given, *self._derived})
        return (
            f"${{{name}}}: there is no such name; legal are {listed(legal)}"
            f"{did_you_mean(name, legal)} (for a literal ${{ write $${{)"
        )

    def _counted(self, value: Any, node: Node, path: str) -> Any:
        """Return a filled-in value, or `UNFILLED` once an environment has too many of them."""
        if not isinstance(value, str):
            return value
        before = self._room
        self._room -= len(value)
        if before >= 0 > self._room:
            self._report(
                node.problem(
                    path,
                    "up to here the filled-in texts of this environment have more than "
                    f"{MAXIMUM_FILLED:,} characters; use shorter values, or fewer of them",
                )
            )
        return value if self._room >= 0 else UNFILLED

    def _text(self, node: Node, path: str) -> tuple[Any, str | None]:
        """Return a text filled in; if it is a number, also how that is written."""
        text: str = node.value
        whole = _REFERENCE.fullmatch(text)
        if whole and whole[1] is not None and whole[2]:
            # The value itself, not its text: `cpu: ${cpu}` is a number if the var is one.
            value = self._reference(whole, node, path)
            return value, self._sources.get(whole[1].strip())
        parts, position, good = [], 0, True
        # Names that refer to names grow eightfold a line: count before anything is built.
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
            elif why := self._no_text(found[1].strip(), value):
                self._report(node.problem(path, why))
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
                    f"with its names filled in, the text has {size:,} characters; at most "
                    f"{MAXIMUM_TEXT:,} are accepted. The longest is ${{{name}}} with "
                    f"{length:,}: use a shorter value, or name it less often",
                )
            )
            return UNFILLED, None
        parts.append(text[position:])
        return ("".join(parts) if good else UNFILLED), None

    def _no_text(self, name: str, value: Any) -> str:
        """Return why a value cannot stand in a text; empty where it can."""
        if isinstance(value, bool) or value is None:
            said = "null" if value is None else str(value).lower()
            return (
                f"${{{name}}} is {said}, {kind_of(value)}; in a text only strings and numbers "
                "can be filled"
            )
        source = self._sources.get(name)
        if isinstance(value, int | float) and source not in (None, str(value)):
            return (
                f"${{{name}}} is the number {source}, which a text would get as {value}; put "
                f'it in quotes where the name is given: "{source}"'
            )
        return ""

    def _reference(self, found: re.Match[str], node: Node, path: str) -> Any:
        name = found[1].strip()
        if not found[2]:
            self._report(node.problem(path, f"{found[0]!r}: the closing }} is missing"))
            return UNFILLED
        if not _NAME.match(name):
            self._report(
                node.problem(
                    path,
                    f"{found[0]}: a name is wanted, e.g. ${{region}}; nothing is computed here",
                )
            )
            return UNFILLED
        return self.value(name, node, path)
