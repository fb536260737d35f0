"""Converts a plan's resources to the form of AWS's API."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from mwaa_ecs.plan.partly_known import UnknownValueError
from mwaa_ecs.plan.resource import Resource
from mwaa_ecs.plan.tasks import Task
from mwaa_ecs.plan.view import Plan

_NAMES = {
    "family": "family",
    "revision": "revision",
    "task_role_arn": "taskRoleArn",
    "execution_role_arn": "executionRoleArn",
    "network_mode": "networkMode",
    "requires_compatibilities": "requiresCompatibilities",
    "cpu": "cpu",
    "memory": "memory",
}
_EFS = {
    "file_system_id": "fileSystemId",
    "root_directory": "rootDirectory",
    "transit_encryption": "transitEncryption",
}
_ACCESS = {"access_point_id": "accessPointId", "iam": "iam"}
_PLATFORM = {
    "cpu_architecture": "cpuArchitecture",
    "operating_system_family": "operatingSystemFamily",
}
_OUTPUT = "operator_kwargs"
_SUBNETS = "vpc/private_subnets"


def definition_of(resource: Resource) -> dict[str, Any]:
    """Return a task definition as DescribeTaskDefinition answers it.

    What is known only after apply is left out: the containers too, where a part of them is.

    Args:
        resource: an `aws_ecs_task_definition`.
    """
    values = resource.values
    found = _renamed(values, _NAMES)
    text = values.get("container_definitions")
    if isinstance(text, str):
        found["containerDefinitions"] = json.loads(text)
    found["volumes"] = [_volume(one) for one in values.get("volume") or ()]
    for block in values.get("runtime_platform") or ():
        found["runtimePlatform"] = _renamed(block, _PLATFORM)
    for block in values.get("ephemeral_storage") or ():
        found["ephemeralStorage"] = {"sizeInGiB": block.get("size_in_gib")}
    tags = values.get("tags_all") or values.get("tags") or {}
    found["tags"] = [{"key": key, "value": value} for key, value in tags.items()]
    return found


def _volume(block: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"name": block.get("name")}
    for efs in block.get("efs_volume_configuration") or ():
        configuration = _renamed(efs, _EFS)
        for access in efs.get("authorization_config") or ():
            configuration["authorizationConfig"] = _renamed(access, _ACCESS)
        found["efsVolumeConfiguration"] = configuration
    return found


def _renamed(values: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {
        aws: values[ours] for ours, aws in names.items() if values.get(ours) not in (None, "")
    }


def contract_of(plan: Plan, task: Task) -> dict[str, Any]:
    """Return what is known of a task's contract.

    A contract is one text, which is unknown as a whole while its security group does not
    exist. Then an output `operator_kwargs` of the root has its known parts; without one, the
    task definition and the shared parameters have some.
    """
    try:
        if task.contract is not None:
            return _known(task.contract)
    except UnknownValueError:
        pass
    change = plan.raw.get("output_changes", {}).get(_OUTPUT, {})
    outputs = change.get("after") or {}
    of_output = outputs.get(task.name) if isinstance(outputs, dict) else None
    if isinstance(of_output, dict) and "task_definition" in of_output:
        return of_output
    return _pieces(plan, task)


def _known(contract: Mapping[str, Any]) -> dict[str, Any]:
    """Return the known parts of a contract.

    Raises:
        UnknownValueError: nothing of it is known.
    """
    found = {}
    for key in contract:
        try:
            found[key] = _plain(contract[key])
        except UnknownValueError:
            continue
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return _known(value)
    if isinstance(value, str) or not hasattr(value, "__iter__"):
        return value
    return [_plain(one) for one in value]


def _pieces(plan: Plan, task: Task) -> dict[str, Any]:
    definition = definition_of(task.definition)
    found: dict[str, Any] = {"task_definition": definition.get("family", "")}
    containers = list(definition.get("containerDefinitions") or ())
    named = [one["name"] for one in containers if one["name"] == task.name]
    if len(containers) == 1 or named:
        found["container_name"] = named[0] if named else containers[0]["name"]
    if definition.get("requiresCompatibilities") == ["FARGATE"]:
        found["launch_type"] = "FARGATE"
    name = "" if task.parameter is None else str(task.parameter.values.get("name", ""))
    for key, value in _shared(plan, name.removesuffix(f"/tasks/{task.name}")).items():
        if key == _SUBNETS and definition.get("networkMode") == "awsvpc":
            network = {"subnets": value.split(",")}
            found["network_configuration"] = {"awsvpcConfiguration": network}
        elif key == "ecs/cluster":
            found["cluster"] = value
    return found


def _shared(plan: Plan, prefix: str) -> dict[str, str]:
    """Return the known shared parameters below a prefix."""
    found = {}
    for resource in plan.resources.values():
        name = resource.values.get("name")
        if resource.kind == "aws_ssm_parameter" and str(name).startswith(f"{prefix}/"):
            value = resource.values.get("insecure_value")
            if isinstance(value, str):
                found[str(name).removeprefix(f"{prefix}/")] = value
    return found
