"""Runs programs: one way to start, follow and end them.

Every program has a session of its own and no input. So a Ctrl-C in the terminal reaches this
process alone, which ends what it started in order, and a program's whole group can be ended.

`start` writes the output to files where the program must survive this process: it would end
with SIGPIPE soon after the reader of a pipe. A `Leash` is for the opposite: what is started on
one ends with this process, even after a `kill -9`.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Self

_FOLLOW_SECONDS = 0.05
_END_SECONDS = 30.0
_CHUNK = 1 << 16
# `set -C` refuses to replace a file: whoever writes the process id first decides whether the
# program starts. `exec` keeps the process id and the start time. See `Identity.read`.
_WRITE_PID = """
set -C
if [ -r /proc/$$/stat ]; then
  read -r boot </proc/sys/kernel/random/boot_id
  read -r started </proc/$$/stat
else
  boot= started=$(ps -o stat=,lstart= -p $$)
fi
printf '%s\\n%s\\n%s\\n' $$ "$boot" "$started" >"$1" || exit 125
shift
exec "$@"
"""
# Input is a pipe whose other end only this process holds. It ends with this process, and then
# the group is killed. The watcher is in the group, so that its id cannot be another group's.
_WATCH = (
    "exec 3<&0 </dev/null; (read -r _ <&3; kill -KILL -$$) >/dev/null 2>&1 & "
    'exec 3<&-; exec "$@"'
)


class Leash:
    """Ends a program's whole group when the leash is closed or this process ends."""

    def __init__(self) -> None:
        self.input, self._ours = os.pipe()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Kill what is left of the group."""
        for handle in (self.input, self._ours):
            with suppress(OSError):
                os.close(handle)
        self.input = self._ours = -1


def start(
    argv: Sequence[str],
    *,
    stdout: int | IO[Any],
    stderr: int | IO[Any] = subprocess.STDOUT,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    leash: Leash | None = None,
    pid_file: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own, with no input.

    Args:
        argv: the program and its arguments.
        stdout: where its output goes: a file, or a constant of `subprocess`.
        stderr: where its errors go.
        cwd: the folder that it runs in.
        env: its whole environment; this process's own where it is not given.
        leash: ends it with this process.
        pid_file: a file into which the process writes its id before it becomes the program.
            Where the file exists, the program does not start, and the process exits with 125.

    Raises:
        OSError: it cannot be started. With a leash or a process id's file the shell says so,
            and the process exits with 126 or 127.
    """
    command = list(argv)
    if pid_file is not None:
        command = ["/bin/sh", "-c", _WRITE_PID, "sh", str(pid_file), *command]
    if leash is not None:
        command = ["/bin/sh", "-c", _WATCH, "sh", *command]
    return subprocess.Popen(
        command,
        cwd=cwd,
        env=None if env is None else dict(env),
        stdin=subprocess.DEVNULL if leash is None else leash.input,
        stdout=stdout,
        stderr=stderr,
        start_new_session=True,
    )


