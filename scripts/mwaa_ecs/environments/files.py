"""Writes files as a whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from mwaa_ecs.errors import OperationError


def write_whole(path: Path, text: str) -> None:
    """Replace a file as a whole: who reads it sees the old text or the new one, never half.

    Raises:
        OperationError: it cannot be written; what was there stays.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            # A full disk may show only here.
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        _remove(draft)
        raise OperationError(
            f"{path}: it cannot be written: {error.strerror}; what was there before stays"
        ) from None
    except BaseException:
        _remove(draft)
        raise


def _remove(draft: Path) -> None:
    try:
        draft.unlink(missing_ok=True)
    except OSError:
        return


def read_text(path: Path) -> str | None:
    """Return a file's text; None where there is no such file or it cannot be read as text."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
