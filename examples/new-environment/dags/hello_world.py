"""Run the hello-world container on ECS Fargate from Amazon MWAA."""

from datetime import UTC, datetime

from airflow import DAG
from mwaa_ecs_operator import EcsTaskOperator

with DAG("hello_world", start_date=datetime(2024, 1, 1, tzinfo=UTC), schedule=None):
    EcsTaskOperator(task_id="hello", task="hello-world", command=["/hello"])
