"""Ends a sandbox that runs in another process."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress

from mwaa_ecs.errors import OperationError
from mwaa_ecs.sandbox.leftovers.folders import owner
from mwaa_ecs.sandbox.named.registry import Entry, forget

# Stopping containers and Airflow takes a few seconds.
_SECONDS = 60.0
_POLL_SECONDS = 0.1


def end(entry: Entry, seconds: float = _SECONDS) -> bool:
    """End a sandbox, and wait until all of it is gone.

    Args:
        entry: the sandbox.
        seconds: how long it may take. Then it is killed, with its programs.

    Returns:
        Whether it ended by itself.

    Raises:
        OperationError: it runs on another machine.
    """
    if entry.owner != owner():
        raise OperationError(
            f"The sandbox {entry.name!r} runs on another machine ({entry.owner}). End it there"
        )
    by_itself = _signal(entry, signal.SIGTERM, seconds)
    if not by_itself:
        _signal(entry, signal.SIGKILL, seconds)
    forget(entry)
    return by_itself


def _signal(entry: Entry, number: int, seconds: float) -> bool:
    limit = time.monotonic() + seconds
    with suppress(ProcessLookupError):
        if entry.process.is_running:
            os.kill(entry.pid, number)
    while entry.process.is_running:
        if time.monotonic() > limit:
            return False
        time.sleep(_POLL_SECONDS)
    return True
