"""Ends the process groups whose owner is gone. A program, run with the standard library alone.

The owner says on standard input which groups live: `+123` for one more, `-123` for one less.
When the owner is gone, however it went, the kernel closes the pipe.
"""

import os
import signal
import sys
from contextlib import suppress


def main() -> None:
    """Read until the owner is gone, and end what it left."""
    groups: set[int] = set()
    for line in sys.stdin:
        number = int(line[1:])
        if line[0] == "+":
            groups.add(number)
        else:
            groups.discard(number)
    for group in groups:
        # macOS refuses it to a group whose only member is dead.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)


if __name__ == "__main__":
    main()
