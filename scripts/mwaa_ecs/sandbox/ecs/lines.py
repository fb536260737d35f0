"""Splits a container's output into CloudWatch Logs events."""

from __future__ import annotations

MAX_EVENT_BYTES = 256 * 1024 - 26
"""CloudWatch Logs allows 256 KB per event and counts 26 bytes of overhead."""
_WIDEST = 3
"""Size of the replacement character, which replaces one byte of invalid UTF-8."""


class LineCutter:
    """Splits a stream of bytes into lines as Docker's awslogs driver does.

    A line ends with a newline. Empty lines give no event. A line over the limit becomes several
    events, split between characters. Invalid UTF-8 is replaced.
    """

    def __init__(self, limit: int = MAX_EVENT_BYTES) -> None:
        self._limit = limit
        self._rest = b""

    def feed(self, chunk: bytes) -> list[str]:
        """Add a chunk and return the events of the lines that it completes."""
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        events = [event for line in lines for event in split_line(line, self._limit)]
        # A line over the limit is emitted before its newline arrives.
        while len(self._rest) > self._limit:
            head = _head(self._rest, self._limit)
            events += split_line(head, self._limit)
            self._rest = self._rest[len(head) :]
        return events

    def finish(self) -> list[str]:
        """Return the events of a last line without a newline."""
        rest, self._rest = self._rest, b""
        return split_line(rest, self._limit)


def split_line(line: bytes, limit: int = MAX_EVENT_BYTES) -> list[str]:
    """Split a line into events of at most `limit` bytes; an empty line gives none."""
    if len(line) * _WIDEST <= limit:
        return [line.decode("utf-8", "replace")] if line else []
    # Replacing invalid UTF-8 lengthens the line, so it comes before splitting.
    clean = line.decode("utf-8", "replace").encode()
    events = []
    while clean:
        head = _head(clean, limit)
        events.append(head.decode())
        clean = clean[len(head) :]
    return events


def _head(line: bytes, limit: int) -> bytes:
    if len(line) <= limit:
        return line
    end = limit
    # Step back over continuation bytes (10xxxxxx); a character has at most three.
    while end > max(limit - 3, 1) and line[end] & 0xC0 == 0x80:
        end -= 1
    return line[:end] if line[end] & 0xC0 != 0x80 else line[:limit]
