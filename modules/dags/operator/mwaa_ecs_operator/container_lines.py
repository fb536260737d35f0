"""Writes a container's lines to the Airflow log.

Alone in its file: the log names it, and so tells the container's lines from the operator's own.
"""

from __future__ import annotations

import logging

_LIMIT = 32_768


def show(log: logging.Logger, line: str) -> None:
    """Write one line; of a very long one its beginning."""
    if len(line) > _LIMIT:
        line = f"{line[:_LIMIT]}... ({len(line) - _LIMIT} more characters)"
    log.info("%s", line)
