"""Airflow's plugin: it makes the buttons of a task known to the web server of Airflow 2."""

from __future__ import annotations

from airflow.plugins_manager import AirflowPlugin

from mwaa_ecs_operator.links import ContainerLogLink, EcsTaskLink


class MwaaEcsOperatorPlugin(AirflowPlugin):  # type: ignore[misc]
    """Registers the links of EcsTaskOperator."""

    name = "mwaa_ecs_operator"
    operator_extra_links = (EcsTaskLink(), ContainerLogLink())
