# mypy: ignore-errors
"""The same container by our operator and by Airflow's own, by turns, with their times."""

import json
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from airflow import DAG
from airflow.models.baseoperator import chain
from airflow.providers.amazon.aws.operators.ecs import EcsRunTaskOperator

from mwaa_ecs_operator import EcsTaskOperator

TIMES = Path(os.environ["AIRFLOW_HOME"]) / "times.jsonl"
STOCK = json.loads(os.environ["STOCK_ARGUMENTS"])
COMMAND = ["sleep", os.environ["SECONDS_OF_CONTAINER"]]


class Timed:
    """Notes when execution begins and ends, also where the trigger waits in between."""

    def note(self, what):
        with TIMES.open("a") as file:
            line = {"task": self.task_id, "what": what, "time": time.time()}
            file.write(json.dumps(line) + "\n")

    def execute(self, context):
        self.note("begin")
        result = super().execute(context)
        self.note("end")
        return result

    def execute_complete(self, context, event=None):
        result = super().execute_complete(context, event)
        self.note("end")
        return result


class Ours(Timed, EcsTaskOperator):
    """Our operator, with its defaults."""


class Stock(Timed, EcsRunTaskOperator):
    """Airflow's own, with the arguments of the article's DAG."""


def ours(task_id, deferrable):
    return Ours(
        task_id=task_id,
        task="nightly",
        command=COMMAND,
        environment={"TASK": task_id},
        deferrable=deferrable,
    )


def stock(task_id, deferrable):
    return Stock(
        task_id=task_id,
        **STOCK,
        overrides={
            "containerOverrides": [
                {
                    "name": STOCK["container_name"],
                    "command": COMMAND,
                    "environment": [{"name": "TASK", "value": task_id}],
                }
            ]
        },
        awslogs_fetch_interval=timedelta(seconds=5),
        deferrable=deferrable,
    )


with DAG("pairs", start_date=datetime(2024, 1, 1, tzinfo=UTC), schedule=None):
    chain(
        *[
            make(f"{name}_{waits}_{number}", waits == "deferrable")
            for number in range(int(os.environ["REPEAT"]))
            for waits in ("sync", "deferrable")
            for name, make in (("ours", ours), ("stock", stock))
        ]
    )
