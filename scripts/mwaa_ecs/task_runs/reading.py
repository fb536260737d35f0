"""Reads the contract from the shell, with errors for the shell."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from mwaa_ecs.connection import Connection
from mwaa_ecs.errors import OperationError, UserError
from mwaa_ecs_operator.aws import (
    Clients,
    error_code,
    error_message,
    is_credentials,
    is_denied,
)
from mwaa_ecs_operator.contract import Contract, TaskContract
from mwaa_ecs_operator.errors import CredentialsError, RefusedError, StartFailedError


def clients_of(connection: Connection) -> Clients:
    """Return the operator's clients for a connection."""
    return Clients(connection.client)


def read_contract(connection: Connection, clients: Clients, task: str) -> TaskContract:
    """Return the contract of a task.

    Raises:
        UserError: there is no such task.
        OperationError: Parameter Store does not answer.
    """
    contract = Contract(lambda: clients("ssm"), connection.ssm_prefix, {})
    with told():
        return contract.task(task)


@contextmanager
def told() -> Iterator[None]:
    """Turn errors of the operator and of boto3 into one message each.

    Raises:
        UserError: AWS or the operator refuses what was asked for.
        OperationError: AWS does not answer.
    """
    try:
        yield
    except RefusedError as error:
        raise UserError(str(error)) from None
    except (StartFailedError, CredentialsError) as error:
        raise OperationError(str(error)) from None
    except (ClientError, BotoCoreError) as error:
        said = f"{error_code(error)}: {error_message(error)}".removeprefix(": ")
        if is_credentials(error):
            raise UserError(
                f"AWS does not take these credentials: {said}. Log in, or give --profile"
            ) from None
        if is_denied(error):
            raise UserError(f"these credentials lack a right: {said}") from None
        raise OperationError(f"AWS: {said}") from None
