"""Follows the output that a program writes into a file."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress

_FOLLOW_SECONDS = 0.05
_CHUNK = 1 << 16


def follow(handle: int, has_ended: Callable[[float], bool]) -> Iterator[list[str]]:
    """Yield the lines that another process writes into a file, as soon as they are there.

    The generator yields a list every 0.05 seconds, also an empty one, so that its caller can do
    other work.

    Args:
        handle: the file's handle. Its position is not used: the writer may share it.
        has_ended: waits at most a number of seconds, and returns whether the writer has ended.
    """
    rest = b""
    place = 0
    ended = False
    while not ended:
        ended = has_ended(_FOLLOW_SECONDS)
        written = written_since(handle, place)
        place += len(written)
        *lines, rest = (rest + written).split(b"\n")
        if ended and rest:
            lines.append(rest)
        yield [line.decode(errors="replace") for line in lines]


def written_since(handle: int, place: int) -> bytes:
    """Return a file's content from `place` up to a NUL, which is room not yet written."""
    found = []
    nul = b""
    while not nul and (chunk := os.pread(handle, _CHUNK, place)):
        written, nul, _ = chunk.partition(b"\0")
        found.append(written)
        place += len(written)
    return b"".join(found)


def waiting_for(process: subprocess.Popen[bytes]) -> Callable[[float], bool]:
    """Return `has_ended` of `follow` for a process that this one started."""

    def has_ended(seconds: float) -> bool:
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=seconds)
        return process.returncode is not None

    return has_ended
