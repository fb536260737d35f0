"""Finds a state that Terraform could not save, and writes it into a file.

Where the disk is full or the backend is gone, Terraform writes `errored.tfstate`. Where that
fails too, it prints the state in an event. That event may be the only copy, because the state's
own file may be cut off.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ERRORED = "errored.tfstate"


@dataclass(frozen=True)
class Rescued:
    """A state that could not be saved in its place.

    Attributes:
        path: the file that contains it; None where no file could be written.
        said: the message for the user.
    """

    path: Path | None
    said: str


def rescue(
    events: Iterable[Mapping[str, Any]], folder: Path, beside: Path, before: object
) -> Rescued | None:
    """Save a state that Terraform could not save; return None where there is none.

    Args:
        events: the events of the command.
        folder: the folder that it ran in.
        beside: the folder of the state, which is tried first.
        before: the result of `mark` before the command.
    """
    states = [event["state"] for event in events if event.get("state")]
    if states:
        return _keep(json.dumps(states[-1], indent=2, ensure_ascii=False) + "\n", beside)
    errored = folder / ERRORED
    if mark(folder) != before and is_state(errored):
        return Rescued(errored, _said(errored))
    return None


def mark(folder: Path) -> object:
    """Return a value that changes when Terraform writes `errored.tfstate`."""
    try:
        found = (folder / ERRORED).stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def is_state(path: Path) -> bool:
    """Return whether a file contains a whole state."""
    try:
        return isinstance(json.loads(path.read_bytes()), dict)
    except (OSError, ValueError):
        return False


def _keep(text: str, beside: Path) -> Rescued:
    # Each folder is tried in turn, because this is the only copy.
    named = (os.environ.get("TMPDIR") or tempfile.gettempdir(), os.environ.get("HOME"))
    places = (beside, *(Path(place) for place in named if place))
    for place in places:
        path = _write_new(place, text)
        if path is not None:
            return Rescued(path, _said(path))
    return Rescued(
        None,
        "The state could not be saved where it belongs, and no file could be written: not in "
        f"{', '.join(map(str, places))}. This is its only copy; copy it from the first "
        f"brace to the last into a file:\n{text}",
    )


def _write_new(folder: Path, text: str) -> Path | None:
    """Write a new file; return None, and leave no file, where that fails."""
    for number in range(1000):
        path = folder / f"rescued-{number}.tfstate"
        try:
            # A state contains secrets.
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            continue
        except OSError:
            return None
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            path.unlink(missing_ok=True)
            return None
        return path
    return None


def _said(path: Path) -> str:
    return f"The state could not be saved where it belongs. It is in {path}, and nowhere else."
