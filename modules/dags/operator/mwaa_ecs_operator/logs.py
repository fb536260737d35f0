"""Reads a container's lines from CloudWatch Logs, and never lets that fail a task."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from mwaa_ecs_operator.aws import Clients, error_code, is_credentials, is_denied

_NO_STREAM = "ResourceNotFoundException"
_PAGES_AT_ONCE = 100


class Lines:
    """The lines of one log stream, from its beginning.

    Args:
        clients: of the connection.
        group, stream, region: where the container writes.
        warn: told in words what keeps lines away.
        token: where an earlier reader stopped.
    """

    def __init__(
        self,
        clients: Clients,
        group: str,
        stream: str,
        region: str | None,
        warn: Callable[[str], None],
        token: str | None = None,
    ) -> None:
        self._clients = clients
        self._where: dict[str, Any] = {"logGroupName": group, "logStreamName": stream}
        self._region = region
        self._warn = warn
        self._warned: set[str] = set()
        self.token = token
        self.failing = False
        self.denied = False
        self.count = 0

    def read(self) -> Iterator[str]:
        """Yield the lines that came since the last read.

        An error ends the read and sets `failing`; the next read goes on from there.
        """
        if self.denied:
            return
        for _ in range(_PAGES_AT_ONCE):
            arguments = dict(self._where, startFromHead=True)
            if self.token is not None:
                arguments["nextToken"] = self.token
            try:
                answer = self._clients("logs", self._region).get_log_events(**arguments)
            except Exception as error:  # the container's result does not depend on its lines
                self._note(error)
                return
            self.failing = False
            for event in answer["events"]:
                self.count += 1
                yield str(event["message"]).rstrip("\r\n")
            same = answer.get("nextForwardToken") == self.token
            self.token = answer.get("nextForwardToken")
            if same or not answer["events"]:
                return

    def _note(self, error: Exception) -> None:
        code = error_code(error)
        if code == _NO_STREAM:
            return  # the container has not written yet, or writes nothing at all
        self.failing = True
        if is_credentials(error):
            self._clients.renew()
        group = self._where["logGroupName"]
        if is_denied(error):
            self.denied = True
            text = (
                f"The role may not call logs:GetLogEvents on {group}, so no lines are shown."
                " Set mwaa_execution_role_name of the module, and apply"
            )
        else:
            text = f"Lines of {group} cannot be read at present: {code or type(error).__name__}"
        if text not in self._warned:
            self._warned.add(text)
            self._warn(text)


class Tail:
    """The last lines, for errors and for the result (XCom).

    Args:
        keep: how many lines an error shows.
        everything: keep every line, for a result of all lines.
    """

    def __init__(self, keep: int, everything: bool) -> None:
        self.last: deque[str] = deque(maxlen=max(keep, 0))
        self.newest: str | None = None
        self.all: list[str] | None = [] if everything else None

    def add(self, line: str) -> None:
        """Take a line."""
        self.last.append(line)
        self.newest = line
        if self.all is not None:
            self.all.append(line)

    def result(self) -> str | list[str] | None:
        """Return all lines, or the last one, without trailing blanks."""
        if self.all is not None:
            return [line.rstrip() for line in self.all]
        return None if self.newest is None else self.newest.rstrip()
