"""The Airflow task of a run, for its container's environment and for tags on the ECS task."""

from __future__ import annotations

import importlib.util
from typing import Any

from mwaa_ecs_operator._airflow import AirflowException
from mwaa_ecs_operator.running import Identity


def environment_of(context: Any) -> dict[str, str]:
    """Return the variables that tell a container for what it runs.

    Their names are those that Airflow gives to a BashOperator's program.
    """
    ti = context["ti"]
    # A run of Airflow 3 that was triggered without a date has none.
    date = context.get("logical_date")
    found = {
        "AIRFLOW_CTX_DAG_ID": ti.dag_id,
        "AIRFLOW_CTX_TASK_ID": ti.task_id,
        "AIRFLOW_CTX_DAG_RUN_ID": ti.run_id,
        "AIRFLOW_CTX_TRY_NUMBER": ti.try_number,
        "AIRFLOW_CTX_LOGICAL_DATE": None if date is None else date.isoformat(),
    }
    return {name: str(value) for name, value in found.items() if value is not None}


def identity_of(context: Any) -> Identity:
    """Return the task instance by which its containers are found again."""
    ti = context["ti"]
    return Identity(
        dag_id=str(ti.dag_id),
        task_id=str(ti.task_id),
        run_id=str(ti.run_id),
        map_index=int(getattr(ti, "map_index", -1)),
        try_number=int(ti.try_number),
    )


def deferred_context() -> Any | None:
    """Return the context of this process's task where Airflow 2 runs it after a deferral.

    Airflow 3 resumes the task, also where its time is over.
    """
    if importlib.util.find_spec("airflow.sdk") is not None:
        return None
    from airflow.operators.python import get_current_context

    try:
        context = get_current_context()
    except AirflowException:  # no task runs
        return None
    return context if context["ti"].next_method else None
