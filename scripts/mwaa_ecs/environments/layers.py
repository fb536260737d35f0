"""Lays YAML over YAML: maps are merged, lists replaced, and null removes what lies below."""

from __future__ import annotations

from mwaa_ecs.environments.document import Node


def merged(below: Node, above: Node) -> Node:
    """Return `above` laid over `below`; both stay as they are.

    What is merged keeps the place of `above`, since that is where it would be changed.
    """
    if not (isinstance(below.value, dict) and isinstance(above.value, dict)):
        return without_nulls(above)
    result = dict(below.value)
    for key, item in above.value.items():
        if item.value is None:
            result.pop(key, None)
        elif key in result:
            result[key] = merged(result[key], item)
        else:
            result[key] = without_nulls(item)
    return Node(
        result,
        above.file,
        above.place,
        above.key_place,
        static=all(item.static for item in result.values()),
    )


def without_nulls(node: Node) -> Node:
    """Return a value without the keys that are null: there is nothing below to remove."""
    if not isinstance(node.value, dict):
        return node
    kept = {
        key: without_nulls(item) for key, item in node.value.items() if item.value is not None
    }
    return Node(kept, node.file, node.place, node.key_place, static=node.static)
