"""A report for each country."""

from datetime import datetime

from airflow import DAG
from mwaa_ecs_operator import DockerOperator

with DAG("report", start_date=datetime(2024, 1, 1), schedule=None, catchup=False):
    pages = DockerOperator.partial(
        task_id="pages",
        image="report-builder:3",
        auto_remove="force",
    ).expand(command=[["--country", "de"], ["--country", "fr"]])
    send = DockerOperator(
        task_id="send",
        image="report-builder:3",
        command=["--send"],
        network_mode="reporting_default",
    )
    pages >> send
