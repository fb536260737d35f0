"""Spellings that Airflow 3 refuses, by ruff's AIR rules."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

from mwaa_ecs.migrate.notes import Note
from mwaa_ecs.processes import run


def air_notes(root: Path, files: Sequence[str]) -> tuple[dict[str, list[Note]], str]:
    """Return what ruff finds in files, by file; or why it was not run.

    Args:
        root: the folder.
        files: files below it, at most some hundred.
    """
    try:
        from ruff import find_ruff_bin

        program = find_ruff_bin()
    except (ImportError, FileNotFoundError):
        return {}, "spellings that Airflow 3 refuses: ruff is not installed"
    found: dict[str, list[Note]] = {}
    done = run(
        [
            os.fspath(program),
            *("check", "--isolated", "--no-cache", "--no-respect-gitignore", "--quiet"),
            *("--select", "AIR30", "--output-format", "json-lines", "--exit-zero", "--"),
            *files,
        ],
        cwd=root,
    )
    if done.returncode:
        return {}, f"spellings that Airflow 3 refuses: ruff ended with {done.returncode}"
    for line in done.stdout.splitlines():
        note = _note(json.loads(line), root)
        if note is not None:
            found.setdefault(note.file, []).append(note)
    return found, ""


def _note(data: dict[str, object], root: Path) -> Note | None:
    code, place = str(data.get("code")), data.get("location")
    if not code.startswith("AIR") or not isinstance(place, dict):
        return None
    file = os.path.relpath(str(data["filename"]), root.resolve())
    return Note(Path(file).as_posix(), int(place["row"]), code, str(data["message"]))
