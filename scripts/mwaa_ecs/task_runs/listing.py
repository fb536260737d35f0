"""Lists what runs, and what ran within the hour that ECS remembers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mwaa_ecs.connection import Connection
from mwaa_ecs.errors import UserError
from mwaa_ecs.task_runs.reading import clients_of, told
from mwaa_ecs_operator.contract import TaskContract
from mwaa_ecs_operator.outcome import judge

_PER_CALL = 100


@dataclass(frozen=True)
class Run:
    """One run of a task.

    Attributes:
        task: the task's name.
        run: id of the ECS task.
        arn: its ARN.
        status: ECS's lastStatus, for example RUNNING.
        started: when it was created; None where ECS does not tell.
        stopped: when it stopped; None while it runs.
        ended: how it ended, in words; None while it runs.
        succeeded: whether the main container exited with 0; None while it runs.
    """

    task: str
    run: str
    arn: str
    status: str
    started: datetime | None
    stopped: datetime | None
    ended: str | None
    succeeded: bool | None


def find_contracts(
    connection: Connection, clients: Any, task: str | None = None
) -> list[TaskContract]:
    """Return the contracts of the tasks below the prefix.

    Args:
        connection: where the tasks are.
        clients: those of the connection.
        task: one task's name; None for all.

    Raises:
        UserError: there is no task, or none of this name.
        OperationError: AWS does not answer.
    """
    below = f"{connection.ssm_prefix}/tasks"
    with told():
        pages = clients("ssm").get_paginator("get_parameters_by_path").paginate(Path=below)
        values = {one["Name"]: one["Value"] for page in pages for one in page["Parameters"]}
    return parse_contracts(connection, values, task)


def parse_contracts(
    connection: Connection, values: Mapping[str, str], task: str | None = None
) -> list[TaskContract]:
    """Return the contracts of tasks whose parameters are read already.

    Args:
        connection: where the tasks are.
        values: the parameters below the prefix, by name.
        task: one task's name; None for all.

    Raises:
        UserError: there is no task, or none of this name.
    """
    below = f"{connection.ssm_prefix}/tasks"
    with told():
        found = [
            TaskContract.parse(name.rpartition("/")[2], value, name)
            for name, value in values.items()
        ]
    if not found:
        raise UserError(
            f"there is no parameter below {below} in {connection.region}; apply the module, or "
            "give --ssm-prefix, --region or --environment"
        )
    if task is None:
        return found
    if not (named := [contract for contract in found if contract.task == task]):
        raise UserError(
            f"there is no task {task!r} below {connection.ssm_prefix}; tasks: "
            f"{', '.join(sorted(contract.task for contract in found))}"
        )
    return named


def contract_of(
    run: Mapping[str, Any], contracts: Iterable[TaskContract]
) -> TaskContract | None:
    """Return the contract whose family a run of DescribeTasks is of; None without one."""
    by_family = {one.task_definition.partition(":")[0]: one for one in contracts}
    family = str(run["taskDefinitionArn"]).rpartition("/")[2].partition(":")[0]
    # `<family>--<digest>` is a definition that a DAG registered; see docs/operator.md.
    return by_family.get(family) or by_family.get(family.rpartition("--")[0])


def list_runs(connection: Connection, task: str | None = None) -> list[Run]:
    """Return the runs of the tasks below the prefix, the newest first.

    ECS forgets a stopped task after about an hour.

    Args:
        connection: where the tasks are.
        task: one task's name; None for all.

    Raises:
        UserError: there is no such task, or a right is missing.
        OperationError: AWS does not answer.
    """
    return runs_of(connection, find_contracts(connection, clients_of(connection), task))


def runs_of(connection: Connection, contracts: Sequence[TaskContract]) -> list[Run]:
    """Return the runs of some tasks, the newest first.

    Raises:
        UserError: a right is missing.
        OperationError: AWS does not answer.
    """
    ecs = clients_of(connection)("ecs")
    runs = []
    with told():
        for cluster in sorted({contract.cluster for contract in contracts}):
            known = [one for one in contracts if one.cluster == cluster]
            arns = list(_arns(ecs, cluster))
            for start in range(0, len(arns), _PER_CALL):
                batch = arns[start : start + _PER_CALL]
                answer = ecs.describe_tasks(cluster=cluster, tasks=batch)
                runs += list(_runs(answer["tasks"], known))
    return sorted(
        runs, key=lambda run: (run.started is not None, run.started, run.run), reverse=True
    )


def _arns(ecs: Any, cluster: str) -> Iterator[str]:
    pager = ecs.get_paginator("list_tasks")
    for status in ("RUNNING", "STOPPED"):
        for page in pager.paginate(cluster=cluster, desiredStatus=status):
            yield from page["taskArns"]


def _runs(tasks: Sequence[Mapping[str, Any]], known: Sequence[TaskContract]) -> Iterator[Run]:
    for task in tasks:
        contract = contract_of(task, known)
        if contract is None:
            continue  # another team's task in a shared cluster
        stopped = task.get("lastStatus") == "STOPPED"
        outcome = judge(task, contract.container_name) if stopped else None
        arn = str(task["taskArn"])
        yield Run(
            task=contract.task,
            run=arn.rpartition("/")[2],
            arn=arn,
            status=str(task.get("lastStatus")),
            started=task.get("createdAt"),
            stopped=task.get("stoppedAt"),
            ended=None if outcome is None else outcome.explain(),
            succeeded=None if outcome is None else outcome.succeeded,
        )


def as_json(runs: Sequence[Run]) -> str:
    """Return runs as JSON, with times in ISO 8601."""
    return json.dumps([vars(run) for run in runs], indent=2, default=datetime.isoformat) + "\n"
