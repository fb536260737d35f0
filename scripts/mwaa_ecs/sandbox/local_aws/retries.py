"""What a client sends again because the answer was lost is not done a second time.

AWS's SDKs send a call again when its connection broke, under the first try's invocation id.
That may have been done by then, and Terraform has no answer to "already exists". Between two
programs of one machine that teaches nobody anything: the retry gets the first try's answer.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future

from mwaa_ecs.sandbox.protocol import AwsRequest, AwsResponse

# A client repeats what it has just asked.
_KEPT = 256
# Answered anew: that changes nothing, and an object's content need not be kept.
_SAFE = ("GET", "HEAD")


class Retries:
    """The last answers, by invocation; None is of a first try that failed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._firsts: OrderedDict[tuple[str, str], Future[AwsResponse | None]] = OrderedDict()

    def answer(
        self, request: AwsRequest, make: Callable[[AwsRequest], AwsResponse]
    ) -> AwsResponse:
        """Return the answer that the first try had if that was a success, else make one.

        While the first is still being answered, its retry waits for it.
        """
        if not request.invocation or request.method in _SAFE:
            return make(request)
        mine: Future[AwsResponse | None] = Future()
        with self._lock:
            first = self._firsts.setdefault((request.access_key, request.invocation), mine)
            if len(self._firsts) > _KEPT:
                self._firsts.popitem(last=False)
        if first is not mine:
            # What failed is tried again: that is what the client asks for.
            return first.result() or make(request)
        kept = None
        try:
            response = make(request)
            if response.status < 300:
                kept = response
            return response
        finally:
            mine.set_result(kept)
