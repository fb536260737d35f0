"""Reads the syntax of a function: its parameters, its decorators and its own nodes."""

from __future__ import annotations

import ast
from typing import Any


def first_parameter(function: Any) -> str:
    """Return the name of a function's first parameter; empty without one."""
    spec = function.args
    every = [*spec.posonlyargs, *spec.args]
    return every[0].arg if every else ""


def _decorated(function: Any, name: str) -> bool:
    return any(
        (isinstance(each, ast.Name) and each.id == name)
        or (isinstance(each, ast.Attribute) and each.attr == name)
        for each in getattr(function, "decorator_list", ())
    )


def is_static(function: Any) -> bool:
    """Tell whether a function is a static method."""
    return _decorated(function, "staticmethod")


def is_classmethod(function: Any) -> bool:
    """Tell whether a function is a class method."""
    return _decorated(function, "classmethod")


def is_property(function: Any) -> bool:
    """Tell whether a function is a property, cached or not."""
    return _decorated(function, "property") or _decorated(function, "cached_property")


def may_change_result(decorator: ast.expr) -> bool:
    """Tell whether a decorator may make a function return something else."""
    target = decorator.func if isinstance(decorator, ast.Call) else decorator
    name = target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")
    return name not in (
        "staticmethod",
        "classmethod",
        "property",
        "cached_property",
        "cache",
        "lru_cache",
        "wraps",
        "task_group",
        "dag",
    )


def own_nodes(function: Any) -> list[ast.AST]:
    """Return the nodes of a function's body that are not of a function in it."""
    found: list[ast.AST] = []
    waiting: list[ast.AST] = list(function.body)[::-1]
    while waiting:
        node = waiting.pop()
        found.append(node)
        if not isinstance(
            node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda
        ):
            waiting += list(ast.iter_child_nodes(node))[::-1]
    return found
