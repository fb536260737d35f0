"""Requests to end that arrive while Terraform runs, passed on to it."""

from __future__ import annotations

import signal
import subprocess
import threading
from collections import deque
from types import FrameType
from typing import Any

from mwaa_ecs.processes import REQUESTS, signal_group

_PASSED_ON = (
    "asked Terraform to end after the operations under way, and waiting for them. "
    "Ctrl-C again stops it at once, and may lose the resources that it is creating"
)
_AGAIN = "asked Terraform to stop at once. Ctrl-C again kills it"
_KILLED = "killed Terraform"


class Requests:
    """Requests to end that arrive while Terraform runs.

    After the first one Terraform finishes the operations under way, writes its state and frees
    its lock. Only a user can ask again, by another Ctrl-C: Terraform then stops at once, and
    may lose the resources that it is creating. A third one kills it. A signal that is ignored
    (nohup) or has no handler stays so.

    Attributes:
        count: the number of requests.
        said: a message for each request, oldest first. Its reader removes it.
    """

    def __init__(self) -> None:
        self.count = 0
        self.said: deque[str] = deque()
        self._process: subprocess.Popen[bytes] | None = None
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Requests:
        if threading.current_thread() is threading.main_thread():
            for number in REQUESTS:
                if callable(signal.getsignal(number)):
                    self._before[number] = signal.signal(number, self._heed)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def watch(self, process: subprocess.Popen[bytes]) -> None:
        """Set Terraform's process, and pass on the requests that arrived while it started."""
        self._process = process
        if self.count:
            process.send_signal(signal.SIGINT)

    def pass_on(self) -> None:
        """Ask Terraform to end after the operations under way, unless it was already asked."""
        if not self.count and self._process is not None:
            self._process.send_signal(signal.SIGINT)

    def _heed(self, number: int, _frame: FrameType | None) -> None:
        if self.count and number != signal.SIGINT:
            return
        self.count += 1
        if self._process is not None and self._process.poll() is None:
            if self.count < 3:
                self._process.send_signal(signal.SIGINT)
            else:
                # Its providers are in its group, and would run forever without it.
                signal_group(self._process.pid, signal.SIGKILL)
        self.said.append((_PASSED_ON, _AGAIN, _KILLED)[min(self.count, 3) - 1])
