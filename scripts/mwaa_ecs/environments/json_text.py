"""Writes a checked value as JSON: sorted keys, the same bytes for the same value."""

from __future__ import annotations

import json
from json.encoder import encode_basestring

from mwaa_ecs.environments.document import Node


class JsonText:
    """Writes values; what many environments share is written once and kept."""

    def __init__(self) -> None:
        self._kept: dict[tuple[int, str], tuple[Node, str]] = {}

    def of(self, node: Node) -> str:
        """Return the value as the text of a file."""
        return self._write(node, "\n") + "\n"

    def _write(self, node: Node, line: str) -> str:
        value = node.value
        if isinstance(value, str):
            return encode_basestring(value)
        if not isinstance(value, dict | list):
            return json.dumps(value, allow_nan=False)
        key = (id(node), line)
        if node.static and key in self._kept:
            return self._kept[key][1]
        inner = f"{line}  "
        if isinstance(value, dict):
            parts = [
                f"{encode_basestring(name)}: {self._write(item, inner)}"
                for name, item in sorted(value.items())
            ]
            opening, closing = "{", "}"
        else:
            parts = [self._write(item, inner) for item in value]
            opening, closing = "[", "]"
        text = (
            f"{opening}{inner}{f',{inner}'.join(parts)}{line}{closing}"
            if parts
            else f"{opening}{closing}"
        )
        if node.static:
            self._kept[key] = (node, text)
        return text
