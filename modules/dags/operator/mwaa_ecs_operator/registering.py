"""Task definitions derived from the module's, for what RunTask cannot override.

A derived definition has a family of its own, `<family>--<digest of its content>`. A revision of
the module's family would change what every other DAG runs.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from mwaa_ecs_operator.aws import Clients, error_code, error_message, is_denied
from mwaa_ecs_operator.errors import RefusedError

TAG = "mwaa-ecs-contract"
"""Tag of everything that belongs to one instance of the module; its value is the ssm_prefix."""

# Fields of DescribeTaskDefinition's answer that RegisterTaskDefinition takes.
_REGISTERED = (
    "taskRoleArn",
    "executionRoleArn",
    "networkMode",
    "containerDefinitions",
    "volumes",
    "placementConstraints",
    "requiresCompatibilities",
    "cpu",
    "memory",
    "pidMode",
    "ipcMode",
    "proxyConfiguration",
    "inferenceAccelerators",
    "ephemeralStorage",
    "runtimePlatform",
)


def derive(
    clients: Clients, base: str, container_name: str, changes: dict[str, Any], ssm_prefix: str
) -> str:
    """Return the family of a definition that differs from `base` in its main container.

    The same changes give the same family, which is registered once.

    Args:
        clients: of the Airflow connection.
        base: family, or family and revision, of the module's task definition.
        container_name: the main container's.
        changes: of its container definition: entryPoint, user, workingDirectory.
        ssm_prefix: the module's.

    Raises:
        RefusedError: the role may not describe or register it, or ECS refuses the definition.
    """
    ecs = clients("ecs")
    try:
        found = ecs.describe_task_definition(taskDefinition=base)["taskDefinition"]
        definition = {name: found[name] for name in _REGISTERED if found.get(name)}
        for container in definition["containerDefinitions"]:
            if container["name"] == container_name:
                container.update(changes)
        content = json.dumps(definition, sort_keys=True)
        digest = hashlib.sha256(content.encode()).hexdigest()[:12]
        family = f"{found['family']}--{digest}"
        if not _is_registered(ecs, family):
            ecs.register_task_definition(
                family=family, tags=[{"key": TAG, "value": ssm_prefix}], **definition
            )
    except Exception as error:
        if is_denied(error) or error_code(error) in (
            "ClientException",
            "InvalidParameterException",
        ):
            raise RefusedError(
                f"register=True: {error_code(error)}: {error_message(error)}. Set "
                "policy.register = true of the module, or add such a task to its tasks"
            ) from None
        raise
    return family


def _is_registered(ecs: Any, family: str) -> bool:
    try:
        found = ecs.describe_task_definition(taskDefinition=family)["taskDefinition"]
    except Exception as error:
        if error_code(error) == "ClientException":  # ECS's word for a family that is not there
            return False
        raise
    return bool(found.get("status") == "ACTIVE")
