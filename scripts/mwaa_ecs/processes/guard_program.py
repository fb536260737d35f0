"""Kills the process groups of an owner that has ended. Runs with the standard library alone.

The owner writes to standard input: `+123` adds a group, `-123` removes one, `/path` adds a
folder: processes whose home is below it are killed too, because Airflow's tasks lead groups of
their own, and an owner's temporary folder is removed. When the owner ends for any reason, the
kernel closes the pipe.
"""

import fcntl
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

MARK = ".owned"
"""File in a folder that may be removed; a folder that the user keeps lacks it."""

_TRIES = 20
_TRY_SECONDS = 0.1

# Programs of a sandbox have their home in its folder; a user's shell there does not.
_HOMES = (b"HOME", b"AIRFLOW_HOME")


def main() -> None:
    """Read until the owner has ended, and kill the groups that it left."""
    groups: set[int] = set()
    folders: set[Path] = set()
    for line in sys.stdin:
        if line[0] == "/":
            folders.add(Path(line.removesuffix("\n")))
            continue
        number = int(line[1:])
        if line[0] == "+":
            groups.add(number)
        else:
            groups.discard(number)
    for group in groups:
        # macOS refuses a signal to a group whose only member is dead.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)
    # An owner that ended in order has removed its folders.
    for folder in filter(Path.exists, folders):
        end_processes_in(folder)
        # The kernel releases the owner's lock, and ends processes, a little later.
        for _ in range(_TRIES):
            remove_left_over(folder)
            if not (folder / MARK).exists():
                break
            time.sleep(_TRY_SECONDS)


def remove_left_over(folder: Path) -> None:
    """Remove a folder of this user whose owner has ended, with the processes in it."""
    # The owner of a folder that cannot be locked still runs.
    with suppress(OSError), locked(folder):
        if folder.stat().st_uid == os.getuid() and (folder / MARK).exists():
            end_processes_in(folder)
            _empty(folder)


def _empty(folder: Path) -> None:
    """Remove a folder; the mark goes last, so that a failed removal is tried again."""
    for child in folder.iterdir():
        if child.is_dir() and not child.is_symlink():
            shutil.rmtree(child, ignore_errors=True)
        elif child.name != MARK:
            child.unlink()
    if [child.name for child in folder.iterdir()] == [MARK]:
        shutil.rmtree(folder)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Lock a folder.

    Raises:
        BlockingIOError: another process holds the lock.
    """
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


def end_processes_in(folder: Path) -> None:
    """Kill every process of this user whose home is in the folder. Linux only.

    Airflow writes a process's title over its environment; such a process runs in its home.
    """
    homes = tuple(b"%s=%s/" % (name, os.fsencode(folder)) for name in _HOMES)
    for environment in Path("/proc").glob("[0-9]*/environ"):
        # Other users' processes cannot be read, and a process may just have ended.
        with suppress(OSError):
            read = environment.read_bytes()
            if any(entry.startswith(homes) for entry in read.split(b"\0")) or (
                b"=" not in read and folder in environment.with_name("cwd").readlink().parents
            ):
                os.kill(int(environment.parent.name), signal.SIGKILL)


if __name__ == "__main__":
    main()
