"""What was asked of the local AWS: one record a call."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from mwaa_ecs.iam.model import Need


@dataclass(frozen=True)
class Call:
    """One call. `action` is the API's name for it, or the method and path where none is known.

    time: seconds since 1970. service: as IAM names it (`ecs`, `logs`, `airflow` for MWAA).
    status: the HTTP status. error_code: AWS's code of an error, None of a success.
    principal: ARN of the session of the role that called; empty for the sandbox's own keys.
    needs: what the call needs of that role's policies.
    denied: why those do not allow it, in AWS's words, where they are enforced.
    """

    time: float
    service: str
    action: str
    region: str
    account_id: str
    status: int
    user_agent: str
    error_code: str | None = None
    principal: str = ""
    needs: tuple[Need, ...] = ()
    denied: str = ""


@dataclass
class Recording:
    """The calls made while a `recording()` lasts."""

    calls: list[Call] = field(default_factory=list)

    def of(self, service: str, action: str | None = None) -> list[Call]:
        """The calls to a service, or of one action of it."""
        return [
            call
            for call in self.calls
            if call.service == service and action in (None, call.action)
        ]


class Journal:
    """Every call so far, in the order in which they were answered."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: list[Call] = []
        self._recordings: list[Recording] = []

    def add(self, call: Call) -> None:
        """Note a call."""
        with self._lock:
            self._calls.append(call)
            for recording in self._recordings:
                recording.calls.append(call)

    def since(self, mark: int = 0) -> tuple[Call, ...]:
        """The calls after the mark."""
        with self._lock:
            return tuple(self._calls[mark:])

    def mark(self) -> int:
        """Where the journal stands."""
        with self._lock:
            return len(self._calls)

    def clear(self) -> None:
        """Forget them; marks from before hold no longer."""
        with self._lock:
            self._calls.clear()

    @contextmanager
    def recording(self) -> Iterator[Recording]:
        """Note the calls of a while apart."""
        recording = Recording()
        with self._lock:
            self._recordings.append(recording)
        try:
            yield recording
        finally:
            with self._lock:
                # By identity: two recordings may hold the same calls.
                self._recordings = [one for one in self._recordings if one is not recording]


def now() -> float:
    """Seconds since 1970."""
    return time.time()
