"""moto's CloudWatch Logs with events on disk, and with AWS's page sizes and messages.

moto keeps every event in memory until the next reset.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from typing import Any

from moto.core.utils import unix_time_millis, utcnow
from moto.logs import models
from moto.logs.exceptions import InvalidParameterException, ResourceNotFoundException
from moto.logs.utils import EventMessageFilter

from mwaa_ecs.sandbox.logs.store import Event, EventStore, Limits, Stream
from mwaa_ecs.sandbox.patches import Patches

_PAGE_EVENTS = 10_000
_PAGE_BYTES = 1 << 20
"""The largest answer of CloudWatch Logs."""
_EVENT_BYTES = 26
_NO_STREAM = "The specified log stream does not exist."

_delete_group = models.LogsBackend.delete_log_group


class LogStream(models.LogStream):  # type: ignore[misc]  # has no types
    """A log stream whose events are in the store."""

    store: EventStore

    def __init__(self, log_group: Any, name: str) -> None:
        super().__init__(log_group, name)
        self.events: Stream = self.store.stream(f"{log_group.name} {name}")

    def _update(self) -> None:
        self.first_event_timestamp, self.last_event_timestamp = self.events.times()

    def put_log_events(self, log_events: list[dict[str, Any]]) -> str:
        """Add a batch of events and send it to the subscriptions."""
        self.last_ingestion_time = utcnow()
        now = int(unix_time_millis(self.last_ingestion_time))
        self.put(Event(one["timestamp"], now, one["message"]) for one in log_events)
        for subscription in self.log_group.subscription_filters.values():
            self._send_log_events(
                service=subscription.destination_arn.split(":")[2],
                destination_arn=subscription.destination_arn,
                filter_name=subscription.name,
                log_events=[
                    {"id": f"{self.upload_sequence_token}-{number}", **event}
                    for number, event in enumerate(log_events)
                ],
            )
        return f"{self.upload_sequence_token:056d}"

    def put(self, events: Iterable[Event]) -> None:
        """Add events in the order of their times."""
        taken = list(events)
        self.stored_bytes += sum(len(event.message) for event in taken)
        self.upload_sequence_token += 1
        self.events.append(taken)

    def get_log_events(
        self,
        start_time: int | None,
        end_time: int | None,
        limit: int | None,
        next_token: str | None,
        start_from_head: bool,
    ) -> tuple[list[dict[str, Any]], str, str]:
        """Return a page and the tokens of the pages before and after it."""
        direction, place = _parse_token(next_token)
        if not direction:
            direction, place = ("f", -1) if start_from_head else ("b", self.events.next)
        if direction == "f":
            page = _page(self.events.forward(place + 1, start_time, end_time), limit)
            before, after = place + 1, place
        else:
            page = _page(self.events.backward(place, start_time, end_time), limit)[::-1]
            before, after = place, place - 1
        if page:
            before, after = page[0].index, page[-1].index
        return [_shown(event) for event in page], f"b/{before:056d}", f"f/{after:056d}"


class LogGroup(models.LogGroup):  # type: ignore[misc]  # has no types
    """A log group with AWS's message for a missing stream."""

    def delete_log_stream(self, log_stream_name: str) -> None:
        """Delete a stream with its events."""
        self._stream(log_stream_name).events.clear()
        super().delete_log_stream(log_stream_name)

    def get_log_events(self, log_stream_name: str, *arguments: Any) -> Any:
        """Return a page of a stream."""
        self._stream(log_stream_name)
        return super().get_log_events(log_stream_name, *arguments)

    def _stream(self, name: str) -> Any:
        if name not in self.streams:
            raise ResourceNotFoundException(_NO_STREAM)
        return self.streams[name]

    def filter_log_events(
        self,
        log_group_name: str,
        log_stream_names: list[str],
        start_time: int | None,
        end_time: int | None,
        limit: int | None,
        next_token: str | None,
        filter_pattern: str | None,
        interleaved: bool,
    ) -> tuple[list[dict[str, Any]], str | None, list[dict[str, Any]]]:
        """Return a page of several streams' events by time; `interleaved` has no effect."""
        del log_group_name, interleaved
        names = [
            name for name in self.streams if not log_stream_names or name in log_stream_names
        ]
        after: tuple[int, str] | None = None
        if next_token:
            stamp, _, event_id = next_token.partition("@")
            if not stamp.isdecimal():
                raise InvalidParameterException("The specified nextToken is invalid.")
            after = (int(stamp), event_id)
        since = max(start_time or 0, after[0] if after else 0)
        matching = EventMessageFilter(filter_pattern)
        # heapq.merge reads each stream only as far as the page needs.
        found = heapq.merge(
            *(
                (
                    (event.timestamp, event.event_id, name, event)
                    for event in self.streams[name].events.forward(0, since, end_time)
                    if matching.matches(event.message)
                )
                for name in names
            ),
            key=lambda one: one[:2],
        )
        rest = (
            (event, name) for stamp, id_, name, event in found if (stamp, id_) > (after or ())
        )
        named: dict[str, str] = {}

        def events() -> Iterable[Event]:
            for event, name in rest:
                named[event.event_id] = name
                yield event

        page = _page(events(), limit)
        # _page reads one event more than it returns, if there is one.
        more = len(named) > len(page)
        token = f"{page[-1].timestamp}@{page[-1].event_id}" if page and more else None
        shown = [
            {**_shown(event), "eventId": event.event_id, "logStreamName": named[event.event_id]}
            for event in page
        ]
        return (
            shown,
            token,
            [{"logStreamName": name, "searchedCompletely": True} for name in names],
        )


def keep_log_events_on_disk(patches: Patches) -> None:
    """Make moto create this module's streams and groups in place of its own."""
    patches.replace(LogStream, "store", EventStore(Limits()))
    patches.replace(models, "LogStream", LogStream)
    patches.replace(models, "LogGroup", LogGroup)
    patches.replace(models.LogsBackend, "delete_log_group", _delete_log_group)


def dropped_lines() -> dict[str, int]:
    """Return the number of dropped lines of each log stream that dropped some."""
    streams = [
        stream.events
        for accounts in list(models.logs_backends.values())
        for backend in list(accounts.values())
        for group in list(backend.groups.values())
        for stream in list(group.streams.values())
    ]
    return {one.name: one.dropped_events for one in streams if one.dropped_events}


def _delete_log_group(backend: Any, log_group_name: str) -> None:
    group = backend.groups.get(log_group_name)
    _delete_group(backend, log_group_name)
    for stream in group.streams.values():
        stream.events.clear()


def _parse_token(token: str | None) -> tuple[str, int]:
    if token is None:
        return "", 0
    direction, _, place = token.partition("/")
    if direction not in ("f", "b") or not place.removeprefix("-").isdecimal():
        raise InvalidParameterException("The specified nextToken is invalid.")
    return direction, int(place)


def _page(events: Iterable[Event], limit: int | None) -> list[Event]:
    """Return the events that fit into an answer; at least one, if there are any."""
    page: list[Event] = []
    size = 0
    for event in events:
        size += len(event.message.encode("utf-8", "replace")) + _EVENT_BYTES
        if page and (len(page) == (limit or _PAGE_EVENTS) or size > _PAGE_BYTES):
            break
        page.append(event)
    return page


def _shown(event: Event) -> dict[str, Any]:
    return {
        "timestamp": event.timestamp,
        "message": event.message,
        "ingestionTime": event.ingestion_time,
    }
