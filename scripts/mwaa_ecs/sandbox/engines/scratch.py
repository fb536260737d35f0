"""A temporary folder that is created on first use."""

from __future__ import annotations

import tempfile
import threading
from pathlib import Path

from mwaa_ecs.sandbox.leftovers.folders import OwnedFolder


class Scratch:
    """The folder of an engine; an unused engine creates none."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._folder: OwnedFolder | None = None

    @property
    def folder(self) -> OwnedFolder:
        """The folder; the first use creates it."""
        with self._lock:
            if self._folder is None:
                self._folder = OwnedFolder()
            return self._folder

    def subfolder(self, prefix: str) -> Path:
        """Create a folder within the folder."""
        return Path(tempfile.mkdtemp(prefix=prefix, dir=self.folder.path))

    def remove(self) -> None:
        """Remove the folder with its content."""
        with self._lock:
            if self._folder is not None:
                self._folder.remove()
                self._folder = None
