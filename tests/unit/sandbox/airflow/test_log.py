"""The container's lines are found in an Airflow log, once each, as every version writes it."""

from __future__ import annotations

import pytest

from mwaa_ecs.errors import UserError
from mwaa_ecs.sandbox.airflow import find_version
from mwaa_ecs.sandbox.airflow.log import container_lines, failure_reasons
from mwaa_ecs.sandbox.airflow.versions import DEFAULT_VERSION, known_versions

# What Airflow 2.10, 2.11 and 3.0 print: each record twice, by two handlers.
OLDER = """\
[2026-01-31 12:00:00,228] {ecs.py:500} INFO - ECS task ID is: 0123
[2026-01-31T12:00:00.228+0000] {ecs.py:500} INFO - ECS task ID is: 0123
[2026-01-31 12:00:05,228] {task_log_fetcher.py:83} INFO - [2026-01-31 12:00:01,001] Hello
[2026-01-31T12:00:05.228+0000] {task_log_fetcher.py:83} INFO - [2026-01-31 12:00:01,001] Hello
[2026-01-31T12:00:05.229+0000] {task_log_fetcher.py:83} INFO - [2026-01-31 12:00:01,001] [x]
[2026-01-31T12:00:05.229+0000] {task_log_fetcher.py:90} INFO - Cannot find log stream yet
"""

# What Airflow 3.1 and later print.
NEWER = (
    "2026-01-31T12:00:05.866653Z [info     ] [2026-01-31 12:00:01,001] Hello      "
    "[airflow.task.operators.airflow.providers.amazon.aws.operators.ecs.EcsRunTaskOperator] "
    "loc=task_log_fetcher.py:83\n"
    "2026-01-31T12:00:05.866653Z [info     ] ECS task ID is: 0123      "
    "[airflow.task.operators.airflow.providers.amazon.aws.operators.ecs.EcsRunTaskOperator] "
    "loc=ecs.py:359\n"
)


def test_older_logs_yield_each_line_once() -> None:
    assert container_lines(OLDER) == ["Hello", "[x]"]


def test_newer_logs_yield_the_line_without_its_frame() -> None:
    assert container_lines(NEWER) == ["Hello"]


# A traceback as Python prints it, as Airflow 2 has it; then one of Airflow 3's in its boxes.
FAILED = """\
[2026-01-31T12:00:05.228+0000] {taskinstance.py:3311} ERROR - Task failed with exception
Traceback (most recent call last):
  File "/x/ecs.py", line 1, in execute
    raise AirflowException(f"it: {x}")
airflow.exceptions.AirflowException: it: stopped
[2026-01-31T12:00:05.229+0000] {taskinstance.py:1225} INFO - Marking task as FAILED
╭─ Traceback (most recent call last) ─╮
│ ValueError: of the box              │
╰─────────────────────────────────────╯
\x1b[1mAccessDeniedException: \x1b[0mAn error occurred (\x1b[0mAccessDenied) when
calling ListTasks

2026-11-25 03:00:27 [debug    ] Sending request
airflow.exceptions.AirflowException: it: stopped
"""


def test_the_exceptions_of_a_failed_dag_are_found_each_once() -> None:
    assert failure_reasons(FAILED) == [
        "airflow.exceptions.AirflowException: it: stopped",
        "AccessDeniedException: An error occurred (AccessDenied) when calling ListTasks",
    ]
    assert failure_reasons(OLDER + NEWER) == []


def test_a_version_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(
        UserError, match=r"--airflow: '1\.10\.12' .* legal are 2\.10\.3, .*3\.0\.6"
    ):
        find_version("1.10.12")


@pytest.mark.parametrize("number", known_versions())
def test_every_version_is_locked_with_its_amazon_provider(number: str) -> None:
    version = find_version(number)
    assert f"\napache-airflow=={number} " in version.lock.read_text()
    assert version.amazon_provider.split(".")[0] in {"8", "9"}


def test_the_default_version_is_one_of_them() -> None:
    assert DEFAULT_VERSION in known_versions()
