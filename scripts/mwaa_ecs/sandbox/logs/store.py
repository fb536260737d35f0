"""Where the events of all log streams are kept: a temporary database on disk.

SQLite removes the name of its file as soon as it has opened it, so a sandbox that is killed
leaves none. Events are kept in chunks, as they came: a row for each would take longer.

A stream keeps its newest events. In place of those that were dropped it has one that says so.
"""

from __future__ import annotations

import heapq
import json
import logging
import sqlite3
import threading
import weakref
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

_CHUNK_EVENTS = 1000
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Limits:
    """How many bytes of messages are kept: of one stream, and of all of them."""

    stream: int = 64 << 20
    all_streams: int = 1 << 30


@dataclass(frozen=True, slots=True)
class Event:
    """An event. `index` is its place among all that its stream has ever had."""

    timestamp: int
    ingestion_time: int
    message: str
    index: int = 0
    event_id: str = ""


class EventStore:
    """The events of every stream."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.lock = threading.RLock()
        self.bytes = 0
        self._gone: deque[Stream._Kept] = deque()
        self._streams = 0
        # Autocommit: nothing of it need outlive this process.
        self._database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        for statement in (
            "PRAGMA journal_mode = MEMORY",
            "PRAGMA synchronous = OFF",
            "CREATE TABLE chunks (stream INTEGER, first INTEGER, count INTEGER, "
            "bytes INTEGER, oldest INTEGER, newest INTEGER, events BLOB)",
            "CREATE UNIQUE INDEX places ON chunks (stream, first)",
        ):
            self._database.execute(statement)

    def stream(self, name: str) -> Stream:
        """A new stream; what it holds goes when nobody holds it any more."""
        with self.lock:
            self._streams += 1
            stream = Stream(self, self._streams, name)
        # Not deleted there and then: it may happen in the middle of anything.
        weakref.finalize(stream, self._gone.append, stream.kept)
        return stream

    def execute(self, statement: str, *values: int | bytes) -> list[tuple[Any, ...]]:
        """Run a statement; all rows of its answer."""
        with self.lock:
            return self._database.execute(statement, values).fetchall()

    def purge(self) -> None:
        """Delete the events of streams that are gone."""
        with self.lock:
            while self._gone:
                kept = self._gone.popleft()
                self.execute("DELETE FROM chunks WHERE stream = ?", kept.number)
                self.bytes -= kept.bytes


class Stream:
    """The events of one stream, by their time."""

    @dataclass
    class _Kept:
        number: int
        bytes: int = 0

    def __init__(self, store: EventStore, number: int, name: str) -> None:
        self.kept = self._Kept(number)
        self.name = name
        self.dropped_events = 0
        self._dropped_until = 0
        self._store = store
        # The place of the first event that is kept, and of the one that comes next.
        self.first = 0
        self.next = 0

    # -- writing -----------------------------------------------------------------------------

    def append(self, events: Sequence[Event]) -> None:
        """Add events, which are in the order of their times; drop what is too much."""
        store = self._store
        with store.lock:
            store.purge()
            try:
                self._add(events)
            except sqlite3.OperationalError as error:  # the disk is full
                _log.warning("Lines of the log stream %s are dropped: %s", self.name, error)
                self._drop_all()
                try:
                    self._add(events)
                except sqlite3.OperationalError:
                    self.next += len(events)
                    self._dropped_until = events[-1].timestamp
                    self._drop_all()
            while (
                self.kept.bytes > store.limits.stream or store.bytes > store.limits.all_streams
            ) and self._drop_oldest():
                pass

    def _add(self, events: Sequence[Event]) -> None:
        at = self.next
        if events and at > self.first and events[0].timestamp < self._newest():
            events, at = self._take_back(events)
        rest = iter(events)
        while chunk := list(islice(rest, _CHUNK_EVENTS)):
            self._insert(at, chunk)
            at += len(chunk)
        self.next = at

    def clear(self) -> None:
        """Forget all of it."""
        with self._store.lock:
            self._store.execute("DELETE FROM chunks WHERE stream = ?", self.kept.number)
            self._count(-self.kept.bytes)
            self.first = self.next

    def _drop_all(self) -> None:
        if self.next > self.first:
            self._dropped_until = max(self._dropped_until, self._newest())
            self.dropped_events += self.next - self.first
        self.clear()

    def _insert(self, first: int, chunk: Sequence[Event]) -> None:
        rows = [(event.timestamp, event.ingestion_time, event.message) for event in chunk]
        written = json.dumps(rows, ensure_ascii=False).encode("utf-8", "surrogatepass")
        self._store.execute(
            "INSERT INTO chunks VALUES (?, ?, ?, ?, ?, ?, ?)",
            *(self.kept.number, first, len(chunk), len(written)),
            *(chunk[0].timestamp, chunk[-1].timestamp, written),
        )
        self._count(len(written))

    def _count(self, size: int) -> None:
        self.kept.bytes += size
        self._store.bytes += size

    def _newest(self) -> int:
        rows = self._store.execute(
            "SELECT newest FROM chunks WHERE stream = ? ORDER BY first DESC LIMIT 1",
            self.kept.number,
        )
        return rows[0][0] if rows else 0

    def _take_back(self, events: Sequence[Event]) -> tuple[list[Event], int]:
        """Put events that are older than others in their place; where all of these begin."""
        at, size = self._store.execute(
            "SELECT min(first), sum(bytes) FROM chunks WHERE stream = ? AND newest > ?",
            *(self.kept.number, events[0].timestamp),
        )[0]
        # Chunks are in the order of their times, so these are the last ones.
        later = list(self.forward(at))
        self._store.execute(
            "DELETE FROM chunks WHERE stream = ? AND first >= ?", self.kept.number, at
        )
        self._count(-size)
        return list(heapq.merge(later, events, key=lambda event: event.timestamp)), at

    def _drop_oldest(self) -> bool:
        """Drop the oldest chunk, unless it is the only one."""
        rows = self._store.execute(
            "SELECT first, count, bytes, newest FROM chunks WHERE stream = ? "
            "ORDER BY first LIMIT 2",
            self.kept.number,
        )
        if len(rows) < 2:
            return False
        first, count, size, newest = rows[0]
        self._store.execute(
            "DELETE FROM chunks WHERE stream = ? AND first = ?", self.kept.number, first
        )
        self._count(-size)
        if not self.dropped_events:
            _log.warning(
                "The log stream %s has grown over what the sandbox keeps: its oldest lines are "
                "dropped",
                self.name,
            )
        self.dropped_events += count
        self._dropped_until = newest
        self.first = first + count
        return True

    # -- reading -----------------------------------------------------------------------------

    def __len__(self) -> int:
        return self.next - self.first

    def __iter__(self) -> Iterator[Event]:
        return self.forward(0)

    def times(self) -> tuple[int | None, int | None]:
        """The time of the oldest event and that of the newest."""
        return self._store.execute(
            "SELECT min(oldest), max(newest) FROM chunks WHERE stream = ?", self.kept.number
        )[0]

    def forward(
        self, index: int, start: int | None = None, end: int | None = None
    ) -> Iterator[Event]:
        """The events from `index` on, of a time from `start` to `end`, one chunk after another.

        What comes while it is read is read too; what is dropped meanwhile is passed over.
        """
        while True:
            with self._store.lock:
                lost = self._said_of_dropped() if index < self.first else None
                index = max(index, self.first)
                row = self._store.execute(
                    "SELECT first, count, events FROM chunks WHERE stream = ? AND first >= "
                    "(SELECT max(first) FROM chunks WHERE stream = ? AND first <= ?) "
                    "AND newest >= ? AND oldest <= ? AND first + count > ? "
                    "ORDER BY first LIMIT 1",
                    *(self.kept.number, self.kept.number, index),
                    *(start or 0, end or _FOREVER, index),
                )
            if lost is not None and _within(lost, start, end):
                yield lost
            if not row:
                return
            for event in self._events(row[0]):
                if event.index >= index and _within(event, start, end):
                    yield event
            index = row[0][0] + row[0][1]

    def backward(
        self, index: int, start: int | None = None, end: int | None = None
    ) -> Iterator[Event]:
        """The events before `index`, the newest first."""
        while True:
            row = self._store.execute(
                "SELECT first, count, events FROM chunks WHERE stream = ? AND first < ? "
                "AND newest >= ? AND oldest <= ? ORDER BY first DESC LIMIT 1",
                *(self.kept.number, index, start or 0, end or _FOREVER),
            )
            if not row:
                break
            for event in reversed(self._events(row[0])):
                if event.index < index and _within(event, start, end):
                    yield event
            index = row[0][0]
        with self._store.lock:
            lost = self._said_of_dropped() if index >= self.first else None
        if lost is not None and _within(lost, start, end):
            yield lost

    def _events(self, row: tuple[Any, ...]) -> list[Event]:
        first, _, written = row
        events = json.loads(written.decode("utf-8", "surrogatepass"))
        return [
            Event(timestamp, ingested, message, index, self._event_id(index))
            for index, (timestamp, ingested, message) in enumerate(events, first)
        ]

    def _event_id(self, index: int) -> str:
        return f"{self.kept.number:020d}{index:036d}"

    def _said_of_dropped(self) -> Event | None:
        """What stands in the place of those that were dropped: at the last one's."""
        if not self.dropped_events:
            return None
        place, kept = self.first - 1, self._store.limits.stream >> 20
        return Event(
            timestamp=self._dropped_until,
            ingestion_time=self._dropped_until,
            message=f"[mwaa-ecs sandbox: {self.dropped_events:,} lines up to here were "
            f"dropped; the newest {kept} MiB of a log stream are kept]",
            index=place,
            event_id=self._event_id(place),
        )


_FOREVER = 1 << 62


def _within(event: Event, start: int | None, end: int | None) -> bool:
    return (start or 0) <= event.timestamp <= (end or _FOREVER)
