"""A container's output, cut into CloudWatch Logs events."""

from __future__ import annotations

MAX_EVENT_BYTES = 256 * 1024 - 26
"""An event holds 256 KB, of which CloudWatch Logs counts 26 bytes for itself."""
_WIDEST = 3
"""How many bytes one that is no UTF-8 becomes when it is replaced."""


class LineCutter:
    """Takes bytes as they come and gives back the lines that are complete.

    As Docker's awslogs driver does it: a line ends with its newline, an empty line is no
    event, a line that is too long becomes several events, cut between characters. What is not
    UTF-8 is replaced.
    """

    def __init__(self, limit: int = MAX_EVENT_BYTES) -> None:
        self._limit = limit
        self._rest = b""

    def feed(self, chunk: bytes) -> list[str]:
        """The lines that this chunk completes."""
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        events = [event for line in lines for event in split_line(line, self._limit)]
        # A line without an end must not be held back for ever.
        while len(self._rest) > self._limit:
            head = _head(self._rest, self._limit)
            events += split_line(head, self._limit)
            self._rest = self._rest[len(head) :]
        return events

    def finish(self) -> list[str]:
        """What was left without a newline at the end."""
        rest, self._rest = self._rest, b""
        return split_line(rest, self._limit)


def split_line(line: bytes, limit: int = MAX_EVENT_BYTES) -> list[str]:
    """One line as events of at most `limit` bytes; none of an empty line."""
    if len(line) * _WIDEST <= limit:
        return [line.decode("utf-8", "replace")] if line else []
    # Replacing what is no UTF-8 makes it longer, so this comes before the cutting.
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
    # Step back over a character's later bytes (10xxxxxx): there are three of them at most.
    while end > max(limit - 3, 1) and line[end] & 0xC0 == 0x80:
        end -= 1
    return line[:end] if line[end] & 0xC0 != 0x80 else line[:limit]
