"""Temporary folders that tell whether their owner lives.

The owner holds a lock on its folder for as long as it lives. The kernel gives the lock back
whatever ends the owner. A process id would not do: another process may have it by then. The
lock also keeps systemd's cleaning of /tmp away from a sandbox that is up for weeks.

A container or an image says in a label which folder that is, on which machine, and whose.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mwaa_ecs.errors import UserError

_PREFIX = "mwaa-ecs-"
# Where a program of ours has its home; a user's shell in the same folder has another.
_HOMES = (b"HOME", b"AIRFLOW_HOME")
# In a folder that may be removed: one that the user wants to keep has none.
_MARK = ".owned"


class OwnedFolder:
    """A folder of this process's. The next sandbox removes it if this one is killed."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix=_PREFIX))
        self._handle = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX)
        except OSError as error:
            self.remove()
            raise UserError(
                f"TMPDIR: nothing can be locked in {tempfile.gettempdir()!r} "
                f"({error.strerror}). Set it to a folder on a local disk"
            ) from error
        # Marked when it is locked: others remove what is marked and not locked.
        (self.path / _MARK).touch()

    @property
    def label(self) -> str:
        """What to write on things outside of the folder."""
        return f"{_owner()}:{self.path}"

    def remove(self) -> None:
        """Remove it with all that it holds."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._handle)


def is_left_over(label: str) -> bool:
    """Whether a thing with this label was this user's, on this machine, whose owner is gone."""
    owner, _, folder = label.partition(":")
    if owner != _owner() or not folder:
        return False
    try:
        with _locked(Path(folder)):
            return (Path(folder) / _MARK).exists()
    except FileNotFoundError:
        return True  # its folder has been swept
    except OSError:
        return False


def sweep_folders() -> None:
    """Remove this user's folders whose owners are gone, and end what has its home there."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        # A folder that cannot be locked has an owner who lives.
        with suppress(OSError), _locked(folder):
            if folder.stat().st_uid == os.getuid() and (folder / _MARK).exists():
                end_processes_in(folder)
                _empty(folder)


def end_processes_in(folder: Path) -> None:
    """SIGKILL to every process of this user that has its home in the folder. Linux only."""
    homes = tuple(b"%s=%s/" % (name, os.fsencode(folder)) for name in _HOMES)
    for environment in Path("/proc").glob("[0-9]*/environ"):
        # Others' may not be read, and ours may just have ended.
        with suppress(OSError):
            if any(entry.startswith(homes) for entry in environment.read_bytes().split(b"\0")):
                os.kill(int(environment.parent.name), signal.SIGKILL)


def _empty(folder: Path) -> None:
    """Remove it. The mark goes last: what cannot be removed today is tried again."""
    for child in folder.iterdir():
        if child.is_dir() and not child.is_symlink():
            shutil.rmtree(child, ignore_errors=True)
        elif child.name != _MARK:
            child.unlink()
    if [child.name for child in folder.iterdir()] == [_MARK]:
        shutil.rmtree(folder)


def _owner() -> str:
    """Whose a thing is: the user, and the machine that the user's process ids count on."""
    space = Path("/proc/self/ns/pid")
    return f"{os.getuid()}@{socket.gethostname()}" + (
        f"/{space.readlink()}".replace(":", "") if space.is_symlink() else ""
    )


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold a folder's lock. Raises BlockingIOError where somebody does already."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)
