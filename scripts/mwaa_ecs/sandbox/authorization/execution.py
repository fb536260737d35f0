"""The permissions that ECS needs of a task's execution role.

ECS makes these calls itself, so the local AWS receives no requests for them. They follow from
the task definition.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from mwaa_ecs.iam.model import Need, NotJudgedError
from mwaa_ecs.sandbox.authorization import resources
from mwaa_ecs.sandbox.authorization.judge import denial
from mwaa_ecs.sandbox.authorization.needs import decrypt
from mwaa_ecs.sandbox.authorization.principals import service_session
from mwaa_ecs.sandbox.ecs.environment_files import parse_file
from mwaa_ecs.sandbox.ecs.secrets import SecretUnavailableError, parse_reference
from mwaa_ecs.sandbox.ecs.task import Task
from mwaa_ecs.sandbox.place import Place

_ECR_IMAGE = re.compile(
    r"(?P<account>\d{12})\.dkr[.-]ecr(?:-fips)?\.(?P<region>[a-z0-9-]+)\.[a-z0-9.-]+/"
    r"(?P<repository>[^:@]+)"
)
# ECR documents these actions for a pull.
_PULL = ("BatchCheckLayerAvailability", "BatchGetImage", "GetDownloadUrlForLayer")


def pull_needs(container: Mapping[str, Any]) -> Iterable[Need]:
    """Return the permissions to pull a container's image; none if it is not in ECR."""
    found = _ECR_IMAGE.match(str(container.get("image", "")))
    if found is None:
        return
    where = Place(found["account"], found["region"])
    yield Need("ecr:GetAuthorizationToken", "*")
    for action in _PULL:
        yield Need(f"ecr:{action}", where.arn("ecr", f"repository/{found['repository']}"))


def secret_needs(container: Mapping[str, Any], place: Place) -> Iterable[Need]:
    """Return the permissions to read a container's secrets."""
    for secret in container.get("secrets") or ():
        try:
            reference = parse_reference(secret["valueFrom"])
        except SecretUnavailableError:
            continue  # ECS itself reports an invalid reference
        where = Place(place.account_id, reference.region or place.region)
        if reference.service == "ssm":
            path = "/" + reference.name.removeprefix("/")
            yield Need("ssm:GetParameters", where.arn("ssm", f"parameter{path}"))
            key = resources.parameter_key(where, reference.name)
        else:
            arn, key = resources.find_secret(where, reference.name)
            yield Need("secretsmanager:GetSecretValue", arn)
        if key is not None:
            yield decrypt(key, reference.service, where)


def file_needs(container: Mapping[str, Any], place: Place) -> Iterable[Need]:
    """Return the permissions to read a container's environment files."""
    for file in container.get("environmentFiles") or ():
        bucket, key = parse_file(file)
        arn = place.arn("s3", bucket)
        yield Need("s3:GetBucketLocation", arn)
        yield Need("s3:GetObject", f"{arn}/{key}")
        if (used := resources.object_key(place, bucket, key)) is not None:
            yield decrypt(used, "s3", place)


def log_needs(container: Mapping[str, Any], task_id: str, place: Place) -> Iterable[Need]:
    """Return the permissions to write a container's log."""
    configuration = container.get("logConfiguration") or {}
    if configuration.get("logDriver") != "awslogs":
        return
    options = configuration.get("options") or {}
    where = Place(place.account_id, options.get("awslogs-region") or place.region)
    group = options.get("awslogs-group", "")
    prefix = options.get("awslogs-stream-prefix")
    stream = f"{prefix}/{container.get('name')}/{task_id}" if prefix else task_id
    if options.get("awslogs-create-group") == "true":
        yield Need("logs:CreateLogGroup", where.arn("logs", f"log-group:{group}"))
    for action in ("logs:CreateLogStream", "logs:PutLogEvents"):
        yield Need(
            action,
            where.arn("logs", f"log-group:{group}:log-stream:{stream}"),
            resources.log_group_tags(where, group),
        )


def task_needs(
    what_for: str, container: Mapping[str, Any], task_id: str, place: Place
) -> tuple[Need, ...]:
    """Return the permissions for a purpose: `secrets`, `files`, `logs` or `image`."""
    if what_for == "secrets":
        return tuple(secret_needs(container, place))
    if what_for == "files":
        return tuple(file_needs(container, place))
    if what_for == "logs":
        return tuple(log_needs(container, task_id, place))
    return tuple(pull_needs(container))


# ECS's prefixes of the message, from public issue threads.
_REASONS = {
    "secrets": (
        "ResourceInitializationError: unable to pull secrets or registry auth: execution "
        "resource retrieval failed: unable to retrieve secrets: service call has been retried "
        "1 time(s): AccessDeniedException: "
    ),
    "files": "ResourceInitializationError: failed to download env files: AccessDenied: ",
    "logs": (
        "ResourceInitializationError: failed to validate logger args: create stream has been "
        "retried 1 times: failed to create Cloudwatch log stream: AccessDeniedException: "
    ),
    "image": "CannotPullECRContainerError: AccessDeniedException: ",
}


def execution_role_denial(
    what_for: str, task: Task, container: Mapping[str, Any]
) -> str | None:
    """Return why the execution role may not be used, as a stoppedReason; None if it may.

    Args:
        what_for: `secrets`, `files`, `logs` or `image`.
        task: the task.
        container: the container definition.
    """
    place = task.backend.place
    needs = task_needs(what_for, container, task.id, place)
    role = task.execution_role_arn
    if role is None or not needs:
        return None
    try:
        message = denial(service_session(role, task.id, place), needs, place.region)
    except NotJudgedError as error:
        return f"ResourceInitializationError: the sandbox cannot judge this: {error}"
    return None if message is None else _REASONS[what_for] + message
