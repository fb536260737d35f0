"""DAGs that a browser looks at."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from airflow import DAG

from mwaa_ecs_operator import EcsTaskOperator

START = datetime(2024, 1, 1, tzinfo=UTC)
# MWAA has its files in the folders of AIRFLOW_HOME.
GREETING = Path(os.environ["AIRFLOW_HOME"], "dags", "greeting.txt").read_text()

# Ends once ten of it have begun, so all ten must run at once. Looking costs three processes.
MEET = 'touch "$1/$$"; until [ "$(ls "$1" | wc -l)" -ge 10 ]; do sleep 1; done; echo "all here"'
# On a busy machine Airflow's own start of a task can fail, before the operator runs.
AGAIN: dict[str, Any] = {"retries": 3, "retry_delay": timedelta(seconds=1)}

with DAG("hello_world", start_date=START, schedule=None):
    EcsTaskOperator(task_id="hello", task="app", command=["print", GREETING])

with DAG("no_such_image", start_date=START, schedule=None):
    EcsTaskOperator(task_id="pulled", task="missing")

with DAG("ten_at_once", start_date=START, schedule=None, max_active_runs=10):
    EcsTaskOperator(
        task_id="meets",
        task="app",
        command=["sh", "-c", MEET, "meet", "{{ dag_run.conf['folder'] }}"],
        **AGAIN,
    )

with DAG("waits", start_date=START, schedule=None):
    EcsTaskOperator(
        task_id="waits", task="app", command=["until", "{{ dag_run.conf['file'] }}"], **AGAIN
    )
