"""Writes a picture as a tree: under each task what names it and what it needs."""

from __future__ import annotations

from collections.abc import Iterator

from mwaa_ecs.show.model import KINDS, Picture

_BRANCH, _LAST, _THROUGH, _BLANK = "├─ ", "└─ ", "│  ", "   "


def tree(picture: Picture) -> Iterator[str]:
    """Yield the lines of a picture. What a thing needs is shown once."""
    yield picture.origin
    shown: set[str] = set()
    for kind in ("environment", "parameter"):
        for node in picture.nodes:
            if node.kind == kind:
                yield ""
                yield from _of(picture, node.id, shown)
    if picture.notes:
        yield ""
        yield from (f"note: {one}" for one in picture.notes)


def _of(picture: Picture, root: str, shown: set[str]) -> Iterator[str]:
    yield _line(picture, root)
    dags = [edge.source for edge in picture.needed_by(root)]
    below = [(one, "") for one in dags if picture.node(one).kind == "dag"]
    below += [(edge.target, edge.label) for edge in picture.needs(root)]
    yield from _below(picture, below, "", {root}, shown)


def _below(
    picture: Picture, edges: list[tuple[str, str]], lead: str, path: set[str], shown: set[str]
) -> Iterator[str]:
    for number, (target, label) in enumerate(edges, start=1):
        last = number == len(edges)
        inner = [(edge.target, edge.label) for edge in picture.needs(target)]
        # A DAG is a leaf, because it needs only the task above it.
        inner = [] if picture.node(target).kind == "dag" else inner
        again = target in shown and bool(inner)
        what = f" ({label})" if label else ""
        yield f"{lead}{_LAST if last else _BRANCH}{_line(picture, target)}{what}" + (
            ", see above" if again else ""
        )
        if again or target in path:
            continue
        shown.add(target)
        deeper = lead + (_BLANK if last else _THROUGH)
        yield from _below(picture, inner, deeper, {*path, target}, shown)


def _line(picture: Picture, identifier: str) -> str:
    node = picture.node(identifier)
    return f"{KINDS[node.kind].title} {node.name}"
