"""A value of a YAML file, with its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mwaa_ecs.problems import Problem

_NOTHING: Mapping[str, Any] = {}


class Node:
    """A value of a YAML file and its place.

    Attributes:
        value: a dict or a list of nodes, or a str, int, float, bool or None.
        file: the file, as the user would name it.
        place: its line and column, counted from 1.
        key_place: line and column of its key; its own place where it has no key.
        static: whether it holds no `${name}`, so that it is the same in every environment.
        source: the text of a number or boolean, because Python reads 1.10 as 1.1.
        removed: the keys that a null removed from a merged mapping, each with its null.
        origin: path and node of the value, where `${name}` stands here alone for it.
    """

    __slots__ = ("file", "key_place", "origin", "place", "removed", "source", "static", "value")

    def __init__(
        self,
        value: Any,
        file: str,
        place: tuple[int, int],
        key_place: tuple[int, int] | None = None,
        *,
        static: bool = True,
        source: str | None = None,
        removed: Mapping[str, Node] = _NOTHING,
        origin: tuple[str, Node] | None = None,
    ) -> None:
        self.value = value
        self.file = file
        self.place = place
        self.key_place = key_place or place
        self.static = static
        self.source = source
        self.removed = removed
        self.origin = origin

    def problem(self, path: str, message: str, *, key: bool = False) -> Problem:
        """Return a problem with this value, or with its key.

        A value that comes from another place is blamed there.
        """
        if self.origin is not None and not key:
            where, node = self.origin
            line, column = self.place
            return node.problem(where, f"{message} (as {path} in {self.file}:{line}:{column})")
        line, column = self.key_place if key else self.place
        return Problem(self.file, line, column, path, message)

    def missing(self, key: str, path: str, message: str) -> Problem:
        """Return the problem of a missing key, at the null that removed it if there is one."""
        null = self.removed.get(key)
        if null is None:
            return self.problem(path, message, key=True)
        what = f"{message} (this null removes what the lower files set)"
        return null.problem(path, what, key=True)

    def plain(self) -> Any:
        """Return the value as plain dicts, lists and scalars."""
        if isinstance(self.value, dict):
            return {key: item.plain() for key, item in self.value.items()}
        if isinstance(self.value, list):
            return [item.plain() for item in self.value]
        return self.value


def kind_of(value: Any) -> str:
    """Return the kind of a value in words: `a string`, `a list`."""
    for kinds, words in (
        (bool, "a boolean"),
        ((int, float), "a number"),
        (str, "a string"),
        (list, "a list"),
        (dict, "a mapping"),
    ):
        if isinstance(value, kinds):
            return words
    return "null"
