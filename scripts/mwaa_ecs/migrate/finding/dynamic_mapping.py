"""Folds what Airflow's dynamic task mapping adds to the arguments of `.partial()`."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Any

from mwaa_ecs.migrate.folding.fold import Folder
from mwaa_ecs.migrate.folding.operators import as_map
from mwaa_ecs.migrate.folding.values import (
    ABSENT,
    ALWAYS,
    Arguments,
    Instance,
    Items,
    Map,
    Unknown,
    Worlds,
)
from mwaa_ecs.migrate.reading.project import Module


def mapped_arguments(folder: Folder, module: Module) -> dict[int, list[Arguments]]:
    """Return what `.expand()` and `.expand_kwargs()` add to each `.partial()`."""
    found: dict[int, list[Arguments]] = {}
    for node in module.scopes.calls:
        func = node.func
        if not isinstance(func, ast.Attribute):
            continue
        if func.attr not in ("expand", "expand_kwargs"):
            continue
        for _, value in folder.fold(module, func.value):
            if isinstance(value, Instance) and folder.is_operator(value.of):
                arguments = folder.arguments(module, node)
                each = (
                    _expanded(node, arguments)
                    if func.attr == "expand"
                    else _expanded_kwargs(node, arguments)
                )
                found.setdefault(id(value.node), []).append(each)
    return found


def _expanded(node: ast.Call, arguments: Arguments) -> Arguments:
    named: dict[str, Worlds] = {}
    for name, worlds in arguments.named.items():
        named[name] = []
        for guards, value in worlds:
            if isinstance(value, Items) and not value.is_open:
                named[name] += [
                    (guards | {((id(node), name), turn)}, item)
                    for turn, item in enumerate(value.items)
                ]
            else:
                known = value if isinstance(value, Unknown) else Unknown("xcom", name)
                named[name].append((guards, known))
    return replace(arguments, named=named)


def _expanded_kwargs(node: ast.Call, arguments: Arguments) -> Arguments:
    worlds = (
        arguments.positional[0]
        if arguments.positional
        else arguments.named.get("kwargs", [(ALWAYS, Unknown("xcom", "kwargs"))])
    )
    turns: list[tuple[Any, Map]] = []
    for guards, value in worlds:
        if not isinstance(value, Items) or value.is_open:
            name = value.name if isinstance(value, Unknown) else "expand_kwargs"
            return Arguments((), {}, True, name)
        turns += [
            (guards | {(id(node), turn)}, as_map(item)) for turn, item in enumerate(value.items)
        ]
    names = dict.fromkeys(str(key) for _, each in turns for key in each.items)
    return Arguments(
        (),
        {name: [(g, each.items.get(name, ABSENT)) for g, each in turns] for name in names},
        any(each.is_open for _, each in turns),
        next((each.origin for _, each in turns if each.is_open), ""),
    )
