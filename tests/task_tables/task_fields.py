"""Each field of the task itself, and what it does to definition, role or contract."""

from __future__ import annotations

from typing import Any

from task_tables.fields import Effect
from task_tables.mistake import EC2, WINDOWS_EC2, Task, fsx, role, volume

ROLE = "arn:aws:iam::123456789012:role/job"
DEFINITION = "aws_ecs_task_definition"
VOLUME = f"{DEFINITION}:volume.0"


def _efs(**given: Any) -> Task:
    return volume(efs_volume_configuration={"file_system_id": "fs-1", **given})


def _docker(**given: Any) -> Task:
    return volume(docker_volume_configuration=given)


def _spot(**given: Any) -> Task:
    return {"capacity_provider_strategy": [{"capacity_provider": "FARGATE_SPOT", **given}]}


def _policy(statement: str) -> str:
    return f"aws_iam_role_policy:policy.Statement.0.{statement}"


_EFS = f"{VOLUME}.efs_volume_configuration.0"
_DOCKER = f"{VOLUME}.docker_volume_configuration.0"
_FSX = f"{VOLUME}.fsx_windows_file_server_volume_configuration.0"
_CONDITION = {"Bool": {"aws:SecureTransport": ["true"]}}
_KNOWN_POLICY = {"policies": {"read": "arn:aws:iam::aws:policy/ReadOnlyAccess"}}

