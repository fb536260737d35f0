"""DAGs that a browser looks at."""

import os
from datetime import UTC, datetime
from pathlib import Path

from airflow import DAG

from mwaa_ecs_operator import EcsTaskOperator

START = datetime(2024, 1, 1, tzinfo=UTC)
# MWAA has its files in the folders of AIRFLOW_HOME.
GREETING = Path(os.environ["AIRFLOW_HOME"], "dags", "greeting.txt").read_text()

with DAG("hello_world", start_date=START, schedule=None):
    EcsTaskOperator(task_id="hello", task="app", command=["print", GREETING])

with DAG("no_such_image", start_date=START, schedule=None):
    EcsTaskOperator(task_id="pulled", task="missing")
