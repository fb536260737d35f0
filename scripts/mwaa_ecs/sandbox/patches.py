"""Temporary replacements of attributes of other libraries."""

from __future__ import annotations

from typing import Any

_MISSING = object()


class Patches:
    """Replaces attributes, and restores them later."""

    def __init__(self) -> None:
        self._before: list[tuple[Any, str, Any]] = []

    def replace(self, owner: Any, name: str, value: Any) -> None:
        """Replace an attribute of a class or module."""
        # Read from the owner's own dictionary: an inherited attribute is deleted, not restored.
        self._before.append((owner, name, vars(owner).get(name, _MISSING)))
        setattr(owner, name, value)

    def undo(self) -> None:
        """Restore all attributes."""
        while self._before:
            owner, name, value = self._before.pop()
            if value is _MISSING:
                delattr(owner, name)
            else:
                setattr(owner, name, value)
