"""The picture: things of AWS, and what needs what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """A kind of thing.

    Attributes:
        title: its name for a person.
        column: its place in the picture, from the left.
    """

    title: str
    column: int


KINDS: Mapping[str, Kind] = {
    "environment": Kind("MWAA environment", 0),
    "dag": Kind("DAG", 1),
    "parameter": Kind("parameter", 2),
    "definition": Kind("task definition", 3),
    "role": Kind("role", 4),
    "image": Kind("image", 4),
    "secret": Kind("secret", 4),
    "log_group": Kind("log group", 4),
    "file_system": Kind("file system", 4),
    "cluster": Kind("cluster", 4),
    "subnet": Kind("subnet", 4),
    "security_group": Kind("security group", 4),
    "policy": Kind("policy", 5),
    "key": Kind("key", 5),
}
"""Every kind of thing, in the order in which a list shows them."""


@dataclass(frozen=True)
class Node:
    """A thing.

    Attributes:
        id: tells it from all others.
        kind: a key of `KINDS`.
        name: what a person calls it.
        details: facts about it, each with its label. Never the value of a secret.
        rights: what its policy allows, a sentence each; empty without a policy.
    """

    id: str
    kind: str
    name: str
    details: tuple[tuple[str, str], ...] = ()
    rights: tuple[str, ...] = ()


@dataclass(frozen=True, order=True)
class Edge:
    """A thing needs another.

    Attributes:
        source: id of the thing that needs the other.
        target: id of the other.
        label: what for; empty where the kinds tell it.
    """

    source: str
    target: str
    label: str = ""


@dataclass(frozen=True)
class Picture:
    """Nodes and the connections between them.

    Attributes:
        origin: what it was read from.
        nodes: the things, by kind and name.
        edges: what needs what.
        notes: what could not be read, a sentence each.
    """

    origin: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    notes: tuple[str, ...] = ()

    def node(self, identifier: str) -> Node:
        """Return a thing by its id."""
        return next(one for one in self.nodes if one.id == identifier)

    def needs(self, identifier: str) -> list[Edge]:
        """Return the edges to what a thing needs, in the order of kinds and names."""
        found = [one for one in self.edges if one.source == identifier]
        return sorted(found, key=lambda one: (order(self.node(one.target)), one.label))

    def needed_by(self, identifier: str) -> list[Edge]:
        """Return the edges from what needs a thing, in the order of kinds and names."""
        found = [one for one in self.edges if one.target == identifier]
        return sorted(found, key=lambda one: (order(self.node(one.source)), one.label))


def order(node: Node) -> tuple[int, str, str]:
    """Return the place of a thing in a list: by kind, then by name."""
    return (list(KINDS).index(node.kind), node.name, node.id)


class Draft:
    """Collects things and edges; the same thing or edge counts once.

    Args:
        origin: what the picture is read from.
    """

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._nodes: dict[str, Node] = {}
        self._edges: set[Edge] = set()
        self._notes: dict[str, None] = {}

    def add(
        self,
        kind: str,
        key: str,
        name: str = "",
        details: Iterable[tuple[str, str]] = (),
        rights: Iterable[str] = (),
    ) -> str:
        """Add a thing, or more about one; return its id.

        Args:
            kind: a key of `KINDS`.
            key: tells it from others of its kind.
            name: what a person calls it; empty for the key.
            details: facts about it.
            rights: what its policy allows.
        """
        identifier = f"{kind}:{key}"
        known = self._nodes.get(identifier, Node(identifier, kind, name or key))
        merged = {**dict(known.details), **{label: text for label, text in details if text}}
        self._nodes[identifier] = Node(
            identifier, kind, known.name, tuple(merged.items()), known.rights or tuple(rights)
        )
        return identifier

    def link(self, source: str, target: str, label: str = "") -> None:
        """Add that a thing needs another."""
        self._edges.add(Edge(source, target, label))

    def note(self, text: str) -> None:
        """Add what could not be read."""
        self._notes[text] = None

    def done(self) -> Picture:
        """Return the picture."""
        nodes = sorted(self._nodes.values(), key=order)
        return Picture(
            self._origin, tuple(nodes), tuple(sorted(self._edges)), tuple(self._notes)
        )
