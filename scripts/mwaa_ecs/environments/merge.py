"""Lays YAML over YAML: maps are merged, lists replaced, and null removes what lies below."""

from __future__ import annotations

from collections.abc import Callable, Collection

from mwaa_ecs.strict_yaml import Node

Idle = Callable[[tuple[str, ...], Node, Collection[str]], None]
"""Told of a null that removes nothing: the keys down to it, the null, the keys below it."""


def _ignore(_path: tuple[str, ...], _null: Node, _below: Collection[str]) -> None:
    """Where a null removes nothing, say nothing."""


def merged(below: Node, above: Node, idle: Idle = _ignore, path: tuple[str, ...] = ()) -> Node:
    """Return `above` laid over `below`; both stay as they are.

    What is merged keeps the place of `above`, since that is where it would be changed.
    """
    if not (isinstance(below.value, dict) and isinstance(above.value, dict)):
        return without_nulls(above, idle, path)
    result = dict(below.value)
    taken = dict(below.taken)
    for key, item in above.value.items():
        if item.value is None:
            if key in result:
                del result[key]
                taken[key] = item
            elif key not in taken:
                idle((*path, key), item, result.keys())
        else:
            taken.pop(key, None)
            if key in result:
                result[key] = merged(result[key], item, idle, (*path, key))
            else:
                result[key] = without_nulls(item, idle, (*path, key))
    return Node(
        result,
        above.file,
        above.place,
        above.key_place,
        static=all(item.static for item in result.values()),
        taken=taken,
    )


def without_nulls(node: Node, idle: Idle = _ignore, path: tuple[str, ...] = ()) -> Node:
    """Return a value without the keys that are null: there is nothing below to remove."""
    if not isinstance(node.value, dict):
        return node
    kept = {}
    for key, item in node.value.items():
        if item.value is None:
            idle((*path, key), item, ())
        elif isinstance(item.value, dict):
            kept[key] = without_nulls(item, idle, (*path, key))
        else:
            kept[key] = item
    return Node(kept, node.file, node.place, node.key_place, static=node.static)
