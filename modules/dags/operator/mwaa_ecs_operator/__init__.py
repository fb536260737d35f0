"""Runs containers on ECS from Amazon MWAA, by the contract of the Terraform module.

    from mwaa_ecs_operator import EcsTaskOperator

    EcsTaskOperator(task_id="load", task="nightly", command=["--date", "{{ ds }}"])

Whoever comes from Docker changes one import line:

    from mwaa_ecs_operator import DockerOperator

Importing this package imports Airflow's base classes alone: nothing of boto3 or of a provider.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mwaa_ecs_operator.docker_operator import DockerOperator
    from mwaa_ecs_operator.ecs_operator import EcsTaskOperator
    from mwaa_ecs_operator.records import DeviceRequest, DriverConfig, LogConfig, Mount, Ulimit
    from mwaa_ecs_operator.task_decorator import ecs_task

__all__ = [
    "DeviceRequest",
    "DockerOperator",
    "DriverConfig",
    "EcsTaskOperator",
    "LogConfig",
    "Mount",
    "Ulimit",
    "ecs_task",
]
__version__ = "1.0.0"

_HOMES = {
    "DockerOperator": "docker_operator",
    "EcsTaskOperator": "ecs_operator",
    "ecs_task": "task_decorator",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = _HOMES.get(name, "records")
    if name == "DockerOperator" and import_module(f"{__name__}.records").runs_docker():
        home = "docker_handover"
    return getattr(import_module(f"{__name__}.{home}"), name)
