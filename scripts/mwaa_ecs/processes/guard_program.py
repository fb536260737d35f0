"""Kills the process groups of an owner that has ended. Runs with the standard library alone.

The owner writes to standard input: `+123` adds a group, `-123` removes one. When the owner ends
for any reason, the kernel closes the pipe.
"""

import os
import signal
import sys
from contextlib import suppress


def main() -> None:
    """Read until the owner has ended, and kill the groups that it left."""
    groups: set[int] = set()
    for line in sys.stdin:
        number = int(line[1:])
        if line[0] == "+":
            groups.add(number)
        else:
            groups.discard(number)
    for group in groups:
        # macOS refuses a signal to a group whose only member is dead.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)


if __name__ == "__main__":
    main()
