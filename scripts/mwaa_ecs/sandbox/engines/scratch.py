"""A temporary folder that is made when it is first needed."""

from __future__ import annotations

import tempfile
import threading
from pathlib import Path

from mwaa_ecs.sandbox.leftovers.folders import OwnedFolder


class Scratch:
    """An engine that was selected and never used leaves nothing behind."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._folder: OwnedFolder | None = None

    @property
    def folder(self) -> OwnedFolder:
        """The folder."""
        with self._lock:
            if self._folder is None:
                self._folder = OwnedFolder()
            return self._folder

    def subfolder(self, prefix: str) -> Path:
        """Make a folder in it."""
        return Path(tempfile.mkdtemp(prefix=prefix, dir=self.folder.path))

    def remove(self) -> None:
        """Remove it with all that it holds."""
        with self._lock:
            if self._folder is not None:
                self._folder.remove()
                self._folder = None