TASK = {
    "container_name": Effect({"container_name": "main"}, "contract:container_name", "main"),
    "container_cpu": Effect({"container_cpu": 64}, "cpu", 64),
    "container_memory": Effect({"container_memory": 128}, "memory", 128),
    "family": Effect({"family": "nightly"}, f"{DEFINITION}:family", "nightly"),
    "cpu": Effect({"cpu": 512}, f"{DEFINITION}:cpu", "512", {"memory": 1024}),
    "memory": Effect({"memory": 1024}, f"{DEFINITION}:memory", "1024"),
    "task_role_arn": Effect({"task_role_arn": ROLE}, f"{DEFINITION}:task_role_arn", ROLE),
    "log_group_name": Effect({"log_group_name": "/jobs"}, "contract:log_group", "/jobs"),
    "log_stream_prefix": Effect({"log_stream_prefix": "j"}, "contract:log_stream_prefix", "j"),
    "create_log_group": Effect({"create_log_group": False}, "aws_cloudwatch_log_group:", None),
    "network_mode": Effect({"network_mode": "host"}, f"{DEFINITION}:network_mode", "host", EC2),
    "pid_mode": Effect({"pid_mode": "task"}, f"{DEFINITION}:pid_mode", "task"),
    "ipc_mode": Effect({"ipc_mode": "task"}, f"{DEFINITION}:ipc_mode", "task", EC2),
    "tags": Effect({"tags": {"a": "b"}}, f"{DEFINITION}:tags", {"a": "b"}),
    "image_aliases": Effect(
        {"image_aliases": ["org/app:*"]}, "contract:image_aliases", ["org/app:*"]
    ),
    "propagate_tags": Effect(
        {"propagate_tags": True}, "contract:propagate_tags", "TASK_DEFINITION"
    ),
    "skip_destroy": Effect({"skip_destroy": True}, f"{DEFINITION}:skip_destroy", True),
    "track_latest": Effect({"track_latest": False}, f"{DEFINITION}:track_latest", False),
    "ephemeral_storage.size_in_gib": Effect(
        {"ephemeral_storage": {"size_in_gib": 99}},
        f"{DEFINITION}:ephemeral_storage.0.size_in_gib",
        99,
    ),
    "runtime_platform.cpu_architecture": Effect(
        {"runtime_platform": {"cpu_architecture": "ARM64"}},
        f"{DEFINITION}:runtime_platform.0.cpu_architecture",
        "ARM64",
    ),
    "runtime_platform.operating_system_family": Effect(
        {"runtime_platform": {"operating_system_family": "WINDOWS_SERVER_2022_FULL"}},
        f"{DEFINITION}:runtime_platform.0.operating_system_family",
        "WINDOWS_SERVER_2022_FULL",
        {"cpu": 1024, "memory": 2048},
    ),
    "task_role.name": Effect(role(name="job"), "aws_iam_role:name", "job"),
    "task_role.path": Effect(role(path="/jobs/"), "aws_iam_role:path", "/jobs/"),
    "task_role.permissions_boundary": Effect(
        role(permissions_boundary="arn:aws:iam::123456789012:policy/b"),
        "aws_iam_role:permissions_boundary",
        "arn:aws:iam::123456789012:policy/b",
    ),
    "task_role.policies": Effect(
        {"task_role": _KNOWN_POLICY},
        "aws_iam_role_policy_attachment/read:policy_arn",
        "arn:aws:iam::aws:policy/ReadOnlyAccess",
    ),
    "task_role.statements.effect": Effect(
        role(statement={"effect": "Deny"}), _policy("Effect"), "Deny"
    ),
    "task_role.statements.actions": Effect(
        role(statement={"actions": ["sqs:*"]}), _policy("Action"), ["sqs:*"]
    ),
    "task_role.statements.resources": Effect(
        role(statement={"resources": ["arn:aws:sqs:*:*:q"]}),
        _policy("Resource"),
        ["arn:aws:sqs:*:*:q"],
    ),
    "task_role.statements.conditions": Effect(
        role(statement={"conditions": _CONDITION}), _policy("Condition"), _CONDITION
    ),
    "volumes.host_path": Effect(volume(host_path="/d"), f"{VOLUME}.host_path", "/d", EC2),
    "volumes.docker_volume_configuration.scope": Effect(
        _docker(scope="shared"), f"{_DOCKER}.scope", "shared", EC2
    ),
    "volumes.docker_volume_configuration.autoprovision": Effect(
        _docker(scope="shared", autoprovision=True), f"{_DOCKER}.autoprovision", True, EC2
    ),
    "volumes.docker_volume_configuration.driver": Effect(
        _docker(driver="rexray"), f"{_DOCKER}.driver", "rexray", EC2
    ),
    "volumes.docker_volume_configuration.driver_opts": Effect(
        _docker(driver_opts={"a": "b"}), f"{_DOCKER}.driver_opts", {"a": "b"}, EC2
    ),
    "volumes.docker_volume_configuration.labels": Effect(
        _docker(labels={"a": "b"}), f"{_DOCKER}.labels", {"a": "b"}, EC2
    ),
    "volumes.efs_volume_configuration.file_system_id": Effect(
        _efs(file_system_id="fs-2"), f"{_EFS}.file_system_id", "fs-2"
    ),
    "volumes.efs_volume_configuration.root_directory": Effect(
        _efs(root_directory="/r"), f"{_EFS}.root_directory", "/r"
    ),
    "volumes.efs_volume_configuration.transit_encryption": Effect(
        _efs(transit_encryption="DISABLED"), f"{_EFS}.transit_encryption", "DISABLED"
    ),
    "volumes.efs_volume_configuration.transit_encryption_port": Effect(
        _efs(transit_encryption_port=2999), f"{_EFS}.transit_encryption_port", 2999
    ),
    "volumes.efs_volume_configuration.authorization_config.access_point_id": Effect(
        _efs(authorization_config={"access_point_id": "fsap-1"}),
        f"{_EFS}.authorization_config.0.access_point_id",
        "fsap-1",
    ),
    "volumes.efs_volume_configuration.authorization_config.iam": Effect(
        _efs(authorization_config={"iam": "ENABLED"}),
        f"{_EFS}.authorization_config.0.iam",
        "ENABLED",
        role(name="efs"),
    ),
    "volumes.fsx_windows_file_server_volume_configuration.file_system_id": Effect(
        fsx(file_system_id="fs-2"), f"{_FSX}.file_system_id", "fs-2", WINDOWS_EC2
    ),
    "volumes.fsx_windows_file_server_volume_configuration.root_directory": Effect(
        fsx(root_directory="r"), f"{_FSX}.root_directory", "r", WINDOWS_EC2
    ),
    "volumes.fsx_windows_file_server_volume_configuration.authorization_config"
    ".credentials_parameter": Effect(
        fsx(
            account={"credentials_parameter": "arn:aws:ssm:eu-west-1:123456789012:parameter/p"}
        ),
        f"{_FSX}.authorization_config.0.credentials_parameter",
        "arn:aws:ssm:eu-west-1:123456789012:parameter/p",
        WINDOWS_EC2,
    ),
    "volumes.fsx_windows_file_server_volume_configuration.authorization_config.domain": Effect(
        fsx(account={"domain": "corp"}),
        f"{_FSX}.authorization_config.0.domain",
        "corp",
        WINDOWS_EC2,
    ),
    "launch_type": Effect(
        {"launch_type": "EC2"}, "contract:launch_type", "EC2", {"memory": 512}
    ),
    "capacity_provider_strategy.capacity_provider": Effect(
        _spot(), "contract:capacity_provider_strategy.0.capacity_provider", "FARGATE_SPOT"
    ),
    "capacity_provider_strategy.weight": Effect(
        _spot(weight=3), "contract:capacity_provider_strategy.0.weight", 3
    ),
    "capacity_provider_strategy.base": Effect(
        _spot(base=2), "contract:capacity_provider_strategy.0.base", 2
    ),
    "platform_version": Effect(
        {"platform_version": "1.4.0"}, "contract:platform_version", "1.4.0"
    ),
    "placement_constraints.type": Effect(
        {"placement_constraints": [{"type": "memberOf", "expression": "e"}]},
        f"{DEFINITION}:placement_constraints.0.type",
        "memberOf",
        EC2,
    ),
    "placement_constraints.expression": Effect(
        {"placement_constraints": [{"expression": "e"}]},
        f"{DEFINITION}:placement_constraints.0.expression",
        "e",
        EC2,
    ),
    "placement_strategy.type": Effect(
        {"placement_strategy": [{"type": "random"}]},
        "contract:placement_strategy.0.type",
        "random",
        EC2,
    ),
    "placement_strategy.field": Effect(
        {"placement_strategy": [{"type": "spread", "field": "host"}]},
        "contract:placement_strategy.0.field",
        "host",
        EC2,
    ),
}
