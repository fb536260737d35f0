"""Changes of an operator after its constructor, as by `self.mounts.append(…)`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

from mwaa_ecs.migrate.folding.dispatch import NO_FRAME, Frame
from mwaa_ecs.migrate.folding.fold import Folder
from mwaa_ecs.migrate.folding.operators import combined, mutated
from mwaa_ecs.migrate.folding.values import (
    ABSENT,
    ALWAYS,
    Instance,
    Items,
    Map,
    Worlds,
    joined,
    product,
)
from mwaa_ecs.migrate.reading.bindings import MUTATORS
from mwaa_ecs.migrate.reading.project import Module

_EMPTY: Mapping[str, Any] = {
    "image": None,
    "entrypoint": None,
    "user": None,
    "working_dir": None,
    "docker_conn_id": None,
    "mounts": Items(()),
    "volumes": Items(()),
    "private_environment": Map({}),
}
"""The arguments that make the task's definition, as they are where none is given."""


@dataclass(frozen=True)
class Change:
    """A statement that changes an attribute.

    Attributes:
        owner: the expression whose attribute it is.
        name: the attribute.
        how: set, augment, setitem, or a method of lists and dicts.
        parts: what it becomes, or what it is changed with.
        names: of keyword arguments among the parts.
        operator: of an augmented assignment.
    """

    owner: ast.expr
    name: str
    how: str
    parts: Sequence[ast.expr]
    names: Sequence[str | None] = ()
    operator: ast.operator | None = None


def changes_in(nodes: Iterator[ast.AST] | Sequence[ast.AST]) -> Iterator[tuple[int, Change]]:
    """Yield the changes that statements and calls make, with their lines."""
    for node in nodes:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if _is_defining(target):
                    yield node.lineno, Change(target.value, target.attr, "set", [node.value])
                elif isinstance(target, ast.Subscript) and _is_defining(target.value):
                    of = target.value
                    parts = [target.slice, node.value]
                    yield node.lineno, Change(of.value, of.attr, "setitem", parts)
        elif isinstance(node, ast.AugAssign) and _is_defining(node.target):
            of = node.target
            yield (
                node.lineno,
                Change(of.value, of.attr, "augment", [node.value], operator=node.op),
            )
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in MUTATORS
            and _is_defining(node.func.value)
        ):
            of = node.func.value
            words = [*node.args, *(keyword.value for keyword in node.keywords)]
            names = [
                *([None] * len(node.args)),
                *(keyword.arg or "**" for keyword in node.keywords),
            ]
            yield node.lineno, Change(of.value, of.attr, node.func.attr, words, names)


def _is_defining(node: ast.expr) -> TypeGuard[ast.Attribute]:
    return isinstance(node, ast.Attribute) and node.attr in _EMPTY


def after(
    folder: Folder, module: Module, worlds: Worlds | None, change: Change, frame: Frame
) -> Worlds:
    """Return what an attribute is after a change; where a branch makes it, before it too."""
    empty = _EMPTY[change.name]
    before = [
        (guards, empty if value is ABSENT or value is None else value)
        for guards, value in worlds or [(ALWAYS, empty)]
    ]
    place = module.scopes.places.get(id(change.owner))
    path = place.path if place is not None else ()
    reached = folder.reaching(module, path, "", frame)
    if not reached:
        return before
    parts = [folder.fold(module, part, frame) for part in change.parts]
    if change.how == "set":
        found = parts[0]
    else:
        found = [
            (
                guards,
                combined(change.operator, value, values[0])
                if change.operator is not None
                else mutated(change.how, value, values, change.names or [None] * len(values)),
            )
            for guards, (value, *values) in product([before, *parts])
        ]
    if not path:
        return found
    return [
        *before,
        *(
            (both, value)
            for taken in reached
            for guards, value in found
            if (both := joined(guards, taken)) is not None
        ),
    ]


def changed_calls(folder: Folder, module: Module) -> dict[int, list[Change]]:
    """Return what a file changes of the operators that its calls make, by the calls' ids."""
    found: dict[int, list[Change]] = {}
    for _, change in changes_in([*module.scopes.noted, *module.scopes.calls]):
        for _, value in folder.fold(module, change.owner):
            if isinstance(value, Instance) and folder.is_operator(value.of):
                found.setdefault(id(value.node), []).append(change)
    return found


def with_changes(
    folder: Folder,
    module: Module,
    named: Mapping[str, Worlds],
    changes: Sequence[Change],
    frame: Frame = NO_FRAME,
) -> dict[str, Worlds]:
    """Return a call's arguments after changes."""
    found = dict(named)
    for change in changes:
        found[change.name] = after(folder, module, found.get(change.name), change, frame)
    return found
