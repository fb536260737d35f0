"""Fills `${name}` in strings: region, account_id, partition, environment, the user's vars."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from mwaa_ecs.environments.document import Node, kind_of
from mwaa_ecs.environments.problems import Problem, did_you_mean, listed

BUILT_IN = ("region", "account_id", "partition", "environment")

_REFERENCE = re.compile(r"\$\$\{|\$\{([^}]*)(\}?)")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")


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
    """

    def __init__(self, given: Mapping[str, Any], report: Callable[[Problem], None]) -> None:
        self._given = given
        self._report = report
        self._known: dict[str, Any] = {}
        self._open: list[str] = []

    def fill(self, node: Node, path: str) -> Node:
        """Return the value with every `${name}` filled in; what has none is not copied."""
        if node.static:
            return node
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
            value = self._text(node, path)
        return Node(value, node.file, node.place, node.key_place, static=False)

    def value(self, name: str, node: Node, path: str) -> Any:
        """Return what `name` stands for, `UNFILLED` where that cannot be had."""
        if name in self._known:
            return self._known[name]
        if name in self._open:
            circle = " -> ".join([*self._open[self._open.index(name) :], name])
            self._report(node.problem(path, f"{circle} is a circle"))
            return UNFILLED
        if name not in self._given:
            legal = sorted(self._given)
            self._report(
                node.problem(
                    path,
                    f"${{{name}}}: there is no such name; legal are {listed(legal)}"
                    f"{did_you_mean(name, legal)} (for a literal ${{ write $${{)",
                )
            )
            return UNFILLED
        given = self._given[name]
        if isinstance(given, Node):
            self._open.append(name)
            where = name if name in BUILT_IN else f"vars.{name}"
            given = self.fill(given, where).value
            self._open.pop()
        if isinstance(given, dict | list):
            # Said once where the vars are checked.
            given = UNFILLED
        self._known[name] = given
        return given

    def _text(self, node: Node, path: str) -> Any:
        text: str = node.value
        whole = _REFERENCE.fullmatch(text)
        if whole and whole[1] is not None and whole[2]:
            # The value itself, not its text: `cpu: ${cpu}` is a number if the var is one.
            return self._reference(whole, node, path)
        parts, position, good = [], 0, True
        for found in _REFERENCE.finditer(text):
            parts.append(text[position : found.start()])
            position = found.end()
            if found[1] is None:
                parts.append("${")
                continue
            value = self._reference(found, node, path)
            if value is UNFILLED:
                good = False
            elif isinstance(value, bool) or value is None:
                said = "null" if value is None else str(value).lower()
                self._report(
                    node.problem(
                        path,
                        f"${{{found[1]}}} is {said}, {kind_of(value)}; in a text only strings "
                        "and numbers can be filled",
                    )
                )
                good = False
            else:
                parts.append(str(value))
        parts.append(text[position:])
        return "".join(parts) if good else UNFILLED

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
