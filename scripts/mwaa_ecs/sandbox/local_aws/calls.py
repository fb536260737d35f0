"""Records of the calls to the local AWS."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from mwaa_ecs.iam.model import Need


@dataclass(frozen=True)
class Call:
    """A call.

    Attributes:
        time: seconds since 1970.
        service: the service as IAM names it: `ecs`, `logs`, `airflow` for MWAA.
        action: the API's name of the action; method and path if the action is unknown.
        region: the region that the request is signed for.
        account_id: the account of the request's key.
        status: the HTTP status.
        user_agent: the client's user agent.
        error_code: AWS's code of an error; None for a success.
        principal: the ARN of the caller's session; empty for the keys of the run.
        needs: the permissions that the call needs.
        denied: AWS's message of a denial; empty if the call is allowed.
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
    """The calls during a `recording()`."""

    calls: list[Call] = field(default_factory=list)

    def of(self, service: str, action: str | None = None) -> list[Call]:
        """Return the calls to a service, or those of one of its actions."""
        return [
            call
            for call in self.calls
            if call.service == service and action in (None, call.action)
        ]


class Journal:
    """All calls in the order of their answers."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: list[Call] = []
        self._recordings: list[Recording] = []

    def add(self, call: Call) -> None:
        """Add a call."""
        with self._lock:
            self._calls.append(call)
            for recording in self._recordings:
                recording.calls.append(call)

    def since(self, mark: int = 0) -> tuple[Call, ...]:
        """Return the calls after a mark."""
        with self._lock:
            return tuple(self._calls[mark:])

    def mark(self) -> int:
        """Return a mark for `since`."""
        with self._lock:
            return len(self._calls)

    def clear(self) -> None:
        """Delete all calls; earlier marks become invalid."""
        with self._lock:
            self._calls.clear()

    @contextmanager
    def recording(self) -> Iterator[Recording]:
        """Record the calls that are answered within the `with`."""
        recording = Recording()
        with self._lock:
            self._recordings.append(recording)
        try:
            yield recording
        finally:
            with self._lock:
                # `is not`, because two recordings with the same calls are equal.
                self._recordings = [one for one in self._recordings if one is not recording]


def now() -> float:
    """Return the seconds since 1970."""
    return time.time()