def run(
    argv: Sequence[str],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    timeout: float | None = None,
    cancelled: threading.Event | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end, whatever it exits with, and return what it said.

    Args:
        argv: the program and its arguments.
        cwd: the folder that it runs in.
        env: its whole environment; this process's own where it is not given.
        timeout: how many seconds it may take.
        cancelled: ends it when it is set.

    Raises:
        OSError: it cannot be started.
        subprocess.TimeoutExpired: it took longer than `timeout`; it is ended.
        CancelledError: it was ended because of `cancelled`.
    """
    process = start(argv, cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    called_off = False
    done = threading.Event()

    def end_when_cancelled() -> None:
        nonlocal called_off
        while cancelled is not None and not done.is_set():
            if cancelled.wait(_FOLLOW_SECONDS):
                called_off = True
                kill_group(process)
                return

    watcher = threading.Thread(target=end_when_cancelled, daemon=True)
    if cancelled is not None:
        watcher.start()
    try:
        out, errors = process.communicate(timeout=timeout)
    except BaseException:
        kill_group(process)
        process.communicate()
        raise
    finally:
        done.set()
    if called_off:
        raise CancelledError(f"{argv[0]} was called off")
    return subprocess.CompletedProcess(
        process.args,
        process.returncode,
        out.decode(errors="replace"),
        errors.decode(errors="replace"),
    )


class CancelledError(Exception):
    """A program was ended because nobody needs its result any more."""


def follow(handle: int, has_ended: Callable[[float], bool]) -> Iterator[list[str]]:
    """Yield the lines that another process writes into a file, as they come.

    Yields a list every few hundredths of a second, also an empty one, so that the caller can
    look after something else.

    Args:
        handle: the file's handle. Its position is not used: the writer may share it.
        has_ended: waits at most so many seconds, and tells whether the writer has ended.
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
    """Return what stands in a file from `place` on; a NUL is reserved room, not yet written."""
    found = []
    nul = b""
    while not nul and (chunk := os.pread(handle, _CHUNK, place)):
        written, nul, _ = chunk.partition(b"\0")
        found.append(written)
        place += len(written)
    return b"".join(found)


def waiting_for(process: subprocess.Popen[bytes]) -> Callable[[float], bool]:
    """Return what `follow` asks whether a process of ours has ended."""

    def has_ended(seconds: float) -> bool:
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=seconds)
        return process.returncode is not None

    return has_ended


def kill_group(process: subprocess.Popen[Any]) -> None:
    """Kill a process that `start` started, with all of its group, unless it has ended."""
    if process.poll() is None:
        signal_group(process.pid, signal.SIGKILL)


def end_group(process: subprocess.Popen[Any], seconds: float = _END_SECONDS) -> None:
    """Ask a process that `start` started to end, with all of its group; then kill it."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        signal_group(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=seconds)
            return


def signal_group(pid: int, number: int) -> None:
    """Send a signal to the group that a process leads; none where the group is gone."""
    # macOS refuses it to a group whose only member is dead.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


@dataclass(frozen=True)
class Identity:
    """A process, told apart from a later one with the same id.

    Attributes:
        pid: the process id.
        started: when it started, in the words of this machine and this boot.
    """

    pid: int
    started: str

    @classmethod
    def find(cls, pid: int) -> Identity | None:
        """Return who has a process id now; None where nobody has, or it has ended."""
        started = _started(pid)
        return None if started is None else cls(pid, started)

    @classmethod
    def read(cls, pid_file: Path) -> Identity | None:
        """Return who wrote the file that `start` was given; None where it is not written."""
        try:
            pid, boot, *rest = pid_file.read_text().splitlines()
            if boot:
                return cls(int(pid), f"{boot} {_parsed(rest[0])[1]}")
            return cls(int(pid), rest[0].strip().partition(" ")[2].strip())
        except (OSError, ValueError, IndexError):
            return None

    @property
    def is_running(self) -> bool:
        """Whether it has not ended yet."""
        return Identity.find(self.pid) == self


def _started(pid: int) -> str | None:
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except (FileNotFoundError, ProcessLookupError):
        return None if Path("/proc/self/stat").exists() else _asked_of_ps(pid)
    state, started = _parsed(text)
    return None if state in "ZX" else f"{boot} {started}"


def _parsed(stat: str) -> tuple[str, str]:
    """Return a process's state and start from its line in /proc."""
    # The program's name stands in parentheses, and may hold blanks and parentheses itself.
    state, *fields = stat.rpartition(")")[2].split()
    return state, fields[18]


def _asked_of_ps(pid: int) -> str | None:
    """Return a process's start on a system without /proc."""
    done = run(["ps", "-o", "stat=,lstart=", "-p", str(pid)], timeout=60)
    state, _, started = done.stdout.strip().partition(" ")
    return None if not state or state.startswith("Z") else started.strip()
