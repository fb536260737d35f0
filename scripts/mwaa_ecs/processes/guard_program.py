"""Kills the process groups of an owner that has ended. Runs with the standard library alone.

The owner writes to standard input: `+123` adds a group, `-123` removes one, `/path` adds a
folder: processes whose home is below it are killed too, because Airflow's tasks lead groups of
their own. When the owner ends for any reason, the kernel closes the pipe.
"""

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

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
    for folder in folders:
        end_processes_in(folder)


def end_processes_in(folder: Path) -> None:
    """Kill every process of this user whose home is in the folder. Linux only."""
    homes = tuple(b"%s=%s/" % (name, os.fsencode(folder)) for name in _HOMES)
    for environment in Path("/proc").glob("[0-9]*/environ"):
        # Other users' processes cannot be read, and a process may just have ended.
        with suppress(OSError):
            if any(entry.startswith(homes) for entry in environment.read_bytes().split(b"\0")):
                os.kill(int(environment.parent.name), signal.SIGKILL)


if __name__ == "__main__":
    main()
