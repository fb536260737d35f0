"""Results of files, kept on disk: a folder of any size takes the same memory."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterator
from typing import Any

from mwaa_ecs.migrate.analysis import FileResult


class Spool:
    """Results of files, which come in any order and are read by the files' names."""

    def __init__(self) -> None:
        self._file: Any = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as this does
        self._places: dict[str, int] = {}

    def add(self, result: FileResult) -> None:
        """Keep a result."""
        self._places[result.file] = self._file.tell()
        pickle.dump(result, self._file, pickle.HIGHEST_PROTOCOL)

    def __iter__(self) -> Iterator[FileResult]:
        """Yield every result, in the order of the files' names."""
        for _, place in sorted(self._places.items()):
            self._file.seek(place)
            # This process wrote it, to a file without a name.
            yield pickle.load(self._file)  # noqa: S301
