"""Buttons of a task instance in the Airflow UI: the ECS task and its log."""

from __future__ import annotations

from typing import Any

from mwaa_ecs_operator._airflow import BaseOperatorLink, XCom


class _StoredLink(BaseOperatorLink):  # type: ignore[misc]
    """A link whose address the operator stores as an XCom while it runs."""

    xcom = ""

    def get_link(self, operator: Any, *, ti_key: Any) -> str:  # noqa: ARG002 - Airflow's name
        """Return the stored address; empty before the container has started."""
        return XCom.get_value(ti_key=ti_key, key=self.xcom) or ""


class EcsTaskLink(_StoredLink):
    """The task's page in the ECS console."""

    name = "ECS task"
    xcom = "ecs_task_link"


class ContainerLogLink(_StoredLink):
    """The log stream's page in the CloudWatch console."""

    name = "Container log"
    xcom = "container_log_link"
