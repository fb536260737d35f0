"""Stores the events of all log streams in a temporary database on disk.

SQLite deletes the file's name right after it opens it, so a killed sandbox leaves no file. A
row holds a chunk of events, because a row per event is slower.

A stream keeps its newest events. One event in place of the dropped ones reports their number.
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
    """The bytes of messages that are kept.

    Attributes:
        stream: for each stream.
        all_streams: for all streams together.
    """

    stream: int = 64 << 20
    all_streams: int = 1 << 30


@dataclass(frozen=True, slots=True)
class Event:
    """A log event; `index` is its position among all events that its stream has had."""

    timestamp: int
    ingestion_time: int
    message: str
    index: int = 0
    event_id: str = ""


class EventStore:
    """The database with the events of every stream."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.lock = threading.RLock()
        self.bytes = 0
        self._gone: deque[Stream._Kept] = deque()
        self._streams = 0
        # Autocommit, because no data must outlive this process.
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
        """Create a stream; its events are deleted after the stream is garbage."""
        with self.lock:
            self._streams += 1
            stream = Stream(self, self._streams, name)
        # The finalizer can run at any point, so `purge` deletes the events later.
        weakref.finalize(stream, self._gone.append, stream.kept)
        return stream

    def execute(self, statement: str, *values: int | bytes) -> list[tuple[Any, ...]]:
        """Run a statement and return its rows."""
        with self.lock:
            return self._database.execute(statement, values).fetchall()

    def purge(self) -> None:
        """Delete the events of streams that were garbage collected."""
        with self.lock:
            while self._gone:
                kept = self._gone.popleft()
                self.execute("DELETE FROM chunks WHERE stream = ?", kept.number)
                self.bytes -= kept.bytes


class Stream:
    """The events of one stream in the order of their times."""

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
        # The index of the first stored event, and of the next one to come.
        self.first = 0
        self.next = 0

    # -- writing -----------------------------------------------------------------------------

    def append(self, events: Sequence[Event]) -> None:
        """Add events in the order of their times, and drop old ones over the limits."""
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
            events, at = self._merge_with_later(events)
        rest = iter(events)
        while chunk := list(islice(rest, _CHUNK_EVENTS)):
            self._insert(at, chunk)
            at += len(chunk)
        self.next = at

    def clear(self) -> None:
        """Delete all events."""
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

    def _merge_with_later(self, events: Sequence[Event]) -> tuple[list[Event], int]:
        """Remove later events and merge them with `events`; return all, and their index."""
        at, size = self._store.execute(
            "SELECT min(first), sum(bytes) FROM chunks WHERE stream = ? AND newest > ?",
            *(self.kept.number, events[0].timestamp),
        )[0]
        # Chunks are in the order of their times, so the removed ones are the last.
        later = list(self.forward(at))
        self._store.execute(
            "DELETE FROM chunks WHERE stream = ? AND first >= ?", self.kept.number, at
        )
        self._count(-size)
        return list(heapq.merge(later, events, key=lambda event: event.timestamp)), at

    def _drop_oldest(self) -> bool:
        """Drop the oldest chunk; return False if it is the only one."""
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
                "The log stream %s is larger than what the sandbox keeps: its oldest lines are "
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
        """Return the times of the oldest and the newest event."""
        return self._store.execute(
            "SELECT min(oldest), max(newest) FROM chunks WHERE stream = ?", self.kept.number
        )[0]

    def forward(
        self, index: int, start: int | None = None, end: int | None = None
    ) -> Iterator[Event]:
        """Yield the events from `index` on whose times are from `start` to `end`.

        Events that are added meanwhile are read; events that are dropped meanwhile are skipped.
        """
        while True:
            with self._store.lock:
                lost = self._notice_of_dropped() if index < self.first else None
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
        """Yield the events before `index`, newest first."""
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
            lost = self._notice_of_dropped() if index >= self.first else None
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

    def _notice_of_dropped(self) -> Event | None:
        """Return the event that reports dropped events, in the place of the last of them."""
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
