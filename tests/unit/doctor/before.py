"""The account before the first apply: its tasks are in a plan, and not in the account."""

from __future__ import annotations

import json
from typing import Any

from mwaa_ecs.doctor import CHECKS, Account, Report, run_checks
from mwaa_ecs.doctor.before import asked_before
from mwaa_ecs.doctor.selection import select
from mwaa_ecs.plan import Plan
from unit.doctor.healthy import REGION, World
from unit.doctor.recorded import Clients

BEFORE = select(CHECKS, (), (), before_apply=True)


def as_plan(world: World) -> dict[str, Any]:
    """Return the tasks of an account as the plan that creates them."""
    resources = []
    pages = world.client("ssm").get_paginator("get_parameters_by_path")
    contracts = {
        str(one["Name"]): str(one["Value"])
        for page in pages.paginate(Path="/mwaa/tasks")
        for one in page["Parameters"]
    }
    for name, value in sorted(contracts.items()):
        task = name.rpartition("/")[2]
        contract = json.loads(value)
        found = world.client("ecs").describe_task_definition(
            taskDefinition=contract["task_definition"]
        )["taskDefinition"]
        resources += [
            created(
                f'aws_ecs_task_definition.this["{task}"]',
                family=found["family"],
                cpu=found.get("cpu"),
                memory=found.get("memory"),
                network_mode=found["networkMode"],
                requires_compatibilities=found["requiresCompatibilities"],
                execution_role_arn=found.get("executionRoleArn"),
                task_role_arn=found.get("taskRoleArn"),
                container_definitions=json.dumps(found["containerDefinitions"]),
                volume=[_volume(one) for one in found.get("volumes") or ()],
                runtime_platform=[
                    {"cpu_architecture": found["runtimePlatform"].get("cpuArchitecture")}
                ]
                if found.get("runtimePlatform")
                else [],
            ),
            created(f'aws_ssm_parameter.task["{task}"]', name=name, insecure_value=value),
        ]
    role = world.place.mwaa_execution_role_name
    resources.append(created("aws_iam_role_policy.this", role=role, policy=None))
    return {"format_version": "1.2", "planned_values": {}, "resource_changes": resources}


def created(address: str, **values: Any) -> dict[str, Any]:
    kind = address.split(".")[0]
    change = {"actions": ["create"], "before": None, "after": values}
    return {"address": address, "mode": "managed", "type": kind, "change": change}


def _volume(volume: dict[str, Any]) -> dict[str, Any]:
    efs = volume.get("efsVolumeConfiguration")
    if not efs:
        return {"name": volume["name"]}
    access = efs.get("authorizationConfig") or {}
    block = {
        "file_system_id": efs["fileSystemId"],
        "transit_encryption": efs.get("transitEncryption"),
        "authorization_config": [
            {"access_point_id": access.get("accessPointId"), "iam": access.get("iam")}
        ],
    }
    return {"name": volume["name"], "efs_volume_configuration": [block]}


def take_away(world: World) -> None:
    """Take away what only the module creates: parameters and task definitions."""
    ssm, ecs = world.client("ssm"), world.client("ecs")
    pages = ssm.get_paginator("get_parameters_by_path").paginate(Path="/mwaa", Recursive=True)
    for page in list(pages):
        if page["Parameters"]:
            ssm.delete_parameters(Names=[one["Name"] for one in page["Parameters"]])
    for arn in ecs.list_task_definitions()["taskDefinitionArns"]:
        ecs.deregister_task_definition(taskDefinition=arn)


def report_before(clients: Clients, raw: dict[str, Any], **asked: Any) -> Report:
    account = Account(clients, REGION)
    return run_checks(account, asked_before(Plan(raw), **asked), BEFORE)
