"""Starts, runs and ends programs.

Every program has its own session. A Ctrl-C in the terminal reaches this process alone, which
then ends its programs in order, and a program can be ended together with its children.
"""

from __future__ import annotations

import math
import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import IO, Any

from mwaa_ecs.processes.guard import prepare, watch, watched

_END_SECONDS = 30.0
_CANCEL_SECONDS = 0.1
# A signal can end up with another thread that starts a thread or a program just then, and does
# not end a wait of the main thread: 32 of some 480, while others started programs. Its handler
# runs once the wait is over.
_WAIT_SECONDS = 0.5
# `set -C` refuses to replace a file, so the first writer of the process id decides whether the
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


def start(
    argv: Sequence[str],
    *,
    stdout: int | IO[Any],
    stderr: int | IO[Any] = subprocess.STDOUT,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: int = subprocess.DEVNULL,
    pid_file: Path | None = None,
    ends_with_us: bool = False,
) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own.

    Args:
        argv: the program and its arguments.
        stdout: where its output goes: a file, or a constant of `subprocess`.
        stderr: where its errors go.
        cwd: the folder that it runs in.
        env: its whole environment; this process's own where it is not given.
        stdin: what it reads: nothing, or a pipe.
        pid_file: a file into which the process writes its id before it becomes the program.
            Where the file exists, the program does not start, and the process exits with 125.
        ends_with_us: whether its group is killed when this process ends, even by a `kill -9`.
            The caller must `forget` it, or be in `watched`, before its id is another's.

    Raises:
        OSError: it cannot be started. With a process id's file the shell says so instead, and
            the process exits with 126 or 127.
    """
    command = list(argv)
    if pid_file is not None:
        command = ["/bin/sh", "-c", _WRITE_PID, "sh", str(pid_file), *command]
    if ends_with_us:
        prepare()
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env=None if env is None else dict(env),
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        start_new_session=True,
    )
    if ends_with_us:
        watch(process)
    return process


class Programs:
    """Runs programs to their end, and can kill those that are running."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way: set[subprocess.Popen[bytes]] = set()

    def run(
        self,
        argv: Sequence[str],
        *,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        timeout: float | None = None,
        given: str = "",
        cancelled: threading.Event | None = None,
        ends_with_us: bool = True,
    ) -> subprocess.CompletedProcess[str]:
        """Run a program to its end, whatever its exit code, and return its output.

        Args:
            argv: the program and its arguments.
            cwd: the folder that it runs in.
            env: its whole environment; this process's own where it is not given.
            timeout: how many seconds it may take.
            given: what it reads on its standard input.
            cancelled: ends it when it is set.
            ends_with_us: whether it is killed when this process ends, whatever ends that.

        Raises:
            OSError: it cannot be started.
            subprocess.TimeoutExpired: it took longer than `timeout`, and was ended.
            CancelledError: it was ended because of `cancelled`.
        """
        process = start(
            argv,
            cwd=cwd,
            env=env,
            stdin=subprocess.PIPE if given else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            ends_with_us=ends_with_us,
        )
        with self._lock:
            self._under_way.add(process)
        with watched(process) if ends_with_us else nullcontext():
            try:
                out, errors = _communicate(process, given, timeout, cancelled)
            except BaseException:
                kill_group(process)
                process.communicate()
                raise
            finally:
                with self._lock:
                    self._under_way.discard(process)
        return subprocess.CompletedProcess(
            process.args,
            process.returncode,
            out.decode(errors="replace"),
            errors.decode(errors="replace"),
        )

    def interrupt(self) -> None:
        """Kill all running programs with their children."""
        with self._lock:
            for process in self._under_way:
                kill_group(process)


def run(argv: Sequence[str], **options: Any) -> subprocess.CompletedProcess[str]:
    """Run one program to its end; see `Programs.run`."""
    return Programs().run(argv, **options)


class CancelledError(Exception):
    """A program was ended because its result is not needed any more."""


def _communicate(
    process: subprocess.Popen[bytes],
    given: str,
    timeout: float | None,
    cancelled: threading.Event | None,
) -> tuple[bytes, bytes]:
    data = given.encode() or None
    seconds = math.inf if timeout is None else timeout
    until = time.monotonic() + seconds
    step = min(seconds, _WAIT_SECONDS if cancelled is None else _CANCEL_SECONDS)
    while cancelled is None or not cancelled.is_set():
        try:
            return process.communicate(data, timeout=step)
        except subprocess.TimeoutExpired as error:
            # communicate() continues where it was, and accepts no input again.
            data = None
            if time.monotonic() > until:
                error.timeout = seconds
                raise
    raise CancelledError(f"{process.args!r} was cancelled")


def kill_group(process: subprocess.Popen[Any]) -> None:
    """Kill a process that `start` started, with all of its group, unless it has ended."""
    if process.poll() is None:
        signal_group(process.pid, signal.SIGKILL)


def wait(process: subprocess.Popen[Any]) -> int:
    """Wait for a process's end, whatever thread a request to end comes to; return its code."""
    while True:
        with suppress(subprocess.TimeoutExpired):
            return process.wait(timeout=_WAIT_SECONDS)


def end_group(process: subprocess.Popen[Any], seconds: float = _END_SECONDS) -> None:
    """Ask a process that `start` started to end, with all of its group; then kill it."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        signal_group(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=seconds)
            return


def signal_group(pid: int, number: int) -> None:
    """Send a signal to the group that a process leads, if the group still exists."""
    # macOS refuses a signal to a group whose only member is dead.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)
