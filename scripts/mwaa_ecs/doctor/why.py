"""Why a task stopped: ECS's words, the lines, the cause, and the checks that bear on it."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mwaa_ecs.connection import Connection
from mwaa_ecs.doctor.account import Account, NotReadError
from mwaa_ecs.doctor.registry import Check
from mwaa_ecs.doctor.runner import Report, run_checks
from mwaa_ecs.doctor.world import Asked, World
from mwaa_ecs.errors import MwaaEcsError, UserError
from mwaa_ecs.task_runs.lines import lines_of, run_id
from mwaa_ecs.task_runs.listing import contract_of, parse_contracts, runs_of
from mwaa_ecs.task_runs.reading import clients_of, told
from mwaa_ecs_operator.contract import TaskContract
from mwaa_ecs_operator.reasons import Reason, reason_of, texts_of

_LINES = 15
_ARN = re.compile(r"arn:[a-z-]+:ecs:[a-z0-9-]+:\d{12}:task/(?:[\w-]+/)?[0-9a-f-]{32,36}")


@dataclass(frozen=True)
class Explanation:
    """Why a task stopped.

    Attributes:
        task: the task's name; empty where no task of the contract is of its family.
        arn: the ARN of the run.
        stop_code: ECS's stopCode; empty while it runs.
        texts: what ECS reports, in its words.
        containers: by container, how it ended.
        lines: the last lines of the main container.
        no_lines: why there are none; empty where there are some.
        reason: the cause and the remedy; None where the table does not know it.
        report: what the checks found that bear on the cause; None where none does.
    """

    task: str
    arn: str
    stop_code: str
    texts: tuple[str, ...]
    containers: Mapping[str, str]
    lines: tuple[str, ...]
    no_lines: str
    reason: Reason | None
    report: Report | None


def explain(
    connection: Connection, checks: Sequence[Check], asked: str | None = None
) -> Explanation:
    """Explain why a task stopped.

    Args:
        connection: where the task ran.
        checks: the doctor's checks.
        asked: a task's name, whose newest failed run is taken, or the ARN of a run; None for
            the newest failed run of all.

    Raises:
        UserError: there is no such run, or a right is missing.
        OperationError: AWS does not answer.
    """
    account = Account(connection.make_client, connection.region)
    is_arn = bool(asked) and str(asked).startswith("arn:")
    try:
        found = World(account, Asked(prefix=connection.ssm_prefix)).all_tasks()
        values = {one.source: one.text for one in found}
        contracts = parse_contracts(connection, values, None if is_arn else asked)
    except (UserError, NotReadError):
        # A run is explained without its contract too.
        if not is_arn:
            raise
        contracts = []
    arn = str(asked) if is_arn else _newest(connection, asked, contracts)
    if not _ARN.fullmatch(arn):
        raise UserError(
            f"{arn!r} is not the ARN of a run; it must be arn:aws:ecs:REGION:ACCOUNT:task/"
            "CLUSTER/ID, as mwaa-ecs tasks --json prints it"
        )
    clients = clients_of(connection)
    path = arn.split(":task/")[1].split("/")
    cluster = path[0] if len(path) > 1 else "default"
    with told():
        tasks = clients("ecs").describe_tasks(cluster=cluster, tasks=[arn])["tasks"]
    if not tasks:
        raise UserError(
            f"ECS does not know the run {arn} any more: it forgets a stopped task after about "
            "an hour. mwaa-ecs logs shows its lines"
        )
    return _explained(connection, account, checks, tasks[0], contract_of(tasks[0], contracts))


def _newest(connection: Connection, task: str | None, contracts: Sequence[TaskContract]) -> str:
    for run in runs_of(connection, contracts):
        if run.succeeded is False:
            return run.arn
    which = f"the task {task!r}" if task else f"the tasks below {connection.ssm_prefix}"
    raise UserError(
        f"no run of {which} failed in the last hour, and ECS remembers no longer. Give the "
        "error of the Airflow task instead: mwaa-ecs why --text ERROR; or check everything:"
        " mwaa-ecs doctor"
    )


def _explained(
    connection: Connection,
    account: Account,
    checks: Sequence[Check],
    task: Mapping[str, Any],
    contract: TaskContract | None,
) -> Explanation:
    reason = reason_of(task, None if contract is None else contract.container_name)
    lines, no_lines = _last_lines(connection, contract, str(task["taskArn"]))
    return Explanation(
        task="" if contract is None else contract.task,
        arn=str(task["taskArn"]),
        stop_code=str(task.get("stopCode") or ""),
        texts=tuple(dict.fromkeys(texts_of(task))),
        containers={str(one.get("name")): _ended(one) for one in task.get("containers") or ()},
        lines=lines,
        no_lines=no_lines,
        reason=reason,
        report=_checked(account, connection.ssm_prefix, checks, contract, reason),
    )


def _ended(container: Mapping[str, Any]) -> str:
    code = container.get("exitCode")
    text = f"exit {code}" if code is not None else "did not run to an exit code"
    return f"{text}: {container['reason']}" if container.get("reason") else text


def _last_lines(
    connection: Connection, contract: TaskContract | None, arn: str
) -> tuple[tuple[str, ...], str]:
    if contract is None:
        return (), "no task of the contract is of its family"
    last: deque[str] = deque(maxlen=_LINES)
    try:
        for line in lines_of(connection, contract, run=run_id(arn)):
            last.append(line.text)
    except MwaaEcsError as error:
        return (), str(error)
    return tuple(last), "" if last else "it wrote no lines"


def _checked(
    account: Account,
    prefix: str,
    checks: Sequence[Check],
    contract: TaskContract | None,
    reason: Reason | None,
) -> Report | None:
    bearing = [one for one in checks if reason is not None and reason.id in one.reasons]
    if contract is None or not bearing:
        return None
    return run_checks(account, Asked(prefix=prefix, task=contract.task), bearing)
