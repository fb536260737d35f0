"""Results of files, kept on disk: a folder of any size takes the same memory."""

from __future__ import annotations

import pickle
import tempfile
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Any

from mwaa_ecs.migrate.analysis import FileResult

_NOWHERE = -1


class Spool:
    """Results of files, which come in any order and are read by the files' names.

    Args:
        files: the names, in order.
    """

    def __init__(self, files: Sequence[str]) -> None:
        self._files = files
        self._file: Any = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as this does
        self._places = array("q", [_NOWHERE]) * len(files)

    def add(self, result: FileResult) -> None:
        """Keep a result."""
        self._places[bisect_left(self._files, result.file)] = self._file.tell()
        pickle.dump(result, self._file, pickle.HIGHEST_PROTOCOL)

    def __iter__(self) -> Iterator[FileResult]:
        """Yield every result, in the order of the files' names."""
        for place in self._places:
            if place != _NOWHERE:
                self._file.seek(place)
                # This process wrote it, to a file without a name.
                yield pickle.load(self._file)  # noqa: S301
