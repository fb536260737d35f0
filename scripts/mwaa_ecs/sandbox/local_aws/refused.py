"""Which requests were refused: the journal has none of them, and their owner wants to know."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass

from mwaa_ecs.sandbox.local_aws.refusals import RefusedError
from mwaa_ecs.sandbox.protocol import AwsRequest

_KINDS = 100
"""A stranger can make up any number of hosts; so many kinds are kept apart."""
_LONGEST = 300
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True)
class Refused:
    """The first of the requests that were refused for one reason. It has no signature in it.

    host: for whom it was meant. reason: what its client was answered.
    """

    host: str
    reason: str

    def __str__(self) -> str:
        return f"a request for {self.host} is refused: {self.reason}"


class RefusedRequests:
    """Counts them, and reports each kind once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._first: dict[tuple[str, str], Refused] = {}
        self._listeners: list[Callable[[Refused], None]] = []
        self.count = 0

    def add(self, request: AwsRequest, error: RefusedError) -> None:
        """Count a request, and report it where it is the first of its kind."""
        host = _shown((request.proxied_host or request.host).rpartition("@")[2] or "no host")
        one = Refused(host, _shown(str(error)))
        # Times differ between requests that are refused for the same reason.
        kind = (host, _DIGITS.sub("", one.reason))
        with self._lock:
            self.count += 1
            if kind in self._first or len(self._first) == _KINDS:
                return
            self._first[kind] = one
            listeners = tuple(self._listeners)
        for listener in listeners:
            listener(one)

    @property
    def summary(self) -> str:
        """How many requests were refused, and the first; empty where none was."""
        with self._lock:
            if not self.count:
                return ""
            first = next(iter(self._first.values()))
            requests = "1 request was" if self.count == 1 else f"{self.count} requests were"
        return f"{requests} refused; the first: {first}"

    def report(self, listener: Callable[[Refused], None]) -> None:
        """Report each kind to `listener`: those so far at once, every other when it comes."""
        with self._lock:
            so_far = tuple(self._first.values())
            self._listeners.append(listener)
        for one in so_far:
            listener(one)


def _shown(text: str) -> str:
    """A stranger's text, in a form that does nothing to a terminal."""
    shown = "".join(one if one.isprintable() else "?" for one in text)
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"
