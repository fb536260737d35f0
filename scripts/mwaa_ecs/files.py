"""Writes files as a whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from mwaa_ecs.errors import OperationError, UserError


def make_folder(path: Path) -> None:
    """Make a folder and those above it, where they are not there.

    Raises:
        UserError: a file is in the way.
        OperationError: it cannot be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        inner = (path, *path.parents)
        file = next((each for each in inner if each.exists() and not each.is_dir()), path)
        raise UserError(
            f"{file} is a file, and a folder is wanted there; move it away"
        ) from None
    except OSError as error:
        raise OperationError(f"{path}: it cannot be made: {error.strerror}") from None


def write_whole(path: Path, content: str | bytes) -> None:
    """Replace a file as a whole: who reads it sees the old content or the new one, never half.

    Where a link is, the file that it leads to is replaced; a pipe or a device (/dev/stdout) is
    written to.

    Raises:
        OperationError: it cannot be written; what was there stays.
    """
    data = content.encode() if isinstance(content, str) else content
    target = Path(os.path.realpath(path))
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            path.write_bytes(data)
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            # A full disk may show only here.
            os.fsync(file.fileno())
        draft.replace(target)
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
