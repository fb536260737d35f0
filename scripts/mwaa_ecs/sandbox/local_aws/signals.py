"""Ending in order: a SIGTERM unwinds like Ctrl-C does, and neither interrupts the clean-up."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, NoReturn

_ENDINGS = (signal.SIGTERM, signal.SIGHUP) if hasattr(signal, "SIGHUP") else (signal.SIGTERM,)


def unwind_on_signals() -> dict[signal.Signals, Any]:
    """Let SIGTERM and SIGHUP raise SystemExit; give back what was there, for `restore`.

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


@contextmanager
def undisturbed() -> Iterator[None]:
    """Hold Ctrl-C and SIGTERM back for as long as cleaning up takes."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {
        number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, *_ENDINGS)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            # None: set by something that is not Python, which cannot be put back.
            signal.signal(number, signal.SIG_DFL if handler is None else handler)


def _end(number: int, frame: FrameType | None) -> NoReturn:
    del frame
    raise SystemExit(128 + number)
