"""CloudWatch Logs: the lines that are kept of a container that floods, and AWS's pages."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from mwaa_ecs.sandbox.logs.moto_logs import LogStream, dropped_lines
from mwaa_ecs.sandbox.logs.store import Event, EventStore, Limits
from unit.sandbox.ecs_story import EcsStory, shell

GROUP = "/ecs/story"
FLOOD = 4_000
NOW = int(time.time() * 1000)


@pytest.fixture(scope="module")
def story() -> Iterator[EcsStory]:
    """A sandbox that keeps a part of the lines of its image `flood`."""
    numbers = f"i=0; while [ $i -lt {FLOOD} ]; do echo line $i; i=$((i+1)); done"
    with EcsStory({"flood": shell(numbers), "long": shell(_LONG)}) as one:
        LogStream.store.limits = Limits(stream=20_000, all_streams=1 << 20)
        yield one


_LONG = "head -c 3000000 /dev/zero | tr '\\0' x"


def pages(story: EcsStory, stream: str, **more: Any) -> list[list[str]]:
    """Return all pages of a stream. As in Airflow, a repeated token ends the loop."""
    found: list[list[str]] = []
    token: dict[str, str] = {}
    while True:
        answer = story.logs.get_log_events(
            logGroupName=GROUP, logStreamName=stream, startFromHead=True, **token, **more
        )
        if token.get("nextToken") == answer["nextForwardToken"]:
            return found
        token = {"nextToken": answer["nextForwardToken"]}
        found.append([event["message"] for event in answer["events"]])


def stream_of(task: dict[str, Any]) -> str:
    """Return the log stream of a task's only container."""
    return f"ecs/app/{task['taskArn'].rpartition('/')[2]}"


def put(story: EcsStory, stream: str, *events: tuple[int, str]) -> None:
    """Call PutLogEvents as a program in a container does."""
    story.logs.put_log_events(
        logGroupName=GROUP,
        logStreamName=stream,
        logEvents=[{"timestamp": NOW + at, "message": message} for at, message in events],
    )


@pytest.fixture
def stream(story: EcsStory, request: pytest.FixtureRequest) -> str:
    """An empty stream."""
    name = request.node.name
    story.logs.create_log_stream(logGroupName=GROUP, logStreamName=name)
    return str(name)


def test_the_newest_lines_of_a_flood_are_kept_and_the_stream_says_what_is_not(
    story: EcsStory,
) -> None:
    story.register(story.container(image="flood"))
    task = story.run()
    lines = [line for page in pages(story, stream_of(task), limit=100) for line in page]
    dropped = FLOOD - len(lines[1:])
    assert lines[1:] == [f"line {number}" for number in range(dropped, FLOOD)]
    assert 0 < len(lines) < FLOOD / 2
    assert lines[0].startswith(f"[mwaa-ecs sandbox: {dropped:,} lines up to here were dropped;")
    assert dropped_lines()[f"{GROUP} {stream_of(task)}"] == dropped
    # The same lines from the end, from the middle and through FilterLogEvents.
    last = story.logs.get_log_events(logGroupName=GROUP, logStreamName=stream_of(task), limit=3)
    assert [event["message"] for event in last["events"]] == lines[-3:]
    before = story.logs.get_log_events(
        logGroupName=GROUP,
        logStreamName=stream_of(task),
        limit=2,
        nextToken=last["nextBackwardToken"],
    )
    assert [event["message"] for event in before["events"]] == lines[-5:-3]
    paginator = story.logs.get_paginator("filter_log_events")
    found = paginator.paginate(
        logGroupName=GROUP,
        logStreamNames=[stream_of(task)],
        PaginationConfig={"PageSize": 60},
    )
    assert [event["message"] for page in found for event in page["events"]] == lines


def test_a_line_without_an_end_is_cut_and_its_pages_are_no_larger_than_awss(
    story: EcsStory,
) -> None:
    LogStream.store.limits = Limits()
    story.register(story.container(image="long"))
    found = pages(story, stream_of(story.run()))
    assert "".join(line for page in found for line in page) == "x" * 3_000_000
    assert max(len("".join(page)) for page in found) <= 1 << 20


def test_events_come_by_their_times_whoever_put_them_when(story: EcsStory, stream: str) -> None:
    put(story, stream, (10, "c"), (30, "e"))
    put(story, stream, (20, "d"), (40, "f"))
    put(story, stream, (-20, "a"), (-10, "b"))
    assert pages(story, stream) == [["a", "b", "c", "d", "e", "f"]]
    some = pages(story, stream, startTime=NOW - 10, endTime=NOW + 20)
    assert some == [["b", "c", "d"]]
    shown = story.logs.describe_log_streams(logGroupName=GROUP, logStreamNamePrefix=stream)
    (described,) = shown["logStreams"]
    assert described["firstEventTimestamp"] == NOW - 20
    assert described["lastEventTimestamp"] == NOW + 40


