"""Evaluates calls of Python's, Airflow's and Docker's functions with constant arguments."""

from __future__ import annotations

import posixpath
import string
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mwaa_ecs.migrate import docker_names
from mwaa_ecs.migrate.folding.values import (
    External,
    Items,
    Map,
    Record,
    Text,
    Unknown,
    is_constant,
    text_of,
)

AN_OBJECT = object()
"""The call makes an object that matters: an operator, a DAG."""

_LONGEST = 1000

_FIELDS = {"Mount": ("target", "source", "type", "read_only")}

_VARIABLE = ("Variable.get", "Variable.get_variable_from_secrets", "Variable.setdefault")
_ENVIRONMENT = ("os.environ.get", "os.getenv", "os.environ.pop")
_CONNECTION = ("get_connection", "Connection.get", "get_connection_from_secrets")
_OBJECTS = (
    docker_names.OPERATOR
    | docker_names.SWARM
    | docker_names.DECORATOR
    | docker_names.DAG
    | docker_names.DAG_DECORATOR
    | docker_names.TASK_GROUP
)


def call(
    name: str,
    positional: Sequence[Any],
    named: Mapping[str, Any],
    *,
    is_open: bool = False,
    origin: str = "",
) -> Any:
    """Return what a call of something outside the folder gives.

    Args:
        name: its full name.
        positional: the arguments.
        named: the keyword arguments.
        is_open: whether there may be more of them.
        origin: where those come from.
    """
    if name in _OBJECTS:
        return AN_OBJECT
    first = positional[0] if positional else None
    if name.startswith(("docker.types.", "mwaa_ecs_operator.")):
        kind = name.rpartition(".")[2]
        fields = dict(zip(_FIELDS.get(kind, ()), positional, strict=False)) | dict(named)
        return Record(kind, fields, is_open)
    if name.endswith(_VARIABLE):
        return Unknown("variable", _key(first if positional else named.get("key")))
    if name in _ENVIRONMENT:
        return Unknown("environment", _key(first if positional else named.get("key")))
    if name.endswith(_CONNECTION):
        return Unknown("connection", _key(first))
    plain = name.removeprefix("builtins.")
    if plain == "dict":
        maps = [_as_items(each) for each in positional]
        items = {k: v for each in maps for k, v in each.items.items()} | dict(named)
        return Map(items, is_open or any(each.is_open for each in maps), origin)
    if plain in _CALLS:
        try:
            return _CALLS[plain](positional, named)
        except (TypeError, ValueError, IndexError, OverflowError, MemoryError, AttributeError):
            return Unknown("computed", plain)
    return Unknown("computed", plain)


def _key(value: Any) -> str:
    return str(value) if isinstance(value, str | Text) else "a name"


def _as_items(value: Any) -> Map:
    if isinstance(value, Map):
        return value
    if isinstance(value, Items) and not value.is_open:
        pairs = [each.items for each in value.items if isinstance(each, Items)]
        if len(pairs) == len(value.items) and all(
            len(pair) == 2 and is_constant(pair[0]) for pair in pairs
        ):
            return Map(dict(pairs))
    return Map({}, True, value.name if isinstance(value, Unknown) else "a dict")


def _first(positional: Sequence[Any], _: Mapping[str, Any]) -> Any:
    return positional[0]


def _list(positional: Sequence[Any], _: Mapping[str, Any]) -> Any:
    if not positional:
        return Items(())
    value = positional[0]
    if isinstance(value, Map):
        return Items(tuple(value.items), value.is_open)
    return value if isinstance(value, Items | Unknown) else Items((), True)


def _sorted(positional: Sequence[Any], named: Mapping[str, Any]) -> Any:
    return _list(positional, named)  # the order changes nothing that is asked for


def _str(positional: Sequence[Any], _: Mapping[str, Any]) -> Any:
    return text_of([positional[0]]) if positional else ""


def _number(kind: Callable[[Any], Any]) -> Callable[[Sequence[Any], Mapping[str, Any]], Any]:
    def convert(positional: Sequence[Any], _: Mapping[str, Any]) -> Any:
        value = positional[0]
        if isinstance(value, Unknown):
            return value
        return kind(value) if is_constant(value) else Unknown("computed", kind.__name__)

    return convert


def _range(positional: Sequence[Any], _: Mapping[str, Any]) -> Any:
    if not all(isinstance(each, int) for each in positional):
        return Items((), True)
    numbers = range(*positional)
    return Items(tuple(numbers[:_LONGEST]), len(numbers) > _LONGEST)


def _enumerate(positional: Sequence[Any], named: Mapping[str, Any]) -> Any:
    value = _list(positional, {})
    start = positional[1] if len(positional) > 1 else named.get("start", 0)
    if not isinstance(value, Items):
        return value
    return Items(
        tuple(Items((start + number, each)) for number, each in enumerate(value.items)),
        value.is_open,
    )


def _zip(positional: Sequence[Any], _: Mapping[str, Any]) -> Any:
    lists = [_list([each], {}) for each in positional]
    if not all(isinstance(each, Items) for each in lists):
        return Items((), True)
    rows = zip(*(each.items for each in lists), strict=False)
    return Items(tuple(map(Items, rows)), any(each.is_open for each in lists))


