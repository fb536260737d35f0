"""A state that Terraform could not save: found, and put where it is safe.

Where the disk is full or the backend is gone, Terraform writes `errored.tfstate`; where that
fails too, it says the state in an event. Then no file holds it any more: the one it was in may
be cut off.
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
    """What became of a state that could not be saved.

    Attributes:
        path: the file that holds it; None where none could be written.
        said: the same for a person.
    """

    path: Path | None
    said: str


def rescue(
    events: Iterable[Mapping[str, Any]], folder: Path, beside: Path, before: object
) -> Rescued | None:
    """Save what Terraform could not; None where there is nothing to save.

    Args:
        events: what Terraform said.
        folder: where it ran.
        beside: the folder of the state, which is tried first.
        before: what `mark` said of the folder before Terraform ran.
    """
    states = [event["state"] for event in events if event.get("state")]
    if states:
        return _keep(json.dumps(states[-1], indent=2, ensure_ascii=False) + "\n", beside)
    errored = folder / ERRORED
    if mark(folder) != before and is_state(errored):
        return Rescued(errored, _said(errored))
    return None


def mark(folder: Path) -> object:
    """Return what tells whether Terraform has written `errored.tfstate` meanwhile."""
    try:
        found = (folder / ERRORED).stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def is_state(path: Path) -> bool:
    """Tell whether a file holds a whole state."""
    try:
        return isinstance(json.loads(path.read_bytes()), dict)
    except (OSError, ValueError):
        return False


def _keep(text: str, beside: Path) -> Rescued:
    # An unset or full place is no reason to give up: there is no second copy.
    named = (os.environ.get("TMPDIR") or tempfile.gettempdir(), os.environ.get("HOME"))
    places = (beside, *(Path(place) for place in named if place))
    for place in places:
        path = _write_new(place, text)
        if path is not None:
            return Rescued(path, _said(path))
    return Rescued(
        None,
        "The state could not be saved where it belongs, and no file could be written: not in "
        f"{', '.join(map(str, places))}. This is all there is of it; copy it from the first "
        f"brace to the last into a file:\n{text}",
    )


def _write_new(folder: Path, text: str) -> Path | None:
    """Write a file that was not there; None where it fails, and then nothing is left."""
    for number in range(1000):
        path = folder / f"rescued-{number}.tfstate"
        try:
            # A state holds secrets.
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
