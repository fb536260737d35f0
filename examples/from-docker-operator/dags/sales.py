"""Sales, from the shop to the warehouse."""

from datetime import datetime

from airflow import DAG
from mwaa_ecs_operator import DockerOperator
from mwaa_ecs_operator import Mount
from team.operators import DOCKER, REGISTRY, PatientOperator

CACHE = Mount(source="/srv/cache", target="/cache", type="bind")


def load(table, **more):
    return PatientOperator(
        task_id=f"load_{table}",
        image=f"{REGISTRY}/load:1.4",
        command=["--table", table, "--date", "{{ ds }}"],
        mounts=[CACHE],
        **more,
    )


with DAG("sales", start_date=datetime(2024, 1, 1), schedule=None, catchup=False):
    extract = DockerOperator(
        task_id="extract",
        image=f"{REGISTRY}/extract:2.0",
        command="--date {{ ds }} --mode 'full extract'",
        private_environment={"DB_PASSWORD": "{{ conn.shop.password }}"},
        network_mode="bridge",
        **DOCKER,
    )
    for table in ("orders", "customers"):
        extract >> load(table, environment={"TABLE": table})
