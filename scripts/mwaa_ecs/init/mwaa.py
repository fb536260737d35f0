"""Reads what the module needs to know of a live MWAA environment. It changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mwaa_ecs.connection import Connection
from mwaa_ecs.errors import UserError
from mwaa_ecs.problems import suggestion
from mwaa_ecs.task_runs.reading import told
from mwaa_ecs_operator.aws import error_code, error_message, is_denied


@dataclass(frozen=True)
class MwaaEnvironment:
    """The values of an MWAA environment that the module needs.

    Attributes:
        name: its name.
        region: its AWS region.
        account_id: its account.
        role_name: name of its execution role.
        subnet_ids: its two private subnets.
        bucket_name: bucket of its DAGs.
        dags_prefix: key prefix of the DAGs, with a slash at its end.
        airflow_version: for example 2.10.3; empty where it is not known.
    """

    name: str
    region: str
    account_id: str
    role_name: str
    subnet_ids: tuple[str, ...]
    bucket_name: str
    dags_prefix: str = "dags/"
    airflow_version: str = ""


def read_environment(connection: Connection, name: str) -> MwaaEnvironment:
    """Return what the module needs to know of an MWAA environment.

    Raises:
        UserError: there is no such environment in the region, or a right is missing.
        OperationError: AWS does not answer.
    """
    client = connection.client("mwaa")
    try:
        found: dict[str, Any] = client.get_environment(Name=name)["Environment"]
    except Exception as error:
        if error_code(error) == "ResourceNotFoundException":
            raise UserError(_no_such(client, name, connection.region)) from None
        if is_denied(error):
            raise UserError(
                "these credentials may not read the environment (airflow:GetEnvironment):"
                f" {error_message(error)}. Without the right, give --role, --subnets and"
                " --bucket in place of --environment"
            ) from None
        with told():
            raise
    arn = str(found["ExecutionRoleArn"])
    return MwaaEnvironment(
        name=name,
        region=connection.region,
        account_id=arn.split(":")[4],
        role_name=arn.rpartition("/")[2],
        subnet_ids=tuple(found["NetworkConfiguration"]["SubnetIds"]),
        bucket_name=str(found["SourceBucketArn"]).rpartition(":")[2],
        dags_prefix=str(found["DagS3Path"]).strip("/") + "/",
        airflow_version=str(found.get("AirflowVersion") or ""),
    )


def _no_such(client: Any, name: str, region: str) -> str:
    try:
        pages = client.get_paginator("list_environments").paginate()
        names = sorted(each for page in pages for each in page["Environments"])
    except Exception:  # the message matters more than the names in it
        names = []
    known = suggestion(name, names, "environments") if names else "; no environment is there"
    return f"there is no MWAA environment {name!r} in {region}{known}"
