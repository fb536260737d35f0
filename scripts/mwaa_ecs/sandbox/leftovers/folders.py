"""Temporary folders that show whether their owner still runs.

The owner locks its folder. The kernel releases the lock however the owner ends. A process id
would not work, because another process can get the same one. The lock also stops systemd from
cleaning the folder of a sandbox that runs for weeks.

The label of a container or image has the folder, the machine and the user.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import tempfile
from pathlib import Path

from mwaa_ecs.errors import UserError
from mwaa_ecs.processes import watch_folder
from mwaa_ecs.processes.guard_program import MARK, locked, remove_left_over

_PREFIX = "mwaa-ecs-"


class OwnedFolder:
    """A folder of this process; if it is killed, the guard removes the folder."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix=_PREFIX))
        self._handle = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX)
        except OSError as error:
            self.remove()
            raise UserError(
                f"TMPDIR is {tempfile.gettempdir()!r}, where files cannot be locked "
                f"({error.strerror}). Set it to a folder on a local disk"
            ) from error
        # The mark follows the lock, because others remove folders that are marked and unlocked.
        (self.path / MARK).touch()
        watch_folder(self.path)

    @property
    def label(self) -> str:
        """The label for containers and images of this process."""
        return f"{owner()}:{self.path}"

    def remove(self) -> None:
        """Remove the folder with its content."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._handle)


def is_left_over(label: str) -> bool:
    """Return True if a label is of this user on this machine and its process has ended."""
    theirs, _, folder = label.partition(":")
    if theirs != owner() or not folder:
        return False
    try:
        with locked(Path(folder)):
            return (Path(folder) / MARK).exists()
    except FileNotFoundError:
        return True  # a sandbox has removed the folder
    except OSError:
        return False


def sweep_folders() -> None:
    """Remove this user's folders whose owners have ended, and kill processes in them."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        remove_left_over(folder)


def owner() -> str:
    """Return the user and the machine, including its process namespace."""
    space = Path("/proc/self/ns/pid")
    return f"{os.getuid()}@{socket.gethostname()}" + (
        f"/{space.readlink()}".replace(":", "") if space.is_symlink() else ""
    )
