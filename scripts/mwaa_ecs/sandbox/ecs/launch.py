"""Checks a RunTask request as ECS does, and plans its tasks. Nothing here changes state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mwaa_ecs.sandbox.ecs.errors import EcsError, invalid_parameter
from mwaa_ecs.sandbox.ecs.fargate import cpu_units, is_pair, memory_mib, no_such_pair
from mwaa_ecs.sandbox.ecs.overrides import check_overrides, merge_container, override_for
from mwaa_ecs.sandbox.ecs.state import Cluster, Definition

FARGATE_PROVIDERS = frozenset({"FARGATE", "FARGATE_SPOT"})
_PLATFORM_VERSIONS = {"LATEST": "1.4.0", "1.4.0": "1.4.0", "1.3.0": "1.3.0"}
_MAX_COUNT = 10

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Launch:
    """The tasks that a RunTask request starts.

    Attributes:
        capacity_providers: one entry per task; None if the request sets a launch type.
        platform_version: Fargate's version, `LATEST` resolved.
        containers: the container definitions after the overrides.
        overrides: the overrides of the request.
        cpu: the task's CPU units after the overrides; None if the definition has none.
        memory: the task's memory in MiB after the overrides; None if the definition has none.
        subnets: subnet ids; empty without `awsvpc`.
        security_groups: security group ids.
        group: the task group.
        started_by: `startedBy` of the request.
        tags: the request's tags with the propagated ones.
        execute_command: True if ECS Exec is enabled.
        ephemeral_storage_gib: ephemeral storage in GiB.
    """

    capacity_providers: tuple[str | None, ...]
    platform_version: str
    containers: tuple[dict[str, Any], ...]
    overrides: Json
    cpu: int | None
    memory: int | None
    subnets: tuple[str, ...]
    security_groups: tuple[str, ...]
    group: str
    started_by: str | None
    tags: tuple[dict[str, str], ...]
    execute_command: bool
    ephemeral_storage_gib: int


class NoInstancesError(Exception):
    """The request needs EC2 instances, which the sandbox does not run."""


def plan_launch(request: Json, cluster: Cluster, definition: Definition) -> Launch:
    """Check a RunTask request and return the tasks to start.

    Raises:
        EcsError: RunTask refuses the request.
        NoInstancesError: the tasks need EC2 instances, and the cluster has some.
    """
    count = request.get("count", 1)
    if not 1 <= count <= _MAX_COUNT:
        raise invalid_parameter(f"Count cannot be less than 1 or greater than {_MAX_COUNT}.")
    strategy = _strategy(request, cluster)
    if not strategy:
        _check_launch_type(request.get("launchType") or "EC2", cluster)
    elif any(item["capacityProvider"] not in FARGATE_PROVIDERS for item in strategy):
        raise NoInstancesError
    if "FARGATE" not in definition.compatibilities:
        raise invalid_parameter("Task definition does not support launch_type FARGATE.")
    overrides: Json = request.get("overrides") or {}
    check_overrides(overrides, definition.container_names)
    containers = tuple(
        merge_container(container, override_for(overrides, container["name"]))
        for container in definition.containers
    )
    cpu, memory = _size(overrides, definition, containers)
    subnets, groups = _network(request, definition)
    return Launch(
        capacity_providers=tuple(_spread(strategy, count)),
        platform_version=_platform_version(request.get("platformVersion") or "LATEST"),
        containers=containers,
        overrides=overrides,
        cpu=cpu,
        memory=memory,
        subnets=subnets,
        security_groups=groups,
        group=request.get("group") or f"family:{definition.family}",
        started_by=request.get("startedBy"),
        tags=_tags(request, cluster, definition),
        execute_command=bool(request.get("enableExecuteCommand", False)),
        ephemeral_storage_gib=int(
            (overrides.get("ephemeralStorage") or definition.ephemeral_storage or {}).get(
                "sizeInGiB", 20
            )
        ),
    )


def _strategy(request: Json, cluster: Cluster) -> Sequence[Json]:
    given: Sequence[Json] = request.get("capacityProviderStrategy") or ()
    if given and request.get("launchType"):
        raise invalid_parameter(
            "Specify either Launch Type or Capacity Provider Strategy, but not both."
        )
    for item in given:
        if item["capacityProvider"] not in cluster.capacity_providers:
            raise invalid_parameter(
                "The specified capacity provider strategy cannot contain a capacity provider "
                "that is not associated with the cluster. Associate the capacity provider with "
                "the cluster or specify a valid capacity provider and try again."
            )
    if given or request.get("launchType"):
        return given
    return cluster.default_strategy


def _spread(strategy: Sequence[Json], count: int) -> Iterator[str | None]:
    """Return each task's capacity provider: bases first, then by weight."""
    if not strategy:
        yield from [None] * count
        return
    placed = dict.fromkeys((item["capacityProvider"] for item in strategy), 0)
    for item in strategy:
        for _ in range(min(item.get("base") or 0, count - sum(placed.values()))):
            placed[item["capacityProvider"]] += 1
            yield item["capacityProvider"]
    # If every weight is 0, the remaining tasks are spread evenly.
    weights = {item["capacityProvider"]: item.get("weight") or 0 for item in strategy}
    if not any(weights.values()):
        weights = dict.fromkeys(weights, 1)
    taken = dict.fromkeys(weights, 0)
    for _ in range(count - sum(placed.values())):
        name = min(
            (name for name, weight in weights.items() if weight),
            key=lambda name: (taken[name] + 1) / weights[name],
        )
        taken[name] += 1
        yield name


