"""Checks of what Terraform wrote for DAGs, against what is in the account."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from mwaa_ecs.doctor.registry import Check
from mwaa_ecs.doctor.results import Finding, fail
from mwaa_ecs.doctor.world import SkippedError, Task, World, names_of
from mwaa_ecs_operator.contract import ALL, PARTS, IndexEntry
from mwaa_ecs_operator.images import normalise

_STANDARD_TIER = 4096
_KEYS = ("cluster", "task_definition", "container_name")
_SHARED = {
    "ecs/cluster": "cluster",
    "ecs/task_definition": "task_definition",
    "vpc/private_subnets": "subnets",
    "vpc/security_group": "security group",
    "cw/log_group": "log group",
    "cw/log_stream": "log stream prefix",
}
_DEFINITION = "ecs:DescribeTaskDefinition"
_PER_CALL = 10


def _parameters(world: World) -> Iterator[Finding]:
    if not world.all_tasks():
        yield fail(f"No parameter is below {world.asked.prefix}/tasks in {world.region}.")


def _json(world: World, task: Task) -> Iterator[Finding]:
    del world
    if not task.contract:
        yield fail(f"{task.source} does not hold a JSON object.")
        return
    missing = [key for key in _KEYS if not task.contract.get(key)]
    if missing:
        yield fail(f"{task.source} lacks {names_of(missing)}.")
    if task.contract.get("launch_type") and task.strategy:
        yield fail(f"{task.source} has a launch_type and a capacity_provider_strategy.")
    if len(task.text) > _STANDARD_TIER:
        yield fail(
            f"{task.source} has {len(task.text)} characters; the standard tier takes "
            f"{_STANDARD_TIER}."
        )


def cluster_status(world: World, name: str) -> str:
    """Return the status of a cluster, `MISSING` where it does not exist."""
    found = world.call("ecs", "describe_clusters", clusters=[name])["clusters"]
    return str(found[0]["status"]) if found else "MISSING"


def _cluster(world: World, task: Task) -> Iterator[Finding]:
    status = cluster_status(world, task.cluster)
    if status != "ACTIVE":
        yield fail(f"The cluster {task.cluster} is {status} in {world.region}.")


def _definition(world: World, task: Task) -> Iterator[Finding]:
    name = task.text_of("task_definition")
    found = world.find_definition(task)
    if found is None:
        yield fail(f"The task definition {name} does not exist in {world.region}.")
    elif found.get("status", "ACTIVE") != "ACTIVE":
        yield fail(f"The task definition {name} is {found['status']}.")


def _container(world: World, task: Task) -> Iterator[Finding]:
    name = task.text_of("container_name")
    names = [one["name"] for one in world.containers(task)]
    if name not in names:
        yield fail(
            f"The contract names the container {name}; the task definition has "
            f"{names_of(names)}."
        )


def _network(world: World, task: Task) -> Iterator[Finding]:
    mode = world.definition(task).get("networkMode")
    if mode == "awsvpc" and not task.subnet_ids:
        yield fail("The task definition uses awsvpc, and the contract has no subnets.")
    for value in (*task.subnet_ids, *task.group_ids):
        if not value.startswith(("subnet-", "sg-")) or set(value) & set(", []\"'"):
            yield fail(f"The contract has {value!r} in its network, which is not one id.")


def log_options(container: Mapping[str, object]) -> Mapping[str, str]:
    """Return the awslogs options of a container definition.

    Raises:
        SkippedError: it has another log driver or none.
    """
    configuration = container.get("logConfiguration")
    if not isinstance(configuration, dict) or configuration.get("logDriver") != "awslogs":
        raise SkippedError("the container does not use the awslogs driver")
    options: Mapping[str, str] = configuration.get("options") or {}
    return options


def _log_group(world: World, task: Task) -> Iterator[Finding]:
    given = task.contract.get("awslogs_group")
    if given is None:
        raise SkippedError("the contract has no log group: Airflow does not read its lines")
    group = log_options(world.main_container(task)).get("awslogs-group")
    if given != group:
        yield fail(
            f"The contract names the log group {given}; the container writes to {group}."
        )


def _log_prefix(world: World, task: Task) -> Iterator[Finding]:
    given = task.contract.get("awslogs_stream_prefix")
    if given is None:
        raise SkippedError("the contract has no log stream prefix")
    container = world.main_container(task)
    prefix = log_options(container).get("awslogs-stream-prefix")
    expected = f"{prefix}/{container['name']}"
    if given != expected:
        yield fail(
            f"The contract has the log stream prefix {given}; the container writes to "
            f"{expected}/<task id>."
        )


def _index(world: World, task: Task) -> Iterator[Finding]:
    names = [f"{world.asked.prefix}/images/{part}" for part in (ALL, *PARTS)]
    entries: dict[str, list[IndexEntry]] = {}
    for start in range(0, len(names), _PER_CALL):
        answer = world.call("ssm", "get_parameters", Names=names[start : start + _PER_CALL])
        for parameter in answer["Parameters"]:
            try:
                found = json.loads(parameter["Value"])
            except ValueError:
                yield fail(f"{parameter['Name']} does not hold JSON.")
                return
            for image, tasks in found.items():
                entries[image] = [IndexEntry.from_json(one) for one in tasks]
    if not entries:
        raise SkippedError(f"no index of images is below {world.asked.prefix}/images")
    image = str(world.main_container(task)["image"])
    if not any(one.may_be(task.name) for one in entries.get(normalise(image), ())):
        yield fail(f"The index of images does not have the task for {normalise(image)}.")


def _shared(world: World) -> Iterator[Finding]:
    names = [f"{world.asked.prefix}/{name}" for name in _SHARED]
    answer = world.call("ssm", "get_parameters", Names=names)
    found = {
        one["Name"].removeprefix(f"{world.asked.prefix}/"): str(one["Value"])
        for one in answer["Parameters"]
    }
    if not found:
        raise SkippedError(f"no shared parameter is below {world.asked.prefix}")
    wanted = [name for name in _SHARED if not name.startswith("cw/")]
    if missing := [name for name in wanted if name not in found]:
        yield fail(f"Shared parameters are missing: {names_of(missing)}.")
        return
    task = Task("", "", json.dumps({"task_definition": found["ecs/task_definition"]}))
    named = [one.contract.get("task_definition") for one in world.all_tasks()]
    definition = world.find_definition(task)
    if definition is None:
        if found["ecs/task_definition"] in named:
            raise SkippedError("the task definition is gone")
        yield _wrong(world, "ecs/task_definition", found, "which does not exist")
        return
    if found["ecs/cluster"] not in [one.contract.get("cluster") for one in world.all_tasks()]:
        status = cluster_status(world, found["ecs/cluster"])
        if status != "ACTIVE":
            yield _wrong(world, "ecs/cluster", found, f"which is {status}")
    yield from _shared_network(world, found)
    yield from _shared_log(world, found, definition)


def _shared_network(world: World, found: Mapping[str, str]) -> Iterator[Finding]:
    subnets = found["vpc/private_subnets"].split(",")
    if any(not one.startswith("subnet-") or set(one) & set(" []\"'") for one in subnets):
        yield _wrong(
            world, "vpc/private_subnets", found, "which is not subnet ids joined by commas"
        )
    group = found["vpc/security_group"]
    if not group.startswith("sg-") or set(group) & set(", []\"'"):
        yield _wrong(world, "vpc/security_group", found, "which is not one security group id")


def _shared_log(
    world: World, found: Mapping[str, str], definition: Mapping[str, object]
) -> Iterator[Finding]:
    group, stream = found.get("cw/log_group"), found.get("cw/log_stream")
    containers = definition["containerDefinitions"]
    assert isinstance(containers, list)
    written = {}
    for container in containers:
        try:
            options = log_options(container)
        except SkippedError:
            continue
        prefix = f"{options.get('awslogs-stream-prefix')}/{container['name']}"
        written[prefix] = options.get("awslogs-group")
    if group is not None and group not in written.values():
        yield _wrong(world, "cw/log_group", found, "to which no container of the task writes")
    elif stream is not None and stream not in written:
        yield _wrong(
            world, "cw/log_stream", found, f"but streams begin with {names_of(written)}"
        )


def _wrong(world: World, name: str, found: Mapping[str, str], why: str) -> Finding:
    return fail(f"{world.asked.prefix}/{name} has the {_SHARED[name]} {found[name]}, {why}.")


_APPLY = "Apply the module again; do not write the parameter by hand."
CHECKS = (
    Check(
        id="contract-parameters",
        title="Parameters of tasks are below the prefix.",
        sees="A DAG fails with ParameterNotFound or AccessDeniedException for the parameter.",
        why="The module is not applied in this account and region, or with another prefix.",
        by_hand="aws ssm get-parameters-by-path --path /mwaa/tasks",
        fix="Apply the module in this region, or give its `ssm_prefix` with --ssm-prefix.",
        needs=(),
        reasons=("contract-denied",),
        per_account=_parameters,
    ),
    Check(
        id="contract-json",
        title="The task's parameter is the JSON that the module writes.",
        sees="A DAG fails with a JSON error, or EcsRunTaskOperator refuses its arguments.",
        why="Somebody changed the parameter by hand, or another tool writes it.",
        by_hand="aws ssm get-parameter --name /mwaa/tasks/TASK --query Parameter.Value",
        fix=_APPLY,
        needs=(),
        reasons=("launch-type-and-strategy",),
        per_task=_json,
    ),
    Check(
        id="contract-cluster",
        title="The cluster exists and is active.",
        sees="RunTask answers ClusterNotFoundException, or the task is MISSING.",
        why="The name differs from the cluster's, or the cluster is in another region.",
        by_hand="aws ecs describe-clusters --clusters CLUSTER",
        fix="Correct `cluster.existing` or `cluster.name`, and apply the module.",
        needs=("ecs:DescribeClusters",),
        reasons=("cluster-not-found",),
        per_task=_cluster,
    ),
    Check(
        id="contract-definition",
        title="The task definition exists and is active.",
        sees="RunTask answers `TaskDefinition is inactive` or `Unable to describe task"
        " definition`.",
        why="The family differs, or the revision was deregistered outside Terraform.",
        by_hand="aws ecs describe-task-definition --task-definition FAMILY",
        fix="Apply the module. With `track_latest = true` DAGs follow the newest revision.",
        needs=(_DEFINITION,),
        reasons=("definition-inactive",),
        per_task=_definition,
    ),
    Check(
        id="contract-container",
        title="The container of the contract is in the task definition.",
        sees="RunTask answers `Override for container named X is not a container in the"
        " TaskDefinition`.",
        why="The container was renamed in one place only.",
        by_hand="aws ecs describe-task-definition --task-definition FAMILY"
        " --query taskDefinition.containerDefinitions[].name",
        fix="Set `container_name` of the task, and apply the module.",
        needs=(_DEFINITION,),
        reasons=("container-unknown",),
        per_task=_container,
    ),
    Check(
        id="contract-network",
        title="The contract has the network that the task definition needs.",
        sees="RunTask answers `Network Configuration must be provided when networkMode 'awsvpc'"
        " is specified`.",
        why="The contract lacks subnets, or holds several ids joined as one.",
        by_hand="aws ssm get-parameter --name /mwaa/tasks/TASK --query Parameter.Value",
        fix="Set `network.subnet_ids` and `network.security_group_ids` as lists of ids, and"
        " apply the module.",
        needs=(_DEFINITION,),
        reasons=("network-missing",),
        per_task=_network,
    ),
    Check(
        id="contract-log-group",
        title="The log group of the contract is the one that the container writes to.",
        sees="The Airflow task fails with `log group does not exist`, or shows no lines.",
        why="The log group was changed in one place only.",
        by_hand="aws ecs describe-task-definition --task-definition FAMILY"
        " --query taskDefinition.containerDefinitions[].logConfiguration",
        fix=_APPLY,
        needs=(_DEFINITION,),
        per_task=_log_group,
    ),
    Check(
        id="contract-log-prefix",
        title="The log stream prefix of the contract is the one that the container writes to.",
        sees="The Airflow task fails with `log stream does not exist`, or shows no lines.",
        why="The prefix lacks the container, or has it twice.",
        by_hand="aws logs describe-log-streams --log-group-name GROUP --order-by LastEventTime"
        " --descending",
        fix=_APPLY,
        needs=(_DEFINITION,),
        reasons=("log-stream-missing",),
        per_task=_log_prefix,
    ),
    Check(
        id="contract-index",
        title="The index of images has the task.",
        sees="A DAG that names the image is refused: `no task of /mwaa runs this image`.",
        why="The index is from an older apply, or somebody changed it or the task definition.",
        by_hand="aws ssm get-parameter --name /mwaa/images/all --query Parameter.Value",
        fix=_APPLY,
        needs=("ssm:GetParameters", _DEFINITION),
        per_task=_index,
    ),
    Check(
        id="contract-shared",
        title="The six shared parameters agree with the task definition that they name.",
        sees="A DAG that reads the shared parameters fails, though others run.",
        why="Somebody changed one of the parameters, or two module instances share a prefix.",
        by_hand="aws ssm get-parameters --names /mwaa/ecs/cluster /mwaa/ecs/task_definition"
        " /mwaa/vpc/private_subnets /mwaa/vpc/security_group /mwaa/cw/log_group"
        " /mwaa/cw/log_stream",
        fix=f"{_APPLY} Give each module instance an `ssm_prefix` of its own.",
        needs=("ssm:GetParameters", _DEFINITION, "ecs:DescribeClusters"),
        per_account=_shared,
    ),
)
