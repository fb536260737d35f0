"""Checks of sizes, capacity providers, quotas, and the service-linked role."""

from __future__ import annotations

import time
from collections.abc import Iterator

from mwaa_ecs.doctor.registry import Check
from mwaa_ecs.doctor.results import Finding, fail, unknown, warn
from mwaa_ecs.doctor.world import SkippedError, Task, World, names_of
from mwaa_ecs_operator.errors import RefusedError
from mwaa_ecs_operator.sizes import check_pair

# https://docs.aws.amazon.com/general/latest/gr/ecs-service.html
_QUOTAS = {"FARGATE": "L-3032A538", "FARGATE_SPOT": "L-36FBB829"}
_UNITS = 1024
_WINDOW_SECONDS = 900
_PERIOD = 300
_SERVICE_ROLE = "AWSServiceRoleForECS"


def _size(world: World, task: Task) -> Iterator[Finding]:
    definition = world.definition(task)
    if not task.on_fargate:
        raise SkippedError("the task does not run on Fargate only")
    cpu, memory = definition.get("cpu"), definition.get("memory")
    if not cpu or not memory:
        yield fail("The task definition has no cpu or no memory of the task.")
        return
    try:
        check_pair(int(cpu), int(memory))
    except RefusedError as error:
        yield fail(f"{str(error).rstrip('.')}.")


def _provider(world: World, task: Task) -> Iterator[Finding]:
    if not task.strategy:
        raise SkippedError("the task has a launch type")
    found = world.call("ecs", "describe_clusters", clusters=[task.cluster])["clusters"]
    if not found:
        raise SkippedError(f"the cluster {task.cluster} is MISSING")
    wanted = {str(one["capacityProvider"]) for one in task.strategy}
    if lacking := wanted - set(found[0].get("capacityProviders") or ()):
        yield fail(f"The cluster {task.cluster} does not have {names_of(lacking)}.")


def _quota(world: World) -> Iterator[Finding]:
    for kind, code in _QUOTAS.items():
        needed = _largest(world, kind)
        if not needed:
            continue
        quota = world.call(
            "service-quotas",
            "get_service_quota",
            missing=("NoSuchResourceException",),
            ServiceCode="fargate",
            QuotaCode=code,
        )
        if quota is None:
            yield unknown(f"The quota {code} of {kind} is not known to Service Quotas.")
            continue
        limit = float(quota["Quota"]["Value"])
        used = _used(world, quota["Quota"].get("UsageMetric") or {})
        if needed > limit:
            yield fail(f"A task takes {needed:g} vCPUs of {kind}; the quota is {limit:g}.")
        elif used + needed > limit:
            yield warn(
                f"{used:g} of {limit:g} vCPUs of {kind} were in use in the last quarter of an "
                f"hour; the largest task takes {needed:g}."
            )


def _largest(world: World, kind: str) -> float:
    """Return the vCPUs of the largest task on a capacity provider; 0 without one."""
    found = [0.0]
    for task in world.tasks():
        kinds = {str(one.get("capacityProvider")) for one in task.strategy} or {
            str(task.contract.get("launch_type"))
        }
        if kind in kinds:
            try:
                found.append(int(world.definition(task).get("cpu") or 0) / _UNITS)
            except SkippedError:
                continue
    return max(found)


def _used(world: World, metric: dict[str, object]) -> float:
    dimensions = metric.get("MetricDimensions")
    if not isinstance(dimensions, dict):
        return 0.0
    # Whole periods, so that all checks of a run ask for the same.
    end = int(time.time()) // _PERIOD * _PERIOD + _PERIOD
    answer = world.call(
        "cloudwatch",
        "get_metric_statistics",
        Namespace=metric["MetricNamespace"],
        MetricName=metric["MetricName"],
        Dimensions=[{"Name": key, "Value": value} for key, value in sorted(dimensions.items())],
        StartTime=end - _WINDOW_SECONDS,
        EndTime=end,
        Period=_PERIOD,
        Statistics=["Maximum"],
    )
    return max((float(one["Maximum"]) for one in answer["Datapoints"]), default=0.0)


def _service_role(world: World) -> Iterator[Finding]:
    found = world.call("iam", "get_role", missing=("NoSuchEntity",), RoleName=_SERVICE_ROLE)
    if found is None:
        yield fail(f"The account has no role {_SERVICE_ROLE}.")


_DEFINITION = "ecs:DescribeTaskDefinition"
CHECKS = (
    Check(
        id="capacity-size",
        title="Fargate offers the task's cpu with its memory.",
        sees="RunTask answers `No Fargate configuration exists for given values`.",
        why="Fargate has certain pairs only.",
        by_hand="aws ecs describe-task-definition --task-definition FAMILY"
        " --query taskDefinition.[cpu,memory]",
        fix="Set `cpu` and `memory` of the task to one of Fargate's pairs.",
        needs=(_DEFINITION,),
        reasons=("size",),
        before_apply=True,
        per_task=_size,
    ),
    Check(
        id="capacity-provider",
        title="The cluster has the capacity providers of the task.",
        sees="RunTask answers `The specified capacity provider ... was not found` or `not"
        " compatible with compute strategy`.",
        why="The strategy names a capacity provider that the cluster lacks.",
        by_hand="aws ecs describe-clusters --clusters CLUSTER"
        " --query clusters[].capacityProviders",
        fix="Add it to `cluster.capacity_providers`, and apply.",
        needs=("ecs:DescribeClusters",),
        reasons=("capacity-provider",),
        before_apply=True,
        per_task=_provider,
    ),
    Check(
        id="capacity-quota",
        title="The quota of Fargate's vCPUs has room for a task.",
        sees="RunTask answers `You've reached the limit on the number of vCPUs`.",
        why="All tasks of the account in the region share it; a new account has 6 vCPUs.",
        by_hand="aws service-quotas get-service-quota --service-code fargate --quota-code"
        " L-3032A538",
        fix="Request more in Service Quotas, or run fewer tasks at once (an Airflow pool).",
        needs=(_DEFINITION, "servicequotas:GetServiceQuota", "cloudwatch:GetMetricStatistics"),
        reasons=("vcpu-quota",),
        before_apply=True,
        per_account=_quota,
    ),
    Check(
        id="role-service-linked",
        title="The account has the service-linked role of ECS.",
        sees="RunTask answers `Unable to assume the service linked role`.",
        why="AWS creates the role with the account's first cluster, unless it may not.",
        by_hand=f"aws iam get-role --role-name {_SERVICE_ROLE}",
        fix="Run: aws iam create-service-linked-role --aws-service-name ecs.amazonaws.com",
        needs=("iam:GetRole",),
        reasons=("service-linked-role",),
        before_apply=True,
        per_account=_service_role,
    ),
)
