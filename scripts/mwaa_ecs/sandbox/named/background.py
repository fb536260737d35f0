"""Starts a sandbox that goes on when the command that started it has ended."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from mwaa_ecs.processes import end_group, follow, start, waiting_for, written_since
from mwaa_ecs.sandbox.named.registry import Entry, check_free, entries, folder, free_name

BACKGROUND = "--background"
"""The option of `sandbox up`."""
LOG = "MWAA_ECS_SANDBOX_LOG"
"""Variable that tells a process that it is a sandbox in the background, and its log file."""

# Its log is emptied beyond this size.
_LARGEST_LOG = 64 * 1024 * 1024
_MAIN = "from mwaa_ecs.cli import main; main()"


@dataclass(frozen=True)
class Started:
    """How the start of a sandbox in the background ended.

    Attributes:
        entry: the sandbox; None if it did not start.
        exit_code: that of its process, if it ended.
        errors: what it wrote to stderr.
    """

    entry: Entry | None
    exit_code: int
    errors: str


def own_log() -> str:
    """Return this process's log file if it is a sandbox in the background, else nothing."""
    return os.environ.pop(LOG, "")


def limit_log() -> None:
    """Empty the log if it is too large."""
    if os.fstat(1).st_size > _LARGEST_LOG:
        os.ftruncate(1, 0)


def start_in_background(
    words: Sequence[str], name: str | None, tell: Callable[[str], None]
) -> Started:
    """Start a sandbox in the background, and wait until it can be used.

    Args:
        words: the arguments of `mwaa-ecs`, which start it in the foreground.
        name: its name. Default: the first free one.
        tell: receives each line of its output.

    Raises:
        UserError: the name is not valid or not free.
    """
    chosen = free_name() if name is None else check_free(name)
    log = folder() / f"{chosen}.{secrets.token_hex(4)}.log"
    handle = os.open(log, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
    with os.fdopen(handle, "rb") as output, tempfile.TemporaryFile() as errors:
        process = start(
            [sys.executable, "-c", _MAIN, *words, "--name", chosen],
            env={**os.environ, LOG: str(log)},
            stdout=output,
            stderr=errors,
        )
        try:
            entry = _wait(process, output.fileno(), log, tell)
        except BaseException:
            end_group(process)
            log.unlink(missing_ok=True)
            raise
        told = written_since(errors.fileno(), 0).decode(errors="replace")
    if entry is None:
        log.unlink(missing_ok=True)
    return Started(entry, process.returncode or 0, told)


def _wait(
    process: subprocess.Popen[bytes], output: int, log: Path, tell: Callable[[str], None]
) -> Entry | None:
    found: list[Entry] = []
    ended = waiting_for(process)

    def has_ended(seconds: float) -> bool:
        found[:] = [one for one in entries() if one.log == str(log) and one.ready]
        return bool(found) or ended(seconds)

    for lines in follow(output, has_ended):
        for line in lines:
            tell(line)
    return found[0] if found else None
