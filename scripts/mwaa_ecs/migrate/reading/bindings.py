"""Bindings of names, with their scopes and the branches that lead there."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Any

Path = tuple[tuple[int, str], ...]
"""Branches that lead to a statement: of which `if`, `try` or loop, and which arm."""

GLOBAL = "global"
"""Detail of what a function assigns to a name of the module: when it is called is not known."""

MUTATORS = ("update", "append", "extend", "setdefault", "pop", "insert")
"""Methods that change a list or a dict in place."""


OTHER_ARM = {"if": "else", "else": "if"}


@dataclass(frozen=True)
class Binding:
    """A statement that gives a name a value.

    Attributes:
        kind: assign, for, with, import, function, class, parameter, change, opaque.
        node: what the value comes from.
        place: line and column.
        path: branches that lead to it.
        steps: where the value lies in a tuple that is unpacked.
        detail: of an import its module and name; of a parameter its name; of a change its kind;
            of an assignment in a function `GLOBAL` where it is to the module's name.
    """

    kind: str
    node: Any
    place: tuple[int, int]
    path: Path = ()
    steps: tuple[int, ...] = ()
    detail: Any = None


@dataclass
class Scope:
    """A module, function, class or comprehension with its names."""

    kind: str
    node: Any
    parent: Scope | None
    names: dict[str, list[Binding]] = field(default_factory=dict)
    globals: set[str] = field(default_factory=set)

    def add(self, name: str, binding: Binding) -> None:
        """Note a binding of a name."""
        self.names.setdefault(name, []).append(binding)

    def root(self) -> Scope:
        """Return the module's scope."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope


@dataclass
class Place:
    """Where a node is: its scope, the branches that lead to it, and what it lies in."""

    scope: Scope
    path: Path


@dataclass(frozen=True)
class Condition:
    """The condition of an `if`.

    Attributes:
        test: the condition.
        names: the names in it.
        first: one of them; None without names.
    """

    test: ast.expr
    names: frozenset[str]
    first: ast.Name | None


def condition_of(test: ast.expr) -> Condition:
    """Return a condition with its names."""
    names = [each for each in ast.walk(test) if isinstance(each, ast.Name)]
    return Condition(test, frozenset(each.id for each in names), names[0] if names else None)
