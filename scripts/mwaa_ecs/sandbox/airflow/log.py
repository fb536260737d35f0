"""Reads the log of `airflow dags test`: containers' lines, and exceptions of tasks."""

from __future__ import annotations

import re

# A container's line is logged by the amazon provider's operator, by its trigger (if the task is
# deferred), or by this package's operator. The first two log an event as
# AwsTaskLogFetcher.event_to_str formats it: "[2026-01-31 12:00:00,123] message".
_FETCHED = r"(?:task_log_fetcher|ecs)\.py:\d+"
_EVENT = r"\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}\] (?P<line>.*?)"
_SHOWN = r"container_lines\.py:\d+"
_LINE = r"(?P<line>.*?)"
_PATTERNS = tuple(
    pattern
    for place, line in ((_FETCHED, _EVENT), (_SHOWN, _LINE))
    for pattern in (
        # The first is for Airflow 2 and 3.0, the second for 3.1 and later.
        re.compile(rf"^\[[\d-]+T[^\]]+\] \{{{place}\}} INFO - {line}$"),
        re.compile(rf"^\S+ \[info\s*\] {line}\s+\[[\w.]+\] loc={place}$"),
    )
)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
# The last lines of a traceback: Python's own, or that of Airflow 3, which has boxes.
_EXCEPTION = re.compile(
    r"^(?:[a-z_]\w*\.)*[A-Z]\w*(?:Exception|Error|Timeout|Fail\w*): .+"
    r"(?:\n(?![\[\s│╭╰]|\d{4}-).+)*",  # the message ends at the next record or box
    re.M,
)
_TASK_BEGINS = re.compile(r"\[DAG TEST\] starting task_id=(\S+)")


def container_lines(log: str) -> list[str]:
    """Return the lines of containers in an Airflow log, without time, level and place."""
    found = (pattern.match(line) for line in log.splitlines() for pattern in _PATTERNS)
    return [match["line"] for match in found if match]


def task_logs(log: str) -> dict[str, str]:
    """Return the parts of the log by task, without what comes before the first task."""
    parts = _TASK_BEGINS.split(log)
    logs: dict[str, str] = {}
    for task, text in zip(parts[1::2], parts[2::2], strict=True):
        logs[task] = logs.get(task, "") + text
    return logs


def failure_reasons(log: str) -> list[str]:
    """Return the exceptions in an Airflow log, each once, on one line."""
    found = (match[0] for match in _EXCEPTION.finditer(_COLOUR.sub("", log)))
    return list(dict.fromkeys(" ".join(text.split()) for text in found))


def is_time_out(reason: str) -> bool:
    """Return whether an exception reports that a task exceeded its `execution_timeout`."""
    return reason.partition(":")[0].rpartition(".")[2] == "AirflowTaskTimeout"


def last_lines(text: str, lines: int = 15) -> str:
    """Return the last lines of a program's output."""
    return "\n".join(text.strip().splitlines()[-lines:])
