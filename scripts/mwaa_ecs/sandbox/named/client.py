"""Calls a sandbox that runs in another process, through the doors that MWAA has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from mwaa_ecs.errors import OperationError, UserError
from mwaa_ecs.sandbox.airflow.client import AirflowApiError
from mwaa_ecs.sandbox.airflow.components import login_link
from mwaa_ecs.sandbox.airflow.triggered import DagRuns
from mwaa_ecs.sandbox.bare_session import bare_client
from mwaa_ecs.sandbox.named.registry import Entry


class SandboxClient:
    """Calls one sandbox.

    Args:
        entry: the sandbox.

    Raises:
        UserError: it runs no Airflow.
    """

    def __init__(self, entry: Entry) -> None:
        if not entry.airflow:
            raise UserError(
                f"The sandbox {entry.name!r} runs no Airflow. Start one with "
                "`mwaa-ecs sandbox up --airflow`"
            )
        self.entry = entry
        self._mwaa = bare_client("mwaa", entry.region, entry.endpoint_url, entry.keys)

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
    ) -> Any:
        """Call Airflow's REST API, as `AirflowClient.call` does.

        Raises:
            AirflowApiError: Airflow refused the call.
            OperationError: the sandbox does not answer.
        """
        more = {"QueryParameters": dict(query)} if query else {}
        if body is not None:
            more["Body"] = body
        try:
            answer = self._mwaa.invoke_rest_api(
                Name=self.entry.environment, Method=method, Path=path, **more
            )
        except ClientError as error:
            told: dict[str, Any] = {**error.response}
            if "RestApiStatusCode" not in told:
                raise OperationError(str(error)) from error
            status = int(told["RestApiStatusCode"])
            raise AirflowApiError(status, told.get("RestApiResponse")) from error
        except BotoCoreError as error:
            raise self._silent(error) from error
        return answer.get("RestApiResponse")

    def login_link(self) -> str:
        """Return a new address that logs a browser in, once, within a minute.

        Raises:
            OperationError: the sandbox does not answer.
        """
        try:
            found = self._mwaa.create_web_login_token(Name=self.entry.environment)
        except (ClientError, BotoCoreError) as error:
            raise self._silent(error) from error
        return login_link(self.entry.page, found["WebToken"])

    def dag_runs(self) -> DagRuns:
        """Return its DAGs and their runs."""
        return DagRuns(self, is_2=self.entry.airflow.startswith("2."))

    def _silent(self, error: Exception) -> OperationError:
        return OperationError(f"The sandbox {self.entry.name!r} does not answer: {error}")
