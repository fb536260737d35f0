"""DAGs that a browser looks at."""

from datetime import UTC, datetime

from airflow import DAG

from mwaa_ecs_operator import EcsTaskOperator

START = datetime(2024, 1, 1, tzinfo=UTC)
RUN = {"run": "{{ run_id }}"}

with DAG("greets", start_date=START, schedule=None, catchup=False):
    EcsTaskOperator(
        task_id="hello", task="app", tags=RUN, command=["print", "Hello from ECS!\\n"]
    )

with DAG("fails", start_date=START, schedule=None, catchup=False):
    EcsTaskOperator(task_id="pulls", task="missing", tags=RUN)

with DAG("waits", start_date=START, schedule=None, catchup=False, max_active_runs=10):
    EcsTaskOperator(task_id="sleeps", task="app", tags=RUN, command=["sleep", "1"])
