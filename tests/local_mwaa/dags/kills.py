# mypy: ignore-errors
"""Containers that run until their file appears, so that a test can do things meanwhile."""

import datetime

from airflow import DAG

from mwaa_ecs_operator import EcsTaskOperator


def waits(task_id, **more):
    """Run a container that waits for its file."""
    EcsTaskOperator(
        task_id=task_id,
        task="app",
        command=["until", "{{ dag_run.conf['folder'] }}/" + task_id],
        retries=3,
        retry_delay=datetime.timedelta(seconds=1),
        **more,
    )


with DAG("kills", schedule=None, start_date=datetime.datetime(2026, 1, 1)):
    for name in ("terminated", "killed", "marked", "cleared"):
        waits(name)
    for name in ("deferred", "deferred_marked", "deferred_cleared"):
        waits(name, deferrable=True)
    # Long enough to start, also on a machine with other work.
    waits("deferred_late", deferrable=True, execution_timeout=datetime.timedelta(seconds=30))
