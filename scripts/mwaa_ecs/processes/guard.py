"""Programs that end when this process does, however it ends.

One guard process watches over all of them: it waits for the end of a pipe that this process
holds open. PR_SET_PDEATHSIG of Linux would be no help: it follows the thread that started a
program and not the process, it does not reach the program's own children, and macOS has none.

Between a program's start and the guard's knowledge of it there is about a millisecond. What is
started then by a process that is killed just then, and what leaves its session on purpose and
has no home in a folder of `watch_folder`, is found by the next sandbox (`end_processes_in`), on
Linux.
"""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mwaa_ecs.processes import guard_program


class _Guard:
    """The guard process, started when it is first needed and when it was ended by others."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._groups: set[int] = set()
        self._folders: set[Path] = set()
        self._process: subprocess.Popen[bytes] | None = None

    def prepare(self) -> None:
        with self._lock:
            if self._process is None:
                self._start()

    def add(self, group: int) -> None:
        with self._lock:
            self._groups.add(group)
            self._tell(f"+{group}\n")

    def add_folder(self, folder: Path) -> None:
        with self._lock:
            self._folders.add(folder)
            self._tell(f"{folder}\n")

    def discard(self, group: int) -> None:
        with self._lock:
            self._groups.discard(group)
            if self._process is not None:
                self._tell(f"-{group}\n")

    def _tell(self, line: str) -> None:
        if self._process is not None:
            try:
                self._write(line)
            except BrokenPipeError:
                self._close()
            else:
                return
        self._start()
        self._write("".join(f"+{group}\n" for group in self._groups))
        self._write("".join(f"{folder}\n" for folder in self._folders))

    def _start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", guard_program.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            # A Ctrl-C in the terminal must not end the guard.
            start_new_session=True,
        )

    def _write(self, lines: str) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        os.write(self._process.stdin.fileno(), lines.encode())

    def _close(self) -> None:
        if self._process is not None:
            assert self._process.stdin is not None
            self._process.stdin.close()
            self._process.wait()
            self._process = None

    def close(self) -> None:
        """End the guard, and by it what is still there."""
        with self._lock:
            self._close()


_GUARD = _Guard()
atexit.register(_GUARD.close)


def prepare() -> None:
    """Have the guard ready, so that it knows of the next program right after its start."""
    _GUARD.prepare()


def watch(process: subprocess.Popen[Any]) -> None:
    """Let a program that leads a session end with this process, with all of its session."""
    _GUARD.add(process.pid)


def watch_folder(folder: Path) -> None:
    """Let a folder go with this process, and on Linux the processes whose home is below it.

    For programs whose children lead groups of their own, as Airflow's tasks do. Only a folder
    with `guard_program.MARK` is removed.
    """
    _GUARD.add_folder(folder)


def forget(process: subprocess.Popen[Any]) -> None:
    """Take back `watch`. Its id must not become another program's before."""
    _GUARD.discard(process.pid)


@contextmanager
def watched(process: subprocess.Popen[Any]) -> Iterator[None]:
    """Watch over a program for as long as the `with` lasts; it must have ended by then."""
    watch(process)
    try:
        yield
    finally:
        forget(process)
