"""A temporary folder that is made when it is first needed."""

from __future__ import annotations

import shutil
import tempfile
import threading
from pathlib import Path


class Scratch:
    """An engine that was selected and never used leaves nothing behind."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._path: Path | None = None

    @property
    def path(self) -> Path:
        """The folder."""
        with self._lock:
            if self._path is None:
                self._path = Path(tempfile.mkdtemp(prefix="mwaa-ecs-"))
            return self._path

    def remove(self) -> None:
        """Remove it with all that it holds."""
        with self._lock:
            if self._path is not None:
                shutil.rmtree(self._path, ignore_errors=True)
                self._path = None
