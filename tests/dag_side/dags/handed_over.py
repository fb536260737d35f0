"""Runs calls of DockerOperator with MWAA_ECS_RUN=docker against a client that only remembers.

Prints what the client was asked for as one line of JSON.
"""

from __future__ import annotations

import json
import sys
from unittest.mock import MagicMock

from airflow.providers.docker.hooks import docker as hooks
from airflow.providers.docker.operators.docker import DockerOperator as AirflowsDockerOperator

from mwaa_ecs_operator import DockerOperator, Mount

client = MagicMock()
client.wait.return_value = {"StatusCode": 0}
client.attach.return_value = iter([b"a line of the container\n"])
client.create_container.return_value = {"Id": "1"}
client.images.return_value = []
hooks.APIClient = lambda **_: client

operator = DockerOperator(
    task_id="run",
    image="busybox:1",
    command=["echo"],
    environment={"STAGE": "laptop"},
    mounts=[Mount("/data", "/home/me/data", type="bind")],
    volumes=["/home/me/more:/more:ro"],
    skip_exit_code=3,
    xcom_push=False,
    mount_tmp_dir=False,
    # Only ECS knows these.
    task="nightly",
    cpu=256,
    memory=512,
    deferrable=True,
    register=True,
    on_private_environment="override",
)
mapped = DockerOperator.partial(
    task_id="mapped", image="busybox:1", deferrable=True, cpu=256
).expand(command=[["a"], ["b"]])
operator.execute({"ti": None})
asked = client.create_container.call_args.kwargs
sys.stdout.write(
    "SEEN"
    + json.dumps(
        {
            "is_airflows": isinstance(operator, AirflowsDockerOperator),
            "image": asked["image"],
            "command": asked["command"],
            "environment": asked["environment"],
            "mounts": client.create_host_config.call_args.kwargs["mounts"],
            "skip_on_exit_code": operator.skip_on_exit_code,
            "do_xcom_push": operator.do_xcom_push,
            "mapped": mapped.task_id,
        }
    ),
)
