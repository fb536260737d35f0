"""Results of files, kept on disk: a folder of any size takes the same memory."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterator
from typing import Any

from mwaa_ecs.migrate.analysis import FileResult


class Spool:
    """Results in the order in which they were added; read as often as needed."""

    def __init__(self) -> None:
        self._file: Any = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as this does

    def add(self, result: FileResult) -> None:
        """Keep a result."""
        pickle.dump(result, self._file, pickle.HIGHEST_PROTOCOL)

    def __iter__(self) -> Iterator[FileResult]:
        """Yield every result."""
        self._file.seek(0)
        while True:
            try:
                # This process wrote it, to a file without a name.
                yield pickle.load(self._file)  # noqa: S301
            except EOFError:
                return
