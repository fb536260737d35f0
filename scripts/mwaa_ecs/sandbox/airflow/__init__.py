"""Real Airflow for the sandbox, each version in an environment of its own."""

from mwaa_ecs.sandbox.airflow.environment import AirflowEnvironment, prepare
from mwaa_ecs.sandbox.airflow.run import NOT_RUN, DagRun, TaskRun, run_dag
from mwaa_ecs.sandbox.airflow.versions import DEFAULT_VERSION, AirflowVersion, find_version

__all__ = [
    "DEFAULT_VERSION",
    "NOT_RUN",
    "AirflowEnvironment",
    "AirflowVersion",
    "DagRun",
    "TaskRun",
    "find_version",
    "prepare",
    "run_dag",
]
