"""Checks of what MWAA's role and the tasks' roles may do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from mwaa_ecs.doctor import image_names, references
from mwaa_ecs.doctor.account import NotReadError
from mwaa_ecs.doctor.contract import cluster_status, log_options
from mwaa_ecs.doctor.judging import NEEDS, Judgement, judge
from mwaa_ecs.doctor.logs import find_group
from mwaa_ecs.doctor.registry import Check, PerTask
from mwaa_ecs.doctor.results import Finding, fail, skip, unknown
from mwaa_ecs.doctor.world import Json, SkippedError, Task, World
from mwaa_ecs.iam import model
from mwaa_ecs.iam.model import Context, Need
from mwaa_ecs.iam.trust import trusted_services

_ECS_TASKS = "ecs-tasks.amazonaws.com"
# Stands for a task that does not run yet.
_TASK_ID = "0" * 32

Needs = Callable[[World, Task], Iterable[Need]]


def role_name(arn: str) -> str:
    """Return a role's name."""
    return arn.rpartition("/")[2]


def refused(judgements: Sequence[Judgement], role_arn: str, who: str) -> Iterator[Finding]:
    """Yield a finding for each action and resource that is not allowed."""
    for one in judgements:
        if one.allowed:
            continue
        verb = "may not" if one.allowed is False else "may or may not"
        what = f"{who} {role_name(role_arn)} {verb} {one.need.action}"
        text = f"{what}: {one.because} (by {one.by})."
        make = fail if one.allowed is False else unknown
        yield make(text, about=str(one.need.resource))


def tags_as_context(tags: Iterable[Mapping[str, Any]]) -> Context:
    """Return the tags of a resource, in the spelling of ECS, as condition keys."""
    return model.tags_as_context({one["key"]: str(one.get("value", "")) for one in tags})


def _by_mwaas_role(needs: Needs) -> PerTask:
    def check(world: World, task: Task) -> Iterator[Finding]:
        role = world.mwaa_role_arn()
        own = list(needs(world, task))
        judged = _judged_together(world, role, needs, task, own)
        yield from refused(judged, role, "MWAA's role")

    return check


def _by_execution_role(needs: Needs) -> PerTask:
    def check(world: World, task: Task) -> Iterator[Finding]:
        own = list(needs(world, task))
        if not own:
            raise SkippedError("the task needs no such right")
        role = world.execution_role_arn(task)
        judged = _judged_together(world, role, needs, task, own)
        yield from refused(judged, role, "The execution role")

    return check


def _judged_together(
    world: World, role: str, needs: Needs, task: Task, own: Sequence[Need]
) -> list[Judgement]:
    """Judge what one task needs, with what all tasks need: fifty tasks take one call.

    Args:
        world: the account; it keeps the judgements.
        role: the role.
        needs: returns what a task needs.
        task: the task.
        own: what it needs.
    """
    if role not in world.judged:
        wanted = {task.name: own}
        for other in world.tasks():
            if other.name != task.name:
                with suppress(SkippedError, NotReadError):
                    wanted[other.name] = list(needs(world, other))
        by_need = {
            id(one.need): one
            for one in judge(world, role, [one for all_of in wanted.values() for one in all_of])
        }
        world.judged[role] = {
            name: [by_need[id(one)] for one in all_of] for name, all_of in wanted.items()
        }
    return world.judged[role].get(task.name) or judge(world, role, own)


# -- of MWAA's role --------------------------------------------------------------------------


def _cluster_arn(world: World, task: Task) -> str:
    return world.arn("ecs", f"cluster/{task.cluster}")


def _in_cluster(world: World, task: Task) -> Context:
    return {"ecs:cluster": (_cluster_arn(world, task),)}


def _task_arn(world: World, task: Task) -> str:
    return world.arn("ecs", f"task/{task.cluster}/{_TASK_ID}")


def _check_cluster(world: World, task: Task) -> None:
    """Skip where the cluster is gone: the policy then names another one.

    Raises:
        SkippedError: the cluster is not active.
    """
    status = cluster_status(world, task.cluster)
    if status != "ACTIVE":
        raise SkippedError(f"the cluster {task.cluster} is {status}")


def _run_task(world: World, task: Task) -> Iterator[Need]:
    _check_cluster(world, task)
    definition = world.definition(task)
    context = {
        **_in_cluster(world, task),
        **tags_as_context(definition.get("tags") or ()),
        "ecs:enable-execute-command": ("false",),
    }
    yield Need("ecs:RunTask", definition["taskDefinitionArn"], context)


