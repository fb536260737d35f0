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
        key_place: line and column of its key; its own where it has none.
        static: nothing in it is to be filled in: it is the same in every environment.
        source: a number or a truth value as it is written, since 1.10 is 1.1 to Python.
        taken: of a merged mapping, the keys that a null took away, each with its null.
    """

    __slots__ = ("file", "key_place", "place", "source", "static", "taken", "value")

    def __init__(
        self,
        value: Any,
        file: str,
        place: tuple[int, int],
        key_place: tuple[int, int] | None = None,
        *,
        static: bool = True,
        source: str | None = None,
        taken: Mapping[str, Node] = _NOTHING,
    ) -> None:
        self.value = value
        self.file = file
        self.place = place
        self.key_place = key_place or place
        self.static = static
        self.source = source
        self.taken = taken

    def problem(self, path: str, message: str, *, key: bool = False) -> Problem:
        """Return a problem with this value, or with its key."""
        line, column = self.key_place if key else self.place
        return Problem(self.file, line, column, path, message)

    def missing(self, key: str, path: str, message: str) -> Problem:
        """Return the problem that a key is missing, at the null if one took it away."""
        null = self.taken.get(key)
        if null is None:
            return self.problem(path, message, key=True)
        what = f"{message} (the null here takes away what lies below)"
        return null.problem(path, what, key=True)

    def plain(self) -> Any:
        """Return the value as plain dicts, lists and scalars."""
        if isinstance(self.value, dict):
            return {key: item.plain() for key, item in self.value.items()}
        if isinstance(self.value, list):
            return [item.plain() for item in self.value]
        return self.value


def kind_of(value: Any) -> str:
    """Return what a value is, in words: `a string`, `a list`."""
    for kinds, words in (
        (bool, "a truth value"),
        ((int, float), "a number"),
        (str, "a string"),
        (list, "a list"),
        (dict, "a mapping"),
    ):
        if isinstance(value, kinds):
            return words
    return "nothing"
