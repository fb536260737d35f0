"""Distinguishes a process from later ones with the same id."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Identity:
    """A process, distinguished from a later one with the same id.

    Attributes:
        pid: the process id.
        started: the start time in the format of this system, with the boot's id.
    """

    pid: int
    started: str

    @classmethod
    def find(cls, pid: int) -> Identity | None:
        """Return the process that has an id now; None where it does not exist or has ended."""
        started = _started(pid)
        return None if started is None else cls(pid, started)

    @classmethod
    def read(cls, pid_file: Path) -> Identity | None:
        """Return the process that wrote the `pid_file` of `start`; None where none did."""
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
    # The program's name is in parentheses, and may contain spaces and parentheses.
    state, *fields = stat.rpartition(")")[2].split()
    return state, fields[18]


def _asked_of_ps(pid: int) -> str | None:
    """Return a process's start on a system without /proc."""
    done = subprocess.run(
        ["/bin/ps", "-o", "stat=,lstart=", "-p", str(pid)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    state, _, started = done.stdout.strip().partition(" ")
    return None if not state or state.startswith("Z") else started.strip()
