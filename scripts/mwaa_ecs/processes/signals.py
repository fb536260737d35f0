"""Handles requests to end: Ctrl-C, SIGTERM, and SIGHUP of a terminal that is closed.

A request unwinds this process, so that each context exits and its programs end in order; a
second request does not interrupt that. A signal that is ignored (nohup) stays ignored, and a
handler that the program has set stays. While Terraform runs, `terraform/requests.py` passes
requests on to it.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, NoReturn

_ENDINGS = (signal.SIGTERM, signal.SIGHUP)
REQUESTS = (signal.SIGINT, *_ENDINGS)
_WAIT_SECONDS = 0.5

_requested = False


def interrupt_on_signals() -> None:
    """Let each request to end raise KeyboardInterrupt, as Ctrl-C does; for a command line."""
    for number in REQUESTS:
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _interrupt)


def unwind_on_signals() -> dict[signal.Signals, Any]:
    """Let SIGTERM and SIGHUP raise SystemExit; return the old handlers, for `restore`.

    Their default kills the process without leaving any context. A handler that the program
    has set stays; outside the main thread nothing can be set.
    """
    if threading.current_thread() is not threading.main_thread():
        return {}
    before: dict[signal.Signals, Any] = {}
    for number in _ENDINGS:
        if signal.getsignal(number) is signal.SIG_DFL:
            before[number] = signal.signal(number, _end)
    return before


def restore(before: dict[signal.Signals, Any]) -> None:
    """Undo `unwind_on_signals`."""
    for number, handler in before.items():
        signal.signal(number, handler)


def wait_for_request() -> NoReturn:
    """Wait until a request to end raises."""
    while True:
        # A signal that comes just before a wait begins does not end that wait.
        pause(_WAIT_SECONDS)


def pause(seconds: float) -> None:
    """Sleep between two looks at something; raise a request to end that was lost before.

    Python drops what a signal's handler raises while an object of `io` is finalised, and each
    answer over HTTP is one. A loop that waits for a server asks for it here.

    Raises:
        KeyboardInterrupt: there was a request to end.
    """
    if _requested and threading.current_thread() is threading.main_thread():
        raise KeyboardInterrupt
    time.sleep(seconds)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Ignore requests to end during clean-up."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, signal.SIG_IGN) for number in REQUESTS}
    try:
        yield
    finally:
        for number, handler in before.items():
            # None means a handler that Python did not set and cannot restore.
            signal.signal(number, signal.SIG_DFL if handler is None else handler)


def _end(number: int, frame: FrameType | None) -> NoReturn:
    del frame
    raise SystemExit(128 + number)


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    global _requested
    _requested = True
    raise KeyboardInterrupt
