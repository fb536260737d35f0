"""Attributes of other libraries that are replaced for a while."""

from __future__ import annotations

from typing import Any

_MISSING = object()


class Patches:
    """Remembers what it replaces, and puts it back."""

    def __init__(self) -> None:
        self._before: list[tuple[Any, str, Any]] = []

    def replace(self, owner: Any, name: str, value: Any) -> None:
        """Set an attribute of a class or module."""
        # Out of its own dictionary: what it inherits is not its own to be put back.
        self._before.append((owner, name, vars(owner).get(name, _MISSING)))
        setattr(owner, name, value)

    def undo(self) -> None:
        """Put back everything as it was."""
        while self._before:
            owner, name, value = self._before.pop()
            if value is _MISSING:
                delattr(owner, name)
            else:
                setattr(owner, name, value)
