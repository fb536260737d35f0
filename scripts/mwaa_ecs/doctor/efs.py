"""Checks of the file systems that tasks mount."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network

from mwaa_ecs.doctor.network import rules
from mwaa_ecs.doctor.network.ways import groups, task_groups, task_subnets
from mwaa_ecs.doctor.registry import Check
from mwaa_ecs.doctor.results import Finding, fail, unknown
from mwaa_ecs.doctor.world import Json, SkippedError, Task, World, names_of
from mwaa_ecs.iam.model import Need, NotJudgedError
from mwaa_ecs.iam.resource_policy import Verdict, judge_resource_policy

_PORT = 2049
_MISSING = ("FileSystemNotFound", "AccessPointNotFound")


@dataclass(frozen=True)
class _Volume:
    file_system: str
    access_point: str
    by_iam: bool


def _volumes(world: World, task: Task) -> list[_Volume]:
    found = []
    for volume in world.definition(task).get("volumes") or ():
        efs = volume.get("efsVolumeConfiguration")
        # A plan does not know the id of a file system that it creates.
        if efs and efs.get("fileSystemId"):
            access = efs.get("authorizationConfig") or {}
            found.append(
                _Volume(
                    str(efs["fileSystemId"]),
                    str(access.get("accessPointId") or ""),
                    access.get("iam") == "ENABLED",
                )
            )
    if not found:
        raise SkippedError("the task mounts no file system")
    return found


def _targets(world: World, volume: _Volume) -> list[Json]:
    """Return the mount targets.

    Raises:
        SkippedError: the file system does not exist.
    """
    found = world.call(
        "efs",
        "describe_mount_targets",
        missing=_MISSING,
        pages="MountTargets",
        FileSystemId=volume.file_system,
    )
    if found is None:
        raise SkippedError(f"the file system {volume.file_system} does not exist")
    return list(found)


def _mount_target(world: World, task: Task) -> Iterator[Finding]:
    for volume in _volumes(world, task):
        found = world.call(
            "efs",
            "describe_mount_targets",
            missing=_MISSING,
            pages="MountTargets",
            FileSystemId=volume.file_system,
        )
        if found is None:
            yield fail(f"The file system {volume.file_system} does not exist.")
            continue
        usable = {
            one.get("AvailabilityZoneName") or one["SubnetId"]
            for one in found
            if one.get("LifeCycleState") == "available"
        }
        for subnet in task_subnets(world, task):
            if not {subnet["AvailabilityZone"], subnet["SubnetId"]} & usable:
                yield fail(
                    f"The file system {volume.file_system} has no mount target in "
                    f"{subnet['AvailabilityZone']}, the zone of {subnet['SubnetId']}."
                )


def _access_point(world: World, task: Task) -> Iterator[Finding]:
    for volume in _volumes(world, task):
        if not volume.access_point:
            continue
        found = world.call(
            "efs",
            "describe_access_points",
            missing=_MISSING,
            pages="AccessPoints",
            AccessPointId=volume.access_point,
        )
        if not found:
            yield fail(f"The access point {volume.access_point} does not exist.")
        elif found[0]["FileSystemId"] != volume.file_system:
            yield fail(
                f"The access point {volume.access_point} is of {found[0]['FileSystemId']}, not "
                f"of {volume.file_system}."
            )


def _port(world: World, task: Task) -> Iterator[Finding]:
    volumes = _volumes(world, task)
    mine = task_groups(world, task)
    own = {str(one["GroupId"]) for one in mine}
    cidrs = [IPv4Network(one["CidrBlock"]) for one in task_subnets(world, task)]
    egress = [rule for one in mine for rule in one["IpPermissionsEgress"]]
    for volume in volumes:
        for target in _targets(world, volume):
            ids = world.call(
                "efs",
                "describe_mount_target_security_groups",
                MountTargetId=target["MountTargetId"],
            )["SecurityGroups"]
            ingress = [rule for one in groups(world, ids) for rule in one["IpPermissions"]]
            into = rules.group_lets(ingress, _PORT, cidrs, own)
            if not into:
                make = fail if into is False else unknown
                yield make(
                    f"The security groups {names_of(ids)} of {volume.file_system} do not let "
                    f"port {_PORT} in from the tasks."
                )
            address = [IPv4Network(target["IpAddress"])] if target.get("IpAddress") else []
            if rules.group_lets(egress, _PORT, address, ids) is False:
                yield fail(
                    f"The tasks' security groups {names_of(own)} let nothing out to port "
                    f"{_PORT} of {volume.file_system}."
                )


def _policy(world: World, task: Task) -> Iterator[Finding]:
    for volume in _volumes(world, task):
        answer = world.call(
            "efs",
            "describe_file_system_policy",
            missing=("PolicyNotFound", *_MISSING),
            FileSystemId=volume.file_system,
        )
        if answer is None:
            continue
        role = str(world.definition(task).get("taskRoleArn") or "")
        anonymous = not volume.by_iam or not role
        arn = world.arn("elasticfilesystem", f"file-system/{volume.file_system}")
        point = world.arn("elasticfilesystem", f"access-point/{volume.access_point}")
        context = {
            "aws:SecureTransport": ("true",),
            "aws:PrincipalArn": () if anonymous else (role,),
            "aws:PrincipalAccount": () if anonymous else (world.account_id,),
            "elasticfilesystem:AccessPointArn": (point,) if volume.access_point else (),
            "elasticfilesystem:AccessedViaMountTarget": ("true",),
        }
        # A client without IAM is a principal that only `*` names.
        caller = "arn:aws:iam::anonymous:role/none" if anonymous else role
        need = Need("elasticfilesystem:ClientMount", arn, context)
        try:
            verdict = judge_resource_policy(answer["Policy"], need, role_arn=caller)
        except NotJudgedError as error:
            yield unknown(f"The policy of {volume.file_system} cannot be judged: {error}.")
            continue
        if verdict is Verdict.DENIED or (anonymous and verdict is not Verdict.ALLOWED):
            who = "clients without IAM" if anonymous else f"the task role {role}"
            yield fail(f"The policy of {volume.file_system} does not let {who} mount.")


_DEFINITION = "ecs:DescribeTaskDefinition"
_TARGETS = "elasticfilesystem:DescribeMountTargets"
CHECKS = (
    Check(
        id="efs-mount-target",
        title="The file systems have a mount target in each zone of the task.",
        sees='The task stops with `Failed to resolve "fs-..."`.',
        why="A file system is reached by a mount target in the zone of the task.",
        by_hand="aws efs describe-mount-targets --file-system-id FILE_SYSTEM",
        fix="Create a mount target in each zone of `network.subnet_ids`.",
        needs=(_DEFINITION, _TARGETS, "ec2:DescribeSubnets"),
        reasons=("efs-name",),
        before_apply=True,
        per_task=_mount_target,
    ),
    Check(
        id="efs-access-point",
        title="The access points exist.",
        sees="The task stops with `mount.nfs4: ... No such file or directory`, or the mount is"
        " refused.",
        why="The access point was deleted, or belongs to another file system.",
        by_hand="aws efs describe-access-points --access-point-id ACCESS_POINT",
        fix="Set `authorization_config.access_point_id` of the volume to an access point of its"
        " file system.",
        needs=(_DEFINITION, "elasticfilesystem:DescribeAccessPoints"),
        reasons=("efs-path",),
        before_apply=True,
        per_task=_access_point,
    ),
    Check(
        id="efs-port",
        title="The mount targets let the tasks in on port 2049.",
        sees="The task stops with `mount.nfs4: Connection reset by peer`, or a time-out.",
        why="A mount target has security groups of its own.",
        by_hand="aws efs describe-mount-target-security-groups --mount-target-id TARGET",
        fix="Let TCP 2049 in from the tasks' security group, and out of it.",
        needs=(
            _DEFINITION,
            _TARGETS,
            "elasticfilesystem:DescribeMountTargetSecurityGroups",
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeSubnets",
        ),
        reasons=("efs-port",),
        before_apply=True,
        per_task=_port,
    ),
    Check(
        id="efs-policy",
        title="The file systems' policies let the tasks mount.",
        sees="The task stops with `access denied by server while mounting`.",
        why="The policy demands IAM, and the volume does not use it; or it names other roles.",
        by_hand="aws efs describe-file-system-policy --file-system-id FILE_SYSTEM",
        fix='Set `authorization_config.iam = "ENABLED"` of the volume, and allow the task role'
        " in the policy.",
        needs=(_DEFINITION, "elasticfilesystem:DescribeFileSystemPolicy"),
        reasons=("efs-denied",),
        before_apply=True,
        per_task=_policy,
    ),
)
