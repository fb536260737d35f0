"""Places things in columns from left to right, the same for the same picture."""

from __future__ import annotations

from dataclasses import dataclass

from mwaa_ecs.show.model import KINDS, Node, Picture, order

WIDTH, HEIGHT = 220, 40
_GAP_X, _GAP_Y, _MARGIN = 90, 12, 20
_SWEEPS = 4


@dataclass(frozen=True)
class Placed:
    """A thing and the upper left corner of its box."""

    node: Node
    x: int
    y: int


@dataclass(frozen=True)
class Layout:
    """All boxes, and the size of the whole."""

    boxes: dict[str, Placed]
    width: int
    height: int


def place(picture: Picture) -> Layout:
    """Return the place of each thing.

    A column has the things of its kinds; columns without things are left out. In a column a
    kind's things stand together, near what they are connected to.
    """
    used = sorted({KINDS[node.kind].column for node in picture.nodes})
    columns = [
        [node for node in picture.nodes if KINDS[node.kind].column == column] for column in used
    ]
    near: dict[str, list[str]] = {node.id: [] for node in picture.nodes}
    for edge in picture.edges:
        near[edge.source].append(edge.target)
        near[edge.target].append(edge.source)
    rank = {node.id: float(row) for column in columns for row, node in enumerate(column)}
    for _ in range(_SWEEPS):
        for column in columns:
            column.sort(
                key=lambda node: (order(node)[0], _middle(near[node.id], rank), node.name)
            )
            # As a share of the column, since columns differ in length.
            rank |= {node.id: row / len(column) for row, node in enumerate(column)}
    step = HEIGHT + _GAP_Y
    longest = max(map(len, columns), default=0)
    boxes = {
        node.id: Placed(
            node,
            _MARGIN + number * (WIDTH + _GAP_X),
            _MARGIN + row * step + (longest - len(column)) * step // 2,
        )
        for number, column in enumerate(columns)
        for row, node in enumerate(column)
    }
    return Layout(
        boxes,
        2 * _MARGIN + max(1, len(columns)) * (WIDTH + _GAP_X) - _GAP_X,
        2 * _MARGIN + max(1, longest) * step - _GAP_Y,
    )


def _middle(neighbours: list[str], rank: dict[str, float]) -> float:
    return sum(rank[one] for one in neighbours) / len(neighbours) if neighbours else 0.0
