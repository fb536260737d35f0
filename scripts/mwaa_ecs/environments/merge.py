"""Merges layers of YAML: maps are merged, lists are replaced, and null removes a key."""

from __future__ import annotations

from collections.abc import Callable, Collection

from mwaa_ecs.strict_yaml import Node

Idle = Callable[[tuple[str, ...], Node, Collection[str]], None]
"""Called for a null that removes nothing, with the keys down to it, the null, and the keys that
the lower layer has at its place."""


def ignore(_path: tuple[str, ...], _null: Node, _below: Collection[str]) -> None:
    """Ignore a null that removes nothing."""


def merged(below: Node, above: Node, idle: Idle = ignore, path: tuple[str, ...] = ()) -> Node:
    """Return `above` merged over `below`; neither is changed.

    A merged mapping has the place of `above`, because a user changes it there.

    Args:
        below: the lower layer.
        above: the layer that wins.
        idle: called for each null that removes nothing.
        path: the keys down to both values.
    """
    if not (isinstance(below.value, dict) and isinstance(above.value, dict)):
        return without_nulls(above, idle, path)
    result = dict(below.value)
    removed = dict(below.removed)
    for key, item in above.value.items():
        if item.value is None:
            if key in result:
                del result[key]
                removed[key] = item
            elif key not in removed:
                idle((*path, key), item, result.keys())
        else:
            removed.pop(key, None)
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
        removed=removed,
    )


def without_nulls(node: Node, idle: Idle = ignore, path: tuple[str, ...] = ()) -> Node:
    """Return a value without its null keys, which have no lower layer to remove from."""
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