def test_a_reader_who_is_at_the_end_goes_on_with_what_comes(
    story: EcsStory, stream: str
) -> None:
    def read(**token: str) -> tuple[list[str], dict[str, str]]:
        answer = story.logs.get_log_events(
            logGroupName=GROUP, logStreamName=stream, startFromHead=True, **token
        )
        messages = [event["message"] for event in answer["events"]]
        return messages, {"nextToken": answer["nextForwardToken"]}

    nothing, token = read()
    put(story, stream, (0, "a"))
    first, token = read(**token)
    again, token = read(**token)
    put(story, stream, (1, "b"))
    second, token = read(**token)
    assert [nothing, first, again, second] == [[], ["a"], [], ["b"]]


def test_what_is_deleted_is_gone(story: EcsStory, stream: str) -> None:
    put(story, stream, (0, "a"))
    story.logs.delete_log_stream(logGroupName=GROUP, logStreamName=stream)
    story.logs.create_log_stream(logGroupName=GROUP, logStreamName=stream)
    assert pages(story, stream) == [[]]


@pytest.mark.parametrize("action", ["get_log_events", "delete_log_stream"])
def test_a_missing_stream_is_told_apart_from_a_missing_group(
    story: EcsStory, action: str
) -> None:
    for group, what in ((GROUP, "stream"), ("/none", "group")):
        with pytest.raises(ClientError) as refused:
            getattr(story.logs, action)(logGroupName=group, logStreamName="none")
        error = refused.value.response["Error"]
        assert error["Code"] == "ResourceNotFoundException"
        assert error["Message"] == f"The specified log {what} does not exist."


def test_a_flood_takes_no_memory() -> None:
    """The measure is the process's peak, which never goes down."""
    store = EventStore(Limits(stream=1 << 20))
    stream = store.stream("flood")
    unit = 1 if sys.platform == "darwin" else 1024

    def peak() -> int:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit

    chunk = [Event(1, 1, f"{number:0100d}") for number in range(1000)]
    for _ in range(20):
        stream.append(chunk)
    before = peak()
    for _ in range(300):  # 30 MB
        stream.append(chunk)
    assert peak() - before < 10 << 20
    assert store.bytes <= 1 << 20


def test_all_streams_together_have_a_bound_and_those_that_are_gone_count_no_more() -> None:
    store = EventStore(Limits(stream=1 << 20, all_streams=100_000))
    events = [Event(1, 1, "x" * 100)] * 500
    for _ in range(10):
        stream = store.stream("one of many")
        stream.append(events)
        assert len(stream) == 500, "the one before is gone, so there is room"
    others = [store.stream(str(number)) for number in range(3)]
    for _ in range(5):
        for other in others:
            other.append(events[:100])
    assert store.bytes <= 100_000 + 3 * 100 * 150


def test_a_full_disk_costs_lines_and_not_the_task() -> None:
    store = EventStore(Limits())
    stream = store.stream("unlucky")
    store.execute("PRAGMA max_page_count = 100")
    put = 0
    for _ in range(10):
        stream.append([Event(put, 1, "x" * 1000)] * 100)
        put += 100
    stream.append([Event(put, 1, "x" * 1000)] * 900)
    put += 900
    assert stream.dropped_events + len(stream) == put
    stream.append([Event(put, 1, "the last")])
    told = [event.message for event in stream]
    assert told[0].startswith(f"[mwaa-ecs sandbox: {put:,} lines up to here were dropped")
    assert told[1:] == ["the last"]


@settings(deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 20), min_size=1, max_size=5).map(sorted), max_size=8),
    st.integers(1, 4),
)
def test_whatever_the_order_reading_on_gives_each_event_once(
    batches: list[list[int]], size: int
) -> None:
    stream = EventStore(Limits()).stream("any")
    put: list[tuple[int, int]] = []
    for number, batch in enumerate(batches):
        stream.append([Event(time, 0, f"{number}") for time in batch])
        put += [(time, number) for time in batch]
    told = [(event.timestamp, int(event.message)) for event in stream]
    assert told == sorted(put, key=lambda one: one[0])
    backwards = list(stream.backward(stream.next))
    assert [event.index for event in backwards[::-1]] == list(range(len(put)))
    place = [event.index for event in stream.forward(size)]
    assert place == list(range(size, len(put)))