def _join_paths(positional: Sequence[Any], _: Mapping[str, Any]) -> Any:
    if all(isinstance(each, str) for each in positional):
        return posixpath.join(*positional)
    parts: list[Any] = []
    for number, each in enumerate(positional):
        parts += ["/", each] if number else [each]
    return text_of(parts)


_CALLS: Mapping[str, Callable[[Sequence[Any], Mapping[str, Any]], Any]] = {
    "list": _list,
    "tuple": _list,
    "set": _list,
    "reversed": _list,
    "sorted": _sorted,
    "str": _str,
    "int": _number(int),
    "float": _number(float),
    "bool": _number(bool),
    "range": _range,
    "enumerate": _enumerate,
    "zip": _zip,
    "os.path.join": _join_paths,
    "posixpath.join": _join_paths,
    "pathlib.Path": _join_paths,
    "pathlib.PurePosixPath": _join_paths,
    "os.fspath": _first,
    "copy.copy": _first,
    "copy.deepcopy": _first,
    "types.MappingProxyType": _first,
}


_TEXT_METHODS = [
    "strip",
    "lstrip",
    "rstrip",
    "lower",
    "upper",
    "title",
    "capitalize",
    "replace",
    "removeprefix",
    "removesuffix",
    "split",
    "rsplit",
    "splitlines",
    "partition",
    "rpartition",
    "join",
    "startswith",
    "endswith",
    "zfill",
]


def method(owner: Any, name: str, values: Sequence[Any], named: Mapping[str, Any]) -> Any:
    """Return what a method of a text, list or dict gives."""
    if isinstance(owner, Map):
        return _of_map(owner, name, values)
    if isinstance(owner, Items):
        if name == "copy":
            return owner
        return Unknown("computed", f"list.{name}")
    if isinstance(owner, str) and name == "format":
        return _formatted(owner, values, named)
    if isinstance(owner, str) and name == "join" and values:
        if isinstance(values[0], Items) and not values[0].is_open:
            parts: list[Any] = []
            for number, each in enumerate(values[0].items):
                parts += [owner, each] if number else [each]
            return text_of(parts)
        return Unknown("computed", "a text")
    if isinstance(owner, str) and name in _TEXT_METHODS and all(map(is_constant, values)):
        try:
            found = getattr(owner, name)(*values)
        except (TypeError, ValueError):
            return Unknown("computed", f"str.{name}")
        return Items(tuple(found)) if isinstance(found, list | tuple) else found
    if isinstance(owner, Text):
        if name in ("strip", "lower", "upper", "rstrip", "lstrip"):
            return owner
        return next(part for part in owner.parts if isinstance(part, Unknown))
    return Unknown("computed", f"str.{name}")


def _of_map(owner: Map, name: str, values: Sequence[Any]) -> Any:
    if name in ("copy",):
        return owner
    if name == "keys":
        return Items(tuple(owner.items), owner.is_open)
    if name == "values":
        return Items(tuple(owner.items.values()), owner.is_open)
    if name == "items":
        return Items(tuple(Items(pair) for pair in owner.items.items()), owner.is_open)
    if name in ("get", "pop") and values and is_constant(values[0]):
        if values[0] in owner.items:
            return owner.items[values[0]]
        if owner.is_open:
            return Unknown("computed", owner.origin or str(values[0]))
        return values[1] if len(values) > 1 else None
    return Unknown("computed", f"dict.{name}")


def _formatted(template: str, values: Sequence[Any], named: Mapping[str, Any]) -> Any:
    if all(map(is_constant, [*values, *named.values()])):
        try:
            return template.format(*values, **named)
        except (ValueError, IndexError, KeyError, AttributeError, TypeError):
            return Unknown("computed", "str.format")
    parts: list[Any] = []
    number = 0
    try:
        for literal, field, _, _ in string.Formatter().parse(template):
            parts.append(literal)
            if field is None:
                continue
            if field == "":
                parts.append(values[number])
                number += 1
            elif field.isdigit():
                parts.append(values[int(field)])
            else:
                parts.append(named.get(field, Unknown("computed", field)))
    except (ValueError, IndexError):
        return Unknown("computed", "str.format")
    return text_of(parts)


def percent(template: str, value: Any) -> Any:
    """Return `template % value`."""
    items = value.items if isinstance(value, Items) else (value,)
    if isinstance(value, Map):
        if all(map(is_constant, value.items.values())):
            try:
                return template % dict(value.items)
            except (ValueError, KeyError, TypeError):
                return Unknown("computed", "%")
        return Unknown("computed", "%")
    if all(map(is_constant, items)):
        try:
            return template % tuple(items)
        except (ValueError, TypeError):
            return Unknown("computed", "%")
    pieces = template.split("%s")
    if len(pieces) != len(items) + 1:
        return Unknown("computed", "%")
    parts: list[Any] = [pieces[0]]
    for each, piece in zip(items, pieces[1:], strict=True):
        parts += [each, piece]
    return text_of(parts)


def is_external(value: Any, names: frozenset[str]) -> bool:
    """Tell whether a value is one of the names of packages."""
    return isinstance(value, External) and value.name in names
