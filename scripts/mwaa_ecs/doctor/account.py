"""Reads an AWS account: each answer once, every page, and never a change.

Checks run side by side and ask for the same answers. The first to ask makes the call; the
others wait for its answer.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from mwaa_ecs.errors import OperationError
from mwaa_ecs_operator.aws import error_code, is_denied

Clients = Callable[[str, str], Any]
"""Returns the boto3 client of a service in a region."""

_PREFIXES = {
    "efs": "elasticfilesystem",
    "mwaa": "airflow",
    "service-quotas": "servicequotas",
}
_ACTIONS = {"s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock"}
_READ_ONLY = ("describe_", "get_", "list_", "batch_get_", "simulate_")


class NotReadError(OperationError):
    """A call was not answered, so what depends on it is unknown."""


class DeniedError(NotReadError):
    """A call was denied.

    Attributes:
        action: the IAM action that the caller lacks.
    """

    def __init__(self, action: str) -> None:
        self.action = action
        super().__init__(f"{action} is denied to whoever runs the doctor")


def action_of(service: str, operation: str) -> str:
    """Return the IAM action of a call.

    Args:
        service: boto3's name of the service, for example `efs`.
        operation: the client's method, for example `describe_mount_targets`.
    """
    name = "".join(part.capitalize() for part in operation.split("_"))
    action = f"{_PREFIXES.get(service, service)}:{name}"
    return _ACTIONS.get(action, action)


class Account:
    """An account in a region, through the credentials of whoever runs the doctor.

    Args:
        clients: returns the boto3 client of a service in a region.
        region: the region of the MWAA environment.
    """

    def __init__(self, clients: Clients, region: str) -> None:
        self.region = region
        self._clients = clients
        self._lock = threading.Lock()
        self._answers: dict[str, Future[Any]] = {}
        self._calls = 0

    @property
    def calls(self) -> int:
        """How many requests were made."""
        return self._calls

    def call(
        self,
        service: str,
        operation: str,
        *,
        missing: Collection[str] = (),
        region: str = "",
        pages: str = "",
        **parameters: Any,
    ) -> Any:
        """Return the answer of a call.

        Args:
            service: boto3's name of the service.
            operation: the client's method.
            missing: codes of errors that mean that there is no such thing.
            region: another region than the account's.
            pages: the key of the answer's list, to return the list of all pages.
            parameters: the parameters of the call.

        Returns:
            The answer; None where an error of `missing` was answered.

        Raises:
            DeniedError: the caller lacks the action.
            NotReadError: AWS was not reached, or answered another error.
        """
        if not operation.startswith(_READ_ONLY):
            raise ValueError(f"{service}.{operation} may change the account")
        region = region or self.region
        key = json.dumps([service, operation, region, pages, parameters], sort_keys=True)
        with self._lock:
            answer = self._answers.get(key)
            mine = answer is None
            if answer is None:
                answer = self._answers[key] = Future()
        if mine:
            try:
                answer.set_result(self._ask(service, operation, region, pages, parameters))
            except BaseException as error:
                answer.set_exception(error)
        try:
            return answer.result()
        except ClientError as error:
            if error_code(error) in missing:
                return None
            action = action_of(service, operation)
            if is_denied(error):
                raise DeniedError(action) from error
            raise NotReadError(f"{action} was not answered: {error}") from error
        except BotoCoreError as error:
            action = action_of(service, operation)
            raise NotReadError(f"{action} was not answered: {error}") from error

    def _ask(
        self,
        service: str,
        operation: str,
        region: str,
        pages: str,
        parameters: Mapping[str, Any],
    ) -> Any:
        client = self._clients(service, region)
        if not pages:
            self._count()
            return getattr(client, operation)(**parameters)
        found: list[Any] = []
        for page in client.get_paginator(operation).paginate(**parameters):
            self._count()
            found += page.get(pages, ())
        return found

    def _count(self) -> None:
        with self._lock:
            self._calls += 1
