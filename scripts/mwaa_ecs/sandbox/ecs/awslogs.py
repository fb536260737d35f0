"""The awslogs driver: writes a container's output to CloudWatch Logs as it arrives."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping

from mwaa_ecs.sandbox.ecs.lines import LineCutter
from mwaa_ecs.sandbox.ecs.state import log_backend
from mwaa_ecs.sandbox.place import Place

_NO_GROUP = (
    "failed to validate logger args: create stream has been retried 1 times: failed to create "
    "Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. "
    ": exit status 1"
)
_NO_OPTION = (
    "failed to validate logger args: unable to get awslogs driver arguments: {} is required"
)


class LoggerRefusedError(Exception):
    """The log configuration is wrong. ECS puts the text after ResourceInitializationError."""


class LogStream:
    """The log stream of one container; it exists even if the container logs nothing."""

    def __init__(
        self,
        place: Place,
        options: Mapping[str, str],
        *,
        container: str,
        task_id: str,
    ) -> None:
        for option in ("awslogs-region", "awslogs-group"):
            if not options.get(option):
                raise LoggerRefusedError(_NO_OPTION.format(option))
        self.group = options["awslogs-group"]
        prefix = options.get("awslogs-stream-prefix")
        # Without a prefix ECS on EC2 uses the container's id; Fargate requires a prefix.
        self.name = f"{prefix}/{container}/{task_id}" if prefix else task_id
        self._cutter = LineCutter()
        self._lock = threading.Lock()
        self._last = 0
        self._backend = log_backend(Place(place.account_id, options["awslogs-region"]))
        if self.group not in self._backend.groups:
            if options.get("awslogs-create-group") != "true":
                raise LoggerRefusedError(_NO_GROUP)
            self._backend.ensure_log_group(self.group)
        self._backend.ensure_log_stream(self.group, self.name)

    def write(self, chunk: bytes) -> None:
        """Write a chunk's complete lines; keep the rest until the next chunk."""
        with self._lock:
            self._put(self._cutter.feed(chunk))

    def close(self) -> None:
        """Write a last line that has no newline."""
        with self._lock:
            self._put(self._cutter.finish())

    def _put(self, lines: list[str]) -> None:
        if not lines:
            return
        # CloudWatch refuses a batch whose times go back, which a clock change would cause.
        self._last = max(self._last, int(time.time() * 1000))
        events = [{"timestamp": self._last, "message": line} for line in lines]
        group = self._backend.groups.get(self.group)
        # As on AWS, lines are lost after the group or stream of a running task is deleted.
        if group is not None and self.name in group.streams:
            group.put_log_events(self.name, events)
