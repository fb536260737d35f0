"""Applies operators, subscripts and changes in place to values."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mwaa_ecs.migrate.folding import builtin_calls
from mwaa_ecs.migrate.folding.values import (
    External,
    Instance,
    Items,
    Map,
    Record,
    Text,
    Unknown,
    is_constant,
    text_of,
)


def as_map(value: Any) -> Map:
    """Return a value as the dict that `**` takes; what is not one is open."""
    if isinstance(value, Map):
        return value
    if value is None:
        return Map({})
    name = value.name if isinstance(value, Unknown) else "a dict"
    return Map({}, True, name)


def merged(maps: Sequence[Map]) -> Map:
    """Return dicts in one; later keys win."""
    items: dict[Any, Any] = {}
    for each in maps:
        items.update(each.items)
    origin = next((each.origin for each in maps if each.is_open), "")
    return Map(items, any(each.is_open for each in maps), origin)


def entry(key: Any, value: Any) -> Map:
    """Return a dict of one key; open where the key is not known."""
    return Map({key: value}) if is_constant(key) else Map({}, True, str(key))


def shown(value: Any) -> Any:
    """Return what a value is in a text."""
    return value if is_constant(value) or isinstance(value, Text | Unknown) else _object(value)


def _object(value: Any) -> Unknown:
    return Unknown("computed", type(value).__name__.lower())


def item_of(value: Any, key: Any) -> Any:
    """Return what a subscript gives."""
    if isinstance(value, Unknown):
        if value.kind == "xcom":
            return value
        name = f"{value.name}[{key}]" if is_constant(key) else value.name
        return Unknown(value.kind, name)
    if isinstance(value, External):
        if value.name == "os.environ":
            return Unknown("environment", key if isinstance(key, str) else "a variable")
        return Unknown("computed", value.name)
    known = isinstance(value, Items) and isinstance(key, int) and not value.is_open
    if known and -len(value.items) <= key < len(value.items):
        return value.items[key]
    if isinstance(value, Map) and is_constant(key):
        if key in value.items:
            return value.items[key]
        return Unknown("computed", value.origin or str(key))
    if isinstance(value, str) and isinstance(key, int) and -len(value) <= key < len(value):
        return value[key]
    return Unknown("computed", "an item")


def combined(operator: ast.operator, left: Any, right: Any) -> Any:
    """Return what a binary operator gives."""
    if isinstance(operator, ast.Add):
        if isinstance(left, Items) and isinstance(right, Items):
            return Items((*left.items, *right.items), left.is_open or right.is_open)
        if isinstance(left, str | Text) or isinstance(right, str | Text):
            return text_of([left, right])
        if isinstance(left, int | float) and isinstance(right, int | float):
            return left + right
    if isinstance(operator, ast.BitOr) and isinstance(left, Map) and isinstance(right, Map):
        return merged([left, right])
    if isinstance(operator, ast.BitOr) and isinstance(left, Map):
        return merged([left, as_map(right)])
    if isinstance(operator, ast.Mod) and isinstance(left, str):
        return builtin_calls.percent(left, right)
    if isinstance(operator, ast.Div) and isinstance(left, str | Text):
        return text_of([left, "" if str(left).endswith("/") else "/", right])
    calculate: Mapping[type, Callable[[Any, Any], Any]] = {
        ast.Mult: lambda a, b: a * b,
        ast.Sub: lambda a, b: a - b,
        ast.FloorDiv: lambda a, b: a // b,
    }
    numbers = all(isinstance(each, int | float) for each in (left, right))
    if numbers and type(operator) in calculate:
        try:
            return calculate[type(operator)](left, right)
        except (ArithmeticError, ValueError):
            return Unknown("computed", "a number")
    first = next((each for each in (left, right) if isinstance(each, Unknown)), None)
    return first or Unknown("computed", "an expression")


def mutated(how: str, value: Any, values: Sequence[Any], names: Sequence[str | None]) -> Any:
    """Return a value after a change in place."""
    if isinstance(value, Map):
        if how == "setitem":
            return merged([value, entry(values[0], values[1])])
        if how == "update":
            maps = [
                as_map(each) if name in (None, "**") else Map({name: each})
                for each, name in zip(values, names, strict=True)
            ]
            return merged([value, *maps])
        if how == "setdefault" and values:
            if is_constant(values[0]) and values[0] in value.items:
                return value
            default = values[1] if len(values) > 1 else None
            if value.is_open:
                return merged([Map({values[0]: default}), value])
            return merged([value, entry(values[0], default)])
        if how == "pop" and values and is_constant(values[0]):
            rest = {k: v for k, v in value.items.items() if k != values[0]}
            return Map(rest, value.is_open, value.origin)
        return Map(value.items, True, value.origin)
    if isinstance(value, Items):
        if how == "append" and len(values) == 1:
            return Items((*value.items, values[0]), value.is_open)
        if how == "extend" and len(values) == 1 and isinstance(values[0], Items):
            return Items((*value.items, *values[0].items), value.is_open or values[0].is_open)
        return Items(value.items, True)
    return value if isinstance(value, Instance | Record) else Unknown("computed", how)
