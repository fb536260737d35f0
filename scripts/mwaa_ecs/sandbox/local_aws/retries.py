"""What a client sends again because the answer was lost is not done a second time.

AWS's SDKs send a call again when its connection broke, under the first try's invocation id.
That may have been done by then, and Terraform has no answer to "already exists". Between two
programs of one machine that teaches nobody anything: the retry gets the first try's answer.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from mwaa_ecs.sandbox.protocol import AwsRequest, AwsResponse

# A client repeats what it has just asked.
_KEPT = 256
# Answered anew: that changes nothing, and an object's content need not be kept.
_SAFE = ("GET", "HEAD")


@dataclass
class _First:
    """A first try: `done` is set once there is an answer, or none came."""

    done: threading.Event = field(default_factory=threading.Event)
    answer: AwsResponse | None = None


class Retries:
    """The last answers, by what was asked."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._firsts: OrderedDict[tuple[str, ...], _First] = OrderedDict()

    def answer(
        self, request: AwsRequest, make: Callable[[AwsRequest], AwsResponse]
    ) -> AwsResponse:
        """Return the answer that the first try had if that was a success, else make one.

        While the first is still being answered, its retry waits for it.
        """
        if not (invocation := request.invocation) or request.method in _SAFE:
            return make(request)
        key = (invocation, request.service, request.action, request.method, request.path)
        with self._lock:
            first = self._firsts.get(key)
            if first is None:
                mine = self._firsts[key] = _First()
                if len(self._firsts) > _KEPT:
                    self._firsts.popitem(last=False)
        if first is not None:
            first.done.wait()
            # What failed is tried again: that is what the client asks for.
            return first.answer if first.answer is not None else make(request)
        try:
            response = make(request)
            if response.status < 300:
                mine.answer = response
            return response
        finally:
            mine.done.set()