def _pass_role(world: World, task: Task) -> Iterator[Need]:
    definition = world.definition(task)
    for key in ("executionRoleArn", "taskRoleArn"):
        if arn := definition.get(key):
            yield Need("iam:PassRole", arn, {"iam:PassedToService": (_ECS_TASKS,)})


def _watch(world: World, task: Task) -> Iterator[Need]:
    _check_cluster(world, task)
    propagates = task.contract.get("propagate_tags")
    tags = world.definition(task).get("tags") or () if propagates else ()
    context = {**_in_cluster(world, task), **tags_as_context(tags)}
    for action in ("ecs:DescribeTasks", "ecs:StopTask"):
        yield Need(action, _task_arn(world, task), context)


def _tag(world: World, task: Task) -> Iterator[Need]:
    _check_cluster(world, task)
    if not task.contract.get("propagate_tags"):
        raise SkippedError("the task does not propagate tags")
    tags = world.definition(task).get("tags") or ()
    context: Context = {
        "ecs:CreateAction": ("RunTask",),
        "aws:TagKeys": tuple(one["key"] for one in tags),
        "aws:RequestTag/*": (),
        **{f"aws:RequestTag/{one['key']}": (str(one.get("value", "")),) for one in tags},
    }
    yield Need("ecs:TagResource", _task_arn(world, task), context)


def _read_lines(world: World, task: Task) -> Iterator[Need]:
    group = task.contract.get("awslogs_group")
    if not isinstance(group, str):
        raise SkippedError("Airflow does not read the task's lines")
    region = str(task.contract.get("awslogs_region") or world.region)
    if log_options(world.main_container(task)).get("awslogs-group") != group:
        raise SkippedError("the container writes to another log group than the contract's")
    stream = f"{task.text_of('awslogs_stream_prefix')}/{_TASK_ID}"
    found = find_group(world, group, region)
    if found is None:
        raise SkippedError(f"the log group {group} does not exist")
    arn = world.arn("logs", f"log-group:{group}:log-stream:{stream}", region)
    yield Need("logs:GetLogEvents", arn, log_group_tags(world, found))
    if key := found.get("kmsKeyId"):
        yield decrypt(world, str(key), "logs", region)


def log_group_tags(world: World, group: Json) -> Context:
    """Return a log group's tags as condition keys; its streams have the same."""
    arn = str(group["arn"]).removesuffix(":*")
    found = world.call(
        "logs", "list_tags_for_resource", region=arn.split(":")[3], resourceArn=arn
    )["tags"]
    return tags_as_context({"key": key, "value": value} for key, value in found.items())


def decrypt(world: World, key_arn: str, service: str, region: str = "") -> Need:
    """Return the permission to decrypt with a key through a service."""
    via = f"{service}.{region or world.region}.{world.dns_suffix}"
    context: Context = {
        "kms:ViaService": (via,),
        "kms:CallerAccount": (world.account_id,),
    }
    return Need("kms:Decrypt", key_arn, context)


def _read_contract(world: World, task: Task) -> Iterator[Need]:
    yield Need("ssm:GetParameter", world.arn("ssm", f"parameter{task.source}"))
    index = world.arn("ssm", f"parameter{world.asked.prefix}/images/all")
    yield Need("ssm:GetParameters", index)


# -- of the execution role -------------------------------------------------------------------


def _registry(world: World, task: Task) -> Iterator[Need]:
    if _ecr_images(world, task):
        yield Need("ecr:GetAuthorizationToken", "*")


def _pull(world: World, task: Task) -> Iterator[Need]:
    for image in _ecr_images(world, task):
        for action in image_names.PULL:
            yield Need(action, image.repository_arn(world.partition))


def _ecr_images(world: World, task: Task) -> list[image_names.EcrImage]:
    found = [image_names.parse_ecr(str(one["image"])) for one in world.containers(task)]
    return list(dict.fromkeys(one for one in found if one is not None))


def _secrets(world: World, task: Task) -> Iterator[Need]:
    for reference in references.of_task(world, task):
        if reference.service == "secretsmanager":
            yield Need("secretsmanager:GetSecretValue", reference.arn(world))


def _parameters(world: World, task: Task) -> Iterator[Need]:
    for reference in references.of_task(world, task):
        if reference.service == "ssm":
            yield Need("ssm:GetParameters", reference.arn(world))


def _write_lines(world: World, task: Task) -> Iterator[Need]:
    for container in world.containers(task):
        try:
            options = log_options(container)
        except SkippedError:
            continue
        group = str(options.get("awslogs-group"))
        region = str(options.get("awslogs-region") or world.region)
        context: Context = {}
        if options.get("awslogs-create-group") == "true":
            yield Need("logs:CreateLogGroup", world.arn("logs", f"log-group:{group}", region))
        elif (found := find_group(world, group, region)) is not None:
            context = log_group_tags(world, found)
        else:
            raise SkippedError(f"the log group {group} does not exist")
        stream = f"{options.get('awslogs-stream-prefix')}/{container['name']}/{_TASK_ID}"
        arn = world.arn("logs", f"log-group:{group}:log-stream:{stream}", region)
        for action in ("logs:CreateLogStream", "logs:PutLogEvents"):
            yield Need(action, arn, context)


