"""DockerOperator with MWAA_ECS_RUN=docker: Airflow's own, so that a DAG runs on a laptop."""

from __future__ import annotations

from typing import Any

from airflow.providers.docker.operators.docker import DockerOperator as _AirflowsDockerOperator

_OURS = frozenset(
    {
        "task",
        "sidecars",
        "ephemeral_storage",
        "deferrable",
        "reattach",
        "start_timeout",
        "fail_without_retry_on_exit_code",
        "number_logs_exception",
        "spot_restarts",
        "tags",
        "ssm_prefix",
        "aws_conn_id",
        "region_name",
        "register",
        "on_private_environment",
    }
)


class DockerOperator(_AirflowsDockerOperator):  # type: ignore[misc]
    """Airflow's own DockerOperator, without the arguments that only ECS knows."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{name: kwargs[name] for name in kwargs if name not in _OURS})
