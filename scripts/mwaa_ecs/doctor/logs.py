"""Checks of the log groups that containers write to and Airflow reads."""

from __future__ import annotations

import os.path
from collections.abc import Iterator

from mwaa_ecs.doctor.contract import log_options
from mwaa_ecs.doctor.registry import Check
from mwaa_ecs.doctor.results import Finding, fail, unknown
from mwaa_ecs.doctor.world import Json, SkippedError, Task, World
from mwaa_ecs.iam.model import Need, NotJudgedError
from mwaa_ecs.iam.resource_policy import Verdict, judge_resource_policy

# Below this many groups one call for each is cheaper than a list that may hold others.
_FEW = 3


def _groups(world: World, task: Task) -> Iterator[tuple[str, str, Json]]:
    """Yield group, region and options of each container with the awslogs driver."""
    for container in world.containers(task):
        try:
            options = log_options(container)
        except SkippedError:
            continue
        group = str(options.get("awslogs-group") or "")
        yield group, str(options.get("awslogs-region") or world.region), options


def find_group(world: World, name: str, region: str) -> Json | None:
    """Return a log group; None where it does not exist."""
    found = world.call(
        "logs",
        "describe_log_groups",
        region=region,
        pages="logGroups",
        logGroupNamePrefix=_shared_beginning(world, name),
    )
    return next((one for one in found if one["logGroupName"] == name), None)


def _shared_beginning(world: World, name: str) -> str:
    """Return what the names of all tasks' groups begin with, so that one list has them all."""
    names = [str(one.contract.get("awslogs_group") or "") for one in world.all_tasks()]
    names = sorted({one for one in names if one})
    beginning = os.path.commonprefix(names)  # noqa: RUF071 - these are not paths
    # A short beginning would list the groups of others.
    usable = len(names) > _FEW and name.startswith(beginning) and beginning.count("/") > 1
    return beginning if usable else name


def _group(world: World, task: Task) -> Iterator[Finding]:
    for name, region, options in _groups(world, task):
        if options.get("awslogs-create-group") == "true":
            continue
        if f"log_group:{name}" in world.asked.creates:
            continue
        if find_group(world, name, region) is None:
            yield fail(f"The log group {name} does not exist in {region}.")


def _region(world: World, task: Task) -> Iterator[Finding]:
    given = task.contract.get("awslogs_region")
    for name, region, _ in _groups(world, task):
        if region.count("-") < 2:
            yield fail(f"The container writes to {name} in {region!r}, which is not a region.")
    written = log_options(world.main_container(task)).get("awslogs-region")
    if given is not None and written is not None and given != written:
        yield fail(
            f"The contract has the region {given} for the log group; the container writes to "
            f"{written}."
        )


def _class(world: World, task: Task) -> Iterator[Finding]:
    group = task.contract.get("awslogs_group")
    if not isinstance(group, str):
        raise SkippedError("Airflow does not read the task's lines")
    found = find_group(world, group, str(task.contract.get("awslogs_region") or world.region))
    if found is None:
        raise SkippedError(f"the log group {group} does not exist")
    if found.get("logGroupClass", "STANDARD") != "STANDARD":
        yield fail(
            f"The log group {group} is of class {found['logGroupClass']}, which GetLogEvents "
            "refuses."
        )


def _key(world: World, task: Task) -> Iterator[Finding]:
    for name, region, _ in _groups(world, task):
        found = find_group(world, name, region)
        key = str((found or {}).get("kmsKeyId") or "")
        if not key:
            continue
        answer = world.call(
            "kms", "describe_key", missing=("NotFoundException",), region=region, KeyId=key
        )
        if answer is None:
            yield fail(f"The log group {name} is encrypted with {key}, which does not exist.")
            continue
        state = answer["KeyMetadata"]["KeyState"]
        if state != "Enabled":
            yield fail(f"The log group {name} is encrypted with {key}, which is {state}.")
            continue
        yield from _key_policy(world, name, region, key)


def _key_policy(world: World, group: str, region: str, key: str) -> Iterator[Finding]:
    document = world.call(
        "kms", "get_key_policy", region=region, KeyId=key, PolicyName="default"
    )["Policy"]
    group_arn = world.arn("logs", f"log-group:{group}", region)
    context = {
        "kms:EncryptionContext:aws:logs:arn": (group_arn,),
        "kms:ViaService": (),
        "aws:SourceAccount": (world.account_id,),
        "aws:SourceArn": (group_arn,),
    }
    service = f"logs.{region}.{world.dns_suffix}"
    need = Need("kms:GenerateDataKey", key, context)
    try:
        verdict = judge_resource_policy(document, need, service=service)
    except NotJudgedError as error:
        yield unknown(f"Whether {key} lets CloudWatch Logs use it is not known: {error}.")
        return
    if verdict is not Verdict.ALLOWED:
        yield fail(
            f"The log group {group} is encrypted with {key}, whose policy does not let "
            f"{service} use it."
        )


_GROUPS = ("ecs:DescribeTaskDefinition", "logs:DescribeLogGroups")
CHECKS = (
    Check(
        id="logs-group",
        title="The log groups exist.",
        sees="The task stops with `failed to validate logger args: ... The specified log group"
        " does not exist`.",
        why="The group was deleted, or `create_log_group = false` names one that is not there.",
        by_hand="aws logs describe-log-groups --log-group-name-prefix GROUP",
        fix="Apply the module, or set `logs.create = true`.",
        needs=_GROUPS,
        reasons=("log-group-missing",),
        before_apply=True,
        per_task=_group,
    ),
    Check(
        id="logs-region",
        title="Containers write to the region that Airflow reads.",
        sees="The task stops with `lookup logs.REGION.amazonaws.com: no such host`, or Airflow"
        " shows no lines.",
        why="`awslogs-region` of the task definition and of the contract differ.",
        by_hand="aws ecs describe-task-definition --task-definition FAMILY"
        " --query taskDefinition.containerDefinitions[].logConfiguration.options",
        fix="Apply the module in the region of the MWAA environment.",
        needs=("ecs:DescribeTaskDefinition",),
        reasons=("logs-name", "logs-unreachable"),
        per_task=_region,
    ),
    Check(
        id="logs-class",
        title="Airflow can read the log group's class.",
        sees="The container runs, and Airflow shows no lines: GetLogEvents is refused.",
        why="A log group of class INFREQUENT_ACCESS does not support GetLogEvents.",
        by_hand="aws logs describe-log-groups --log-group-name-prefix GROUP"
        " --query logGroups[].logGroupClass",
        fix='Set `logs.log_group_class = "STANDARD"`. A class cannot be changed: the group is'
        " created anew.",
        needs=("logs:DescribeLogGroups",),
        before_apply=True,
        per_task=_class,
    ),
    Check(
        id="logs-key",
        title="CloudWatch Logs can use the log groups' keys.",
        sees="No lines arrive, or creating the log group fails with AccessDeniedException.",
        why="The key is disabled or gone, or its policy does not name the logs service.",
        by_hand="aws kms get-key-policy --key-id KEY --policy-name default",
        fix="Allow logs.REGION.amazonaws.com in the policy of `logs.kms_key_arn`, or enable the"
        " key.",
        needs=(*_GROUPS, "kms:DescribeKey", "kms:GetKeyPolicy"),
        before_apply=True,
        per_task=_key,
    ),
)
