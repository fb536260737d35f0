"""Writes a picture as JSON."""

from __future__ import annotations

import json
from typing import Any

from mwaa_ecs.show.model import KINDS, Picture


def as_data(picture: Picture) -> dict[str, Any]:
    """Return a picture as plain values."""
    return {
        "origin": picture.origin,
        "nodes": [
            {
                "id": node.id,
                "kind": KINDS[node.kind].title,
                "name": node.name,
                "details": dict(node.details),
                "rights": list(node.rights),
            }
            for node in picture.nodes
        ],
        "edges": [vars(edge) for edge in picture.edges],
        "notes": list(picture.notes),
    }


def as_json(picture: Picture) -> str:
    """Return a picture as JSON."""
    return json.dumps(as_data(picture), indent=2, ensure_ascii=False) + "\n"