def _check_launch_type(launch_type: str, cluster: Cluster) -> None:
    if launch_type not in ("EC2", "FARGATE", "EXTERNAL"):
        raise invalid_parameter("launch type should be one of [EC2,FARGATE,EXTERNAL]")
    if launch_type != "FARGATE":
        if not cluster.container_instances:
            raise invalid_parameter("No Container Instances were found in your cluster.")
        raise NoInstancesError


def _platform_version(given: str) -> str:
    version = _PLATFORM_VERSIONS.get(given)
    if version is None:
        raise EcsError(
            "PlatformUnknownException", "The specified platform version does not exist."
        )
    return version


def _size(
    overrides: Json, definition: Definition, containers: Sequence[Json]
) -> tuple[int | None, int | None]:
    cpu_given = overrides.get("cpu") or definition.cpu
    memory_given = overrides.get("memory") or definition.memory
    cpu, memory = cpu_units(cpu_given), memory_mib(memory_given)
    if cpu is None or memory is None or not is_pair(cpu, memory):
        raise invalid_parameter(
            no_such_pair(
                cpu_given if cpu is None else cpu, memory_given if memory is None else memory
            )
        )
    for container in containers:
        if (container.get("memory") or 0) > memory:
            raise invalid_parameter(
                f"'memory' setting for container '{container['name']}' is greater than for "
                "task."
            )
    return cpu, memory


def _network(request: Json, definition: Definition) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if definition.network_mode != "awsvpc":
        return (), ()
    given = (request.get("networkConfiguration") or {}).get("awsvpcConfiguration")
    if not given:
        raise invalid_parameter(
            "Network Configuration must be provided when networkMode 'awsvpc' is specified."
        )
    subnets = tuple(given.get("subnets") or ())
    groups = tuple(given.get("securityGroups") or ())
    if not subnets:
        raise invalid_parameter("subnets can not be empty.")
    for what, items, most in (("subnets", subnets, 16), ("security groups", groups, 5)):
        if len(items) > most:
            raise invalid_parameter(f"{what} can have at most {most} items.")
    return subnets, groups


def _tags(
    request: Json, cluster: Cluster, definition: Definition
) -> tuple[dict[str, str], ...]:
    propagate = request.get("propagateTags")
    if propagate == "SERVICE":
        raise invalid_parameter("SERVICE is not a valid value for propagateTags in RunTask.")
    tags: dict[str, str] = {}
    if request.get("enableECSManagedTags"):
        tags["aws:ecs:clusterName"] = cluster.name
    if propagate == "TASK_DEFINITION":
        tags |= {tag["key"]: tag.get("value", "") for tag in definition.tags}
    tags |= {tag["key"]: tag.get("value", "") for tag in request.get("tags") or ()}
    return tuple({"key": key, "value": value} for key, value in tags.items())
