"""The permissions that ECS's actions need.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from mwaa_ecs.iam.model import Context, Need, tags_as_context
from mwaa_ecs.sandbox.ecs.errors import EcsError
from mwaa_ecs.sandbox.ecs.state import Definition, MotoBackend
from mwaa_ecs.sandbox.place import Place

Json = Mapping[str, Any]
TagsOfTask = Callable[[str, Place], Mapping[str, str]]
"""Returns the tags of the ECS task that an ARN names; none where it does not exist."""
_Needs = Callable[[Json, Place, TagsOfTask], Iterable[Need]]
_TO_ECS: Context = {"iam:PassedToService": ("ecs-tasks.amazonaws.com",)}


def _cluster_arn(asked: Json, place: Place) -> str:
    name = str(asked.get("cluster") or "default").rpartition("/")[2]
    return place.arn("ecs", f"cluster/{name}")


def _in_cluster(asked: Json, place: Place) -> Context:
    return {"ecs:cluster": (_cluster_arn(asked, place),)}


def _task_arn(reference: str, asked: Json, place: Place) -> str:
    if reference.startswith("arn:"):
        return reference
    cluster = _cluster_arn(asked, place).rpartition("/")[2]
    return place.arn("ecs", f"task/{cluster}/{reference}")


def _request_tags(asked: Json) -> Context:
    tags = {str(tag["key"]): str(tag.get("value", "")) for tag in asked.get("tags") or ()}
    return {
        "aws:TagKeys": tuple(tags),
        "aws:RequestTag/*": (),
        **{f"aws:RequestTag/{key}": (value,) for key, value in tags.items()},
    }


def _definition_tags(definition: Definition | None) -> Context:
    if definition is None:
        return {}
    return tags_as_context({tag["key"]: str(tag.get("value", "")) for tag in definition.tags})


def _definition(reference: str, place: Place) -> tuple[str, Definition | None]:
    """Return the ARN of the revision that a reference means, and the revision if it exists."""
    try:
        found = MotoBackend(place).definition(reference)
    except EcsError:
        name = reference.rpartition("/")[2]
        name = name if ":" in name else f"{name}:1"
        return place.arn("ecs", f"task-definition/{name}"), None
    return found.arn, found


def _pass_roles(*given: object) -> Iterable[Need]:
    for role in dict.fromkeys(str(role) for role in given if role):
        yield Need("iam:PassRole", role, _TO_ECS)


def _run_task(asked: Json, place: Place, tags_of_task: TagsOfTask) -> Iterable[Need]:
    del tags_of_task
    arn, definition = _definition(str(asked.get("taskDefinition") or ""), place)
    yield Need(
        "ecs:RunTask",
        arn,
        {
            **_in_cluster(asked, place),
            **_request_tags(asked),
            **_definition_tags(definition),
            "ecs:enable-execute-command": (
                str(bool(asked.get("enableExecuteCommand"))).lower(),
            ),
        },
    )
    overrides = asked.get("overrides") or {}
    if definition is not None:
        yield from _pass_roles(
            overrides.get("executionRoleArn") or definition.execution_role_arn,
            overrides.get("taskRoleArn") or definition.task_role_arn,
        )
    if asked.get("tags") or asked.get("propagateTags"):
        # The task has no id before it runs.
        yield Need(
            "ecs:TagResource",
            _task_arn("*", asked, place),
            {"ecs:CreateAction": ("RunTask",), **_request_tags(asked)},
        )


def _of_tasks(action: str) -> _Needs:
    def needs(asked: Json, place: Place, tags_of_task: TagsOfTask) -> Iterable[Need]:
        for task in asked.get("tasks") or [asked.get("task") or ""]:
            arn = _task_arn(str(task), asked, place)
            tags = tags_as_context(tags_of_task(arn, place))
            yield Need(action, arn, {**_in_cluster(asked, place), **tags})

    return needs


def _list_tasks(asked: Json, place: Place, tags_of_task: TagsOfTask) -> Iterable[Need]:
    del tags_of_task
    # The action's resource is a container instance, which a task on Fargate does not have.
    instance = asked.get("containerInstance")
    cluster = _cluster_arn(asked, place).rpartition("/")[2]
    resource = (
        place.arn("ecs", f"container-instance/{cluster}/{str(instance).rpartition('/')[2]}")
        if instance
        else "*"
    )
    yield Need("ecs:ListTasks", resource, _in_cluster(asked, place))


def _execute_command(asked: Json, place: Place, tags_of_task: TagsOfTask) -> Iterable[Need]:
    context = {
        **_in_cluster(asked, place),
        "ecs:container-name": (str(asked["container"]),) if asked.get("container") else (),
    }
    yield Need("ecs:ExecuteCommand", _cluster_arn(asked, place), context)
    arn = _task_arn(str(asked.get("task", "")), asked, place)
    tags = tags_as_context(tags_of_task(arn, place))
    yield Need("ecs:ExecuteCommand", arn, {**context, **tags})


def _tag_resource(asked: Json, place: Place, tags_of_task: TagsOfTask) -> Iterable[Need]:
    del place, tags_of_task
    yield Need(
        "ecs:TagResource",
        str(asked.get("resourceArn", "")),
        {"ecs:CreateAction": (), **_request_tags(asked)},
    )


def _register(asked: Json, place: Place, tags_of_task: TagsOfTask) -> Iterable[Need]:
    del tags_of_task
    family = str(asked.get("family", ""))
    _, newest = _definition(family, place)
    revision = int(newest.arn.rpartition(":")[2]) + 1 if newest else 1
    arn = place.arn("ecs", f"task-definition/{family}:{revision}")
    yield Need("ecs:RegisterTaskDefinition", arn, _request_tags(asked))
    yield from _pass_roles(asked.get("executionRoleArn"), asked.get("taskRoleArn"))
    if asked.get("tags"):
        yield Need(
            "ecs:TagResource",
            arn,
            {"ecs:CreateAction": ("RegisterTaskDefinition",), **_request_tags(asked)},
        )


def _without_resource(action: str) -> _Needs:
    return lambda *_: [Need(action, "*")]


ECS_ACTIONS: Mapping[str, _Needs] = {
    "RunTask": _run_task,
    "StopTask": _of_tasks("ecs:StopTask"),
    "DescribeTasks": _of_tasks("ecs:DescribeTasks"),
    "ListTasks": _list_tasks,
    "ExecuteCommand": _execute_command,
    "TagResource": _tag_resource,
    "RegisterTaskDefinition": _register,
    "DeregisterTaskDefinition": _without_resource("ecs:DeregisterTaskDefinition"),
    "DescribeTaskDefinition": _without_resource("ecs:DescribeTaskDefinition"),
}
