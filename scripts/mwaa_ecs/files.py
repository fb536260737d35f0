"""Writes files as a whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from mwaa_ecs.errors import OperationError, UserError


def make_folder(path: Path, *, private: bool = False) -> None:
    """Make a folder and those above it, where they are not there.

    Args:
        path: the folder.
        private: whether only its owner may enter it. A folder that exists keeps its mode.

    Raises:
        UserError: a file is in the way.
        OperationError: it cannot be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir(mode=0o700 if private else 0o777, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        inner = (path, *path.parents)
        file = next((each for each in inner if each.exists() and not each.is_dir()), path)
        raise UserError(
            f"{file} is a file, and a folder is expected there; move it away"
        ) from None
    except OSError as error:
        raise OperationError(f"{path}: it cannot be made: {error.strerror}") from None


def write_whole(path: Path, content: str | bytes, *, private: bool = False) -> None:
    """Replace a file as a whole: a reader sees the old content or the new one, never half.

    Where a link is, the file that it leads to is replaced; a pipe or a device (/dev/stdout) is
    written to. A file that exists keeps its mode.

    Args:
        path: the file.
        content: what it holds afterwards.
        private: whether only its owner may read a new file, because it holds secrets.

    Raises:
        OperationError: it cannot be written; the old file stays.
    """
    data = content.encode() if isinstance(content, str) else content
    target = Path(os.path.realpath(path))
    draft = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            path.write_bytes(data)
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        mode = target.stat().st_mode & 0o7777 if target.exists() else None
        # The draft is never open to more people than the file: the umask narrows a new one's
        # mode, and an old one's mode is set before anything is written.
        new_mode = 0o600 if private or mode is not None else 0o666
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, new_mode)
        with os.fdopen(handle, "wb") as file:
            if mode is not None:
                os.fchmod(handle, mode)
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


def write_stream(path: Path, parts: Iterable[str]) -> None:
    """Write a file of any size as a whole, without holding it in memory.

    Args:
        path: the file.
        parts: its text.

    Raises:
        OperationError: it cannot be written; the old file stays.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        if path.exists() and not path.is_file():
            with path.open("w", encoding="utf-8", newline="\n") as device:
                device.writelines(parts)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(parts)
        draft.replace(os.path.realpath(path))
    except OSError as error:
        raise OperationError(
            f"{path}: it cannot be written: {error.strerror}; what was there before stays"
        ) from None
    finally:
        _remove(draft)


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


def shown_name(path: Path) -> str:
    """Return a path as the user would name it: relative to where they are, if it lies there.

    A link keeps its own name: that is the file to look at, wherever it leads.
    """
    try:
        return str(Path(os.path.normpath(path.absolute())).relative_to(Path.cwd()))
    except ValueError:
        return str(path)