# -- trust -----------------------------------------------------------------------------------


def _trust(world: World, task: Task) -> Iterator[Finding]:
    definition = world.definition(task)
    found = [(key, definition.get(key)) for key in ("executionRoleArn", "taskRoleArn")]
    for key, arn in found:
        if not arn or f"role:{role_name(str(arn))}" in world.asked.creates:
            continue
        what = "execution role" if key == "executionRoleArn" else "task role"
        role = world.role(str(arn))
        if role is None:
            yield fail(f"The {what} {arn} does not exist.")
        elif _ECS_TASKS not in trusted_services(role["AssumeRolePolicyDocument"]):
            yield fail(f"The {what} {role_name(str(arn))} does not trust {_ECS_TASKS}.")
    if not any(arn for _, arn in found):
        yield skip("the task has no roles")


_CONTRACT = ("airflow:ListEnvironments", "airflow:GetEnvironment")
_DEFINITION = "ecs:DescribeTaskDefinition"
_CLUSTER = "ecs:DescribeClusters"
_LOGS = ("logs:DescribeLogGroups", "logs:ListTagsForResource")
_BY_HAND = (
    "aws iam simulate-principal-policy --policy-source-arn ROLE_ARN --action-names {}"
    " --resource-arns {}"
)
_ATTACH = "Set `mwaa_execution_role_name` to the name of the environment's role, and apply."
_OWN_ROLE = (
    "Leave `execution_role` out, so that the module creates a role with what the tasks need; or"
    " allow it in a policy of `execution_role.existing`."
)
CHECKS = (
    Check(
        id="rights-run-task",
        title="MWAA's role may run the task definition on the cluster.",
        sees="The Airflow task fails with `not authorized to perform: ecs:RunTask`.",
        why="The policy is not attached to the environment's role, names another cluster, or"
        " names the family without a revision (`FAMILY:*` is needed).",
        by_hand=_BY_HAND.format("ecs:RunTask", "TASK_DEFINITION_ARN"),
        fix=_ATTACH,
        needs=(*NEEDS, *_CONTRACT, _DEFINITION, _CLUSTER),
        reasons=("run-task-denied",),
        per_task=_by_mwaas_role(_run_task),
    ),
    Check(
        id="rights-pass-role",
        title="MWAA's role may pass the task's roles to ECS.",
        sees="The Airflow task fails with `not authorized to perform: iam:PassRole`.",
        why="The execution role or the task role is not in the policy of MWAA's role.",
        by_hand=_BY_HAND.format("iam:PassRole", "ROLE_ARN")
        + " --context-entries ContextKeyName=iam:PassedToService,ContextKeyType=string,"
        "ContextKeyValues=ecs-tasks.amazonaws.com",
        fix="Set `task_role_arn` or `task_role` of the task and `execution_role` in the module,"
        " and apply: the policy names exactly these roles.",
        needs=(*NEEDS, *_CONTRACT, _DEFINITION),
        reasons=("pass-role-denied",),
        per_task=_by_mwaas_role(_pass_role),
    ),
    Check(
        id="rights-watch-task",
        title="MWAA's role may watch and stop the task.",
        sees="The Airflow task fails with `not authorized to perform: ecs:DescribeTasks`, or a"
        " cleared task leaves its container running.",
        why="ecs:DescribeTasks or ecs:StopTask is not granted on the cluster's tasks.",
        by_hand=_BY_HAND.format("ecs:DescribeTasks ecs:StopTask", "TASK_ARN"),
        fix=_ATTACH,
        needs=(*NEEDS, *_CONTRACT, _DEFINITION, _CLUSTER),
        reasons=("watch-denied",),
        per_task=_by_mwaas_role(_watch),
    ),
    Check(
        id="rights-tag-task",
        title="MWAA's role may tag the tasks that propagate tags.",
        sees="RunTask fails with `not authorized to perform: ecs:TagResource`.",
        why="The task propagates tags, and the role may not tag what it starts.",
        by_hand=_BY_HAND.format("ecs:TagResource", "TASK_ARN"),
        fix="Set `policy.tags = true`, and apply.",
        needs=(*NEEDS, *_CONTRACT, _DEFINITION, _CLUSTER),
        reasons=("tag-denied",),
        per_task=_by_mwaas_role(_tag),
    ),
    Check(
        id="rights-read-lines",
        title="MWAA's role may read the task's log group.",
        sees="The container runs, and its lines are not in the Airflow task log.",
        why="logs:GetLogEvents, or kms:Decrypt of the group's key, is not granted.",
        by_hand=_BY_HAND.format("logs:GetLogEvents", "LOG_STREAM_ARN"),
        fix=f"{_ATTACH} For an encrypted group set `logs.kms_key_arn`.",
        needs=(*NEEDS, *_CONTRACT, _DEFINITION, *_LOGS),
        reasons=("read-log-denied",),
        per_task=_by_mwaas_role(_read_lines),
    ),
    Check(
        id="rights-read-contract",
        title="MWAA's role may read the contract.",
        sees="The Airflow task fails with `not authorized to perform: ssm:GetParameter`.",
        why="The policy is not attached, or the DAG reads parameters of another prefix.",
        by_hand=_BY_HAND.format("ssm:GetParameter", "PARAMETER_ARN"),
        fix=_ATTACH,
        needs=(*NEEDS, *_CONTRACT),
        reasons=("contract-denied",),
        per_task=_by_mwaas_role(_read_contract),
    ),
    Check(
        id="rights-trust",
        title="ECS can assume the task's roles.",
        sees="RunTask answers `ECS was unable to assume the role`.",
        why="The execution role or the task role does not exist, or its trust policy does not"
        " name ecs-tasks.amazonaws.com.",
        by_hand="aws iam get-role --role-name ROLE --query Role.AssumeRolePolicyDocument",
        fix="Let the role trust ecs-tasks.amazonaws.com, or leave `execution_role.existing` and"
        " `task_role_arn` out and use `task_role`, so that the module creates the roles.",
        needs=(_DEFINITION, "iam:GetRole"),
        reasons=("role-trust",),
        before_apply=True,
        per_task=_trust,
    ),
    Check(
        id="rights-registry",
        title="The execution role may log in to ECR.",
        sees="The task stops with `not authorized to perform: ecr:GetAuthorizationToken`.",
        why="The role lacks the action, which has no resource: it needs `*`.",
        by_hand=_BY_HAND.format("ecr:GetAuthorizationToken", "'*'"),
        fix=_OWN_ROLE,
        needs=(*NEEDS, _DEFINITION),
        reasons=("registry-login-denied",),
        before_apply=True,
        per_task=_by_execution_role(_registry),
    ),
    Check(
        id="rights-pull",
        title="The execution role may pull the task's images.",
        sees="The task stops with `not authorized to perform: ecr:BatchGetImage`.",
        why="The role's policy does not name the repository.",
        by_hand=_BY_HAND.format("ecr:BatchGetImage", "REPOSITORY_ARN"),
        fix=_OWN_ROLE,
        needs=(*NEEDS, _DEFINITION),
        reasons=("image-denied", "image-pull"),
        before_apply=True,
        per_task=_by_execution_role(_pull),
    ),
    Check(
        id="rights-secrets",
        title="The execution role may read the task's secrets.",
        sees="The task stops with `not authorized to perform: secretsmanager:GetSecretValue`.",
        why="The role's policy does not name the secret.",
        by_hand=_BY_HAND.format("secretsmanager:GetSecretValue", "SECRET_ARN"),
        fix=_OWN_ROLE,
        needs=(*NEEDS, _DEFINITION),
        reasons=("secret-denied",),
        before_apply=True,
        per_task=_by_execution_role(_secrets),
    ),
    Check(
        id="rights-parameters",
        title="The execution role may read the task's parameters.",
        sees="The task stops with `not authorized to perform: ssm:GetParameters`.",
        why="The role's policy does not name the parameter.",
        by_hand=_BY_HAND.format("ssm:GetParameters", "PARAMETER_ARN"),
        fix=_OWN_ROLE,
        needs=(*NEEDS, _DEFINITION),
        reasons=("parameters-denied",),
        before_apply=True,
        per_task=_by_execution_role(_parameters),
    ),
    Check(
        id="rights-write-lines",
        title="The execution role may write to the task's log group.",
        sees="The task stops with `failed to validate logger args: ... AccessDeniedException`.",
        why="logs:CreateLogStream or logs:PutLogEvents is not granted on the group.",
        by_hand=_BY_HAND.format("logs:CreateLogStream", "LOG_STREAM_ARN"),
        fix=_OWN_ROLE,
        needs=(*NEEDS, _DEFINITION, *_LOGS),
        reasons=("logs-denied",),
        before_apply=True,
        per_task=_by_execution_role(_write_lines),
    ),
)
