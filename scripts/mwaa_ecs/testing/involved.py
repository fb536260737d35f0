"""Names what a failing test was looking at."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

from mwaa_ecs.plan import Attachment, Container, Plan, Resource, Statement, Task

_SHOWN = (Attachment, Container, Plan, Resource, Statement, Task)


def involved(trace: TracebackType | None, file: Path) -> list[str]:
    """Return a line for each variable of a test that is a part of a plan.

    Args:
        trace: where the test failed.
        file: the test's file; other frames are not the user's.
    """
    lines: list[str] = []
    while trace is not None:
        frame = trace.tb_frame
        if Path(frame.f_code.co_filename) == file:
            lines = [
                f"{name} is {value!r}"
                for name, value in frame.f_locals.items()
                if isinstance(value, _SHOWN)
            ]
        trace = trace.tb_next
    return lines
