"""The names of Docker's operators in all generations of Airflow, and of what goes with them."""

from __future__ import annotations

OPERATOR_MODULES = (
    "airflow.providers.docker.operators.docker",
    "airflow.operators.docker_operator",
    "airflow.operators.docker",
    "airflow.contrib.operators.docker_operator",
)
"""Modules that DockerOperator is imported from."""

SWARM_MODULES = (
    "airflow.providers.docker.operators.docker_swarm",
    "airflow.contrib.operators.docker_swarm_operator",
)

OPERATOR = frozenset(
    f"{module}.DockerOperator" for module in (*OPERATOR_MODULES, "airflow.operators")
)
SWARM = frozenset(f"{module}.DockerSwarmOperator" for module in SWARM_MODULES)

DECORATOR = frozenset(
    {
        "airflow.decorators.task.docker",
        "airflow.sdk.task.docker",
        "airflow.sdk.decorators.task.docker",
        "airflow.providers.docker.decorators.docker.docker_task",
    }
)

RECORDS = frozenset({"Mount", "DeviceRequest", "DriverConfig", "LogConfig", "Ulimit"})
"""Names of `docker.types` that the operator's package has too."""

RECORD_MODULES = ("docker.types", "docker.types.services", "docker.types.containers")

RECORDS_BY_MODULE = frozenset(
    f"{module}.{name}" for module in RECORD_MODULES for name in RECORDS
)

PACKAGE = "mwaa_ecs_operator"

DOCKER_PACKAGES = ("docker", "airflow.providers.docker")
"""Packages that MWAA does not have."""

INTERNALS = frozenset(
    {
        "cli",
        "hook",
        "container",
        "get_hook",
        "_run_image",
        "_run_image_with_mounts",
        "_get_cli",
        "_cli",
        "_attempt_to_retrieve_result",
        "_attempt_to_retrieve_results",
        "_get_tls_config",
        "__get_tls_config",
    }
)
"""Members of DockerOperator that need a Docker client, which ECS lacks."""

DAG = frozenset(
    {
        "airflow.DAG",
        "airflow.models.DAG",
        "airflow.models.dag.DAG",
        "airflow.sdk.DAG",
        "airflow.sdk.definitions.dag.DAG",
    }
)
DAG_DECORATOR = frozenset({"airflow.decorators.dag", "airflow.sdk.dag"})
TASK_GROUP = frozenset(
    {
        "airflow.utils.task_group.TaskGroup",
        "airflow.sdk.TaskGroup",
        "airflow.sdk.definitions.taskgroup.TaskGroup",
    }
)
