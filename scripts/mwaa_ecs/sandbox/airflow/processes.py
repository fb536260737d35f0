"""Ends what Airflow and a startup script were started as."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress

_SECONDS_TO_END = 30


def end_group(process: subprocess.Popen[bytes]) -> None:
    """Ask a process that leads a group to end, with all that it started; then insist.

    Airflow's operator stops its container when it is asked.
    """
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=_SECONDS_TO_END)
            return


def last_lines(text: str, lines: int = 15) -> str:
    """Return the end of what a program said."""
    return "\n".join(text.strip().splitlines()[-lines:])
