"""Follows a subclass's constructors to DockerOperator's, and finds what it uses of Docker."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from mwaa_ecs.migrate import docker_names
from mwaa_ecs.migrate.finding.calls import Variant
from mwaa_ecs.migrate.finding.changes import Change, after, changes_in
from mwaa_ecs.migrate.folding.builtin_calls import is_external
from mwaa_ecs.migrate.folding.dispatch import Frame
from mwaa_ecs.migrate.folding.fold import Folder
from mwaa_ecs.migrate.folding.function_syntax import first_parameter
from mwaa_ecs.migrate.folding.values import ALWAYS, Arguments, ClassRef, Instance, Worlds


def variant_of(folder: Folder, targets: Worlds, target: Any, arguments: Arguments) -> Variant:
    """Return what arrives at DockerOperator through a class's constructors."""
    if not isinstance(target, ClassRef):
        return Variant(targets, arguments, None)
    late: list[tuple[ClassRef, list[tuple[Change, Frame]]]] = []
    me = Instance(target, arguments=arguments)
    for each in folder.lineage(target):
        if not isinstance(each, ClassRef):
            continue
        late.append((each, list(_set_late(folder, each, arguments, me))))
        constructor = _method(each, "__init__")
        if constructor is None:
            continue
        inside = folder.frame_of(each.module, constructor, arguments, bound=True)
        inside[id(constructor), first_parameter(constructor)] = [(ALWAYS, me)]
        above = _call_above(constructor)
        if above is None:
            arguments = Arguments((), {}, True, f"{each.node.name}.__init__")
            break
        skip = 0 if _is_super(above.func) else 1
        arguments = folder.arguments(each.module, above, inside, skip)
    named = dict(arguments.named)
    # The classes above run first.
    for each, changes in reversed(late):
        for change, frame in changes:
            named[change.name] = after(
                folder, each.module, named.get(change.name), change, frame
            )
    return Variant(targets, replace(arguments, named=named), target)


def _set_late(
    folder: Folder, owner: ClassRef, arguments: Arguments, me: Instance
) -> Iterator[tuple[Change, Frame]]:
    """Yield what methods change of the operator itself after DockerOperator's constructor."""
    for method in owner.node.body:
        if not isinstance(method, ast.FunctionDef):
            continue
        above = _call_above(method) if method.name == "__init__" else None
        starts = above.lineno if above is not None else 0
        first = first_parameter(method)
        frame: dict[tuple[int, str], Worlds] = {}
        if method.name == "__init__":
            frame |= folder.frame_of(owner.module, method, arguments, bound=True)
        frame[id(method), first] = [(ALWAYS, me)]
        for line, change in changes_in(ast.walk(method)):
            on_self = isinstance(change.owner, ast.Name) and change.owner.id == first
            if on_self and line > starts:
                yield change, frame


def internals(folder: Folder, owner: ClassRef) -> list[str]:
    """Return where a subclass uses what only Docker has, as `file:line: name`."""
    found = []
    for each in folder.lineage(owner):
        if not isinstance(each, ClassRef):
            continue
        for method in each.node.body:
            if not isinstance(method, ast.FunctionDef):
                continue
            if method.name in docker_names.INTERNALS:
                found.append(f"{each.module.file}:{method.lineno}: {method.name}")
            first = first_parameter(method)
            for node in ast.walk(method):
                if not isinstance(node, ast.Attribute):
                    continue
                on_self = isinstance(node.value, ast.Name) and node.value.id == first
                if node.attr in docker_names.INTERNALS and (
                    on_self or _is_super_object(node.value)
                ):
                    found.append(f"{each.module.file}:{node.lineno}: {node.attr}")
    return found


def is_swarm(folder: Folder, value: Any) -> bool:
    """Tell whether a class is DockerSwarmOperator or a subclass of it."""
    if isinstance(value, ClassRef):
        return any(is_external(each, docker_names.SWARM) for each in folder.lineage(value))
    return is_external(value, docker_names.SWARM)


def _method(owner: ClassRef, name: str) -> ast.FunctionDef | None:
    for node in owner.node.body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return node
    return None


def _call_above(constructor: ast.FunctionDef) -> ast.Call | None:
    """Return the call of the constructor above, by super() or by the class's name."""
    for node in ast.walk(constructor):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "__init__"
        ):
            return node
    return None


def _is_super(func: ast.expr) -> bool:
    return isinstance(func, ast.Attribute) and _is_super_object(func.value)


def _is_super_object(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "super"
    )
