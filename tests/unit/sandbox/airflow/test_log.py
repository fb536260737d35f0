"""Each line of a container is found once in the log of every Airflow version."""

from __future__ import annotations

import pytest

from mwaa_ecs.errors import UserError
from mwaa_ecs.sandbox.airflow import find_version
from mwaa_ecs.sandbox.airflow.log import (
    container_lines,
    failure_reasons,
    is_time_out,
    task_logs,
)
from mwaa_ecs.sandbox.airflow.versions import DEFAULT_VERSION, known_versions

# Airflow 2.10, 2.11 and 3.0 print each record twice, with two handlers.
OLDER = """\
[2026-01-31 12:00:00,228] {ecs.py:500} INFO - ECS task ID is: 0123
[2026-01-31T12:00:00.228+0000] {ecs.py:500} INFO - ECS task ID is: 0123
[2026-01-31 12:00:05,228] {task_log_fetcher.py:83} INFO - [2026-01-31 12:00:01,001] Hello
[2026-01-31T12:00:05.228+0000] {task_log_fetcher.py:83} INFO - [2026-01-31 12:00:01,001] Hello
[2026-01-31T12:00:05.229+0000] {task_log_fetcher.py:83} INFO - [2026-01-31 12:00:01,001] [x]
[2026-01-31T12:00:05.229+0000] {task_log_fetcher.py:90} INFO - Cannot find log stream yet
"""

# The log of Airflow 3.1 and later.
NEWER = (
    "2026-01-31T12:00:05.866653Z [info     ] [2026-01-31 12:00:01,001] Hello      "
    "[airflow.task.operators.airflow.providers.amazon.aws.operators.ecs.EcsRunTaskOperator] "
    "loc=task_log_fetcher.py:83\n"
    "2026-01-31T12:00:05.866653Z [info     ] ECS task ID is: 0123      "
    "[airflow.task.operators.airflow.providers.amazon.aws.operators.ecs.EcsRunTaskOperator] "
    "loc=ecs.py:359\n"
)


# Lines of a deferred task, which its trigger logs, and lines of this package's operator.
OTHERS = """\
[2026-01-31T12:00:05.228+0000] {ecs.py:231} INFO - [2026-01-31 12:00:01,001] deferred
[2026-01-31T12:00:05.228+0000] {ecs.py:231} INFO - Waiting
[2026-01-31T12:00:05.228+0000] {container_lines.py:20} INFO - [ours]
[2026-01-31T12:00:05.228+0000] {container_lines.py:20} INFO -\x20
2026-01-31T12:00:05.866653Z [info     ] [2026-01-31 12:00:01,001] deferred newer \
[airflow.providers.amazon.aws.triggers.ecs.TaskDoneTrigger] loc=ecs.py:240
2026-01-31T12:00:05.866653Z [info     ] ours, newer                    \
[airflow.task.operators.mwaa_ecs_operator.operator.EcsTaskOperator] loc=container_lines.py:20
2026-01-31T12:00:05.866653Z [info     ] ECS task started               \
[airflow.task.operators.mwaa_ecs_operator.operator.EcsTaskOperator] loc=operator.py:20
"""


def test_lines_of_deferred_tasks_and_of_this_packages_operator_are_found() -> None:
    assert container_lines(OTHERS) == [
        "deferred",
        "[ours]",
        "",
        "deferred newer",
        "ours, newer",
    ]


def test_older_logs_yield_each_line_once() -> None:
    assert container_lines(OLDER) == ["Hello", "[x]"]


def test_newer_logs_yield_the_line_without_time_and_place() -> None:
    assert container_lines(NEWER) == ["Hello"]


# A traceback as Python prints it, which Airflow 2 logs, and one of Airflow 3 in boxes.
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


def test_each_exception_of_a_failed_dag_is_found_once() -> None:
    assert failure_reasons(FAILED) == [
        "airflow.exceptions.AirflowException: it: stopped",
        "AccessDeniedException: An error occurred (AccessDenied) when calling ListTasks",
    ]
    assert failure_reasons(OLDER + NEWER) == []


TASKS = """\
[2026-01-31T12:00:00.228+0000] {dagbag.py:387} ERROR - Failed to import: /dags/other.py
ModuleNotFoundError: No module named 'elsewhere'
[2026-01-31T12:00:01.228+0000] {dag.py:4396} INFO - [DAG TEST] starting task_id=slow
AirflowTaskTimeout: Timeout, PID: 2406
2026-01-31T12:00:05Z [info     ] [DAG TEST] starting task_id=bad map_index=0 [airflow.sdk]
ValueError: no
2026-01-31T12:00:05Z [info     ] [DAG TEST] starting task_id=bad map_index=1 [airflow.sdk]
KeyError: 1
"""


def test_each_task_has_its_own_reasons_and_not_those_of_other_files() -> None:
    logs = task_logs(TASKS)
    assert {task: failure_reasons(log) for task, log in logs.items()} == {
        "slow": ["AirflowTaskTimeout: Timeout, PID: 2406"],
        "bad": ["ValueError: no", "KeyError: 1"],
    }


@pytest.mark.parametrize(
    ("reason", "answer"),
    [
        ("airflow.exceptions.AirflowTaskTimeout: Timeout, PID: 1", True),
        ("AirflowTaskTimeout: Timeout, PID: 1", True),
        ("ValueError: AirflowTaskTimeout", False),
    ],
)
def test_a_task_that_timed_out_is_distinguished_from_one_that_failed(
    reason: str, answer: bool
) -> None:
    assert is_time_out(reason) is answer


def test_an_unknown_version_is_refused_with_the_known_ones() -> None:
    with pytest.raises(
        UserError, match=r"--airflow: '1\.10\.12' .* must be one of 2\.10\.3, .*3\.0\.6"
    ):
        find_version("1.10.12")


@pytest.mark.parametrize("number", known_versions())
def test_every_version_is_locked_with_its_amazon_provider(number: str) -> None:
    version = find_version(number)
    assert f"\napache-airflow=={number} " in version.lock.read_text()
    assert version.amazon_provider.split(".")[0] in {"8", "9"}


def test_the_default_version_is_known() -> None:
    assert DEFAULT_VERSION in known_versions()


@pytest.mark.parametrize(
    ("python", "told"),
    [("3.12", "on Python 3.12, "), ("3.11", "on Python 3.11 (MWAA has 3.12), ")],
)
def test_another_python_than_mwaas_is_told(python: str, told: str) -> None:
    assert f"3.0.6 {told}amazon provider 9" in find_version("3.0.6").describe(python)
