"""Reads a container's secrets from Parameter Store and Secrets Manager."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

Clients = Callable[[str, str], Any]
"""Returns the boto3 client of a service in a region."""

_PREFIX = "unable to pull secrets or registry auth: execution resource retrieval failed: "
_ASM = "unable to retrieve secret from asm: "
_SSM = "unable to retrieve secrets from ssm: "


class SecretUnavailableError(Exception):
    """A secret cannot be read. ECS puts the text after ResourceInitializationError."""


@dataclass(frozen=True)
class Reference:
    """A parsed `valueFrom`.

    Attributes:
        service: `ssm` or `secretsmanager`.
        name: the parameter's name, or the secret's ARN.
        region: the ARN's region; None for a parameter that is referenced by name.
        json_key: the key within a secret that holds JSON.
        stage: the version stage of a secret.
        version: the version id of a secret.
    """

    service: str
    name: str
    region: str | None = None
    json_key: str | None = None
    stage: str | None = None
    version: str | None = None


def parse_reference(value_from: str) -> Reference:
    """Parse a `valueFrom`.

    Args:
        value_from: a parameter's name or ARN, or a secret's ARN, which may end in
            `:key:stage:version`.

    Raises:
        SecretUnavailableError: the ARN belongs to neither a parameter nor a secret.
    """
    if not value_from.startswith("arn:"):
        return Reference("ssm", value_from)
    parts = value_from.split(":")
    service, region = (parts[2], parts[3]) if len(parts) > 5 else ("", "")
    if service == "ssm" and parts[5].startswith("parameter/"):
        # The ARN of `/a/b` is `…:parameter/a/b`, that of `c` is `…:parameter/c`.
        path = ":".join(parts[5:]).removeprefix("parameter/")
        return Reference("ssm", f"/{path}" if "/" in path else path, region)
    if service == "secretsmanager" and parts[5] == "secret" and len(parts) in (7, 10):
        key, stage, version = parts[7:] if len(parts) == 10 else ("", "", "")
        return Reference(
            "secretsmanager",
            ":".join(parts[:7]),
            region,
            json_key=key or None,
            stage=stage or None,
            version=version or None,
        )
    raise SecretUnavailableError(
        f"{_PREFIX}{_ASM}trying to retrieve secret with value {value_from} resulted in error: "
        "an invalid ARN format for the AWS Secrets Manager secret was specified. Specify a "
        "valid ARN and try again."
    )


def read_secret(value_from: str, clients: Clients | None, region: str) -> str:
    """Return the value that a `valueFrom` refers to.

    Args:
        value_from: a parameter's name or ARN, or a secret's ARN.
        clients: clients with the rights of the execution role; None without such a role.
        region: the task's region.

    Raises:
        SecretUnavailableError: the value cannot be read; the message is ECS's.
    """
    if clients is None:
        raise SecretUnavailableError(f"{_PREFIX}the task has no execution role")
    reference = parse_reference(value_from)
    client = clients(reference.service, reference.region or region)
    if reference.service == "ssm":
        return _parameter(client, reference, value_from)
    return _secret(client, reference)


def _parameter(client: Any, reference: Reference, value_from: str) -> str:
    try:
        answer = client.get_parameters(Names=[reference.name], WithDecryption=True)
    except ClientError as error:
        raise SecretUnavailableError(
            f"{_PREFIX}{_SSM}service call has been retried 1 time(s): {_api_error(error)}"
        ) from error
    if not answer["Parameters"]:
        raise SecretUnavailableError(
            f"{_PREFIX}{_SSM}service call has been retried 1 time(s): invalid ssm parameters: "
            f"{value_from}"
        )
    return str(answer["Parameters"][0]["Value"])


def _secret(client: Any, reference: Reference) -> str:
    query = {"SecretId": reference.name}
    if reference.stage:
        query["VersionStage"] = reference.stage
    if reference.version:
        query["VersionId"] = reference.version
    try:
        answer = client.get_secret_value(**query)
    except ClientError as error:
        raise SecretUnavailableError(
            f"{_PREFIX}{_ASM}service call has been retried 1 time(s): failed to fetch secret "
            f"{reference.name} from secrets manager: {_api_error(error)}"
        ) from error
    text = answer.get("SecretString")
    if text is None:
        text = answer["SecretBinary"].decode("utf-8", "replace")
    if reference.json_key is None:
        return str(text)
    try:
        value = json.loads(text)[reference.json_key]
    except (ValueError, KeyError, TypeError) as error:
        raise SecretUnavailableError(
            f"{_PREFIX}{_ASM}retrieved secret from Secrets Manager did not contain json key "
            f"{reference.json_key}"
        ) from error
    return value if isinstance(value, str) else json.dumps(value)


def _api_error(error: ClientError) -> str:
    problem = error.response.get("Error", {})
    return f"api error {problem.get('Code')}: {problem.get('Message')}"
