"""Runs the checks side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from mwaa_ecs.doctor.account import Account, NotReadError, action_of
from mwaa_ecs.doctor.registry import CATEGORIES, Check
from mwaa_ecs.doctor.results import Finding, Result, Status, skip, unknown
from mwaa_ecs.doctor.world import Asked, SkippedError, Task, World
from mwaa_ecs.errors import OperationError
from mwaa_ecs.iam.model import NotJudgedError

# Each worker waits for AWS most of the time; AWS throttles few calls at this number.
_WORKERS = 16

Findings = dict[tuple[str, ...], list[Finding]]
"""A check's results by task; results for the whole account have no task."""

SHARED_NEEDS = ("sts:GetCallerIdentity", "ssm:GetParametersByPath")
"""AWS actions that every check needs, to know the account and its tasks."""


@dataclass(frozen=True)
class Report:
    """The results of all checks.

    Attributes:
        results: every result, by category, the worst first.
        calls: how many requests were made.
    """

    results: tuple[Result, ...]
    calls: int

    def count(self, status: Status) -> int:
        """Return how many results have a status."""
        return sum(one.status is status for one in self.results)

    def exit_code(self, *, strict: bool = False) -> int:
        """Return 0; 1 where something failed, 3 where nothing could be checked.

        Args:
            strict: a warning counts as failed, and a check that could not run as 3.
        """
        judged = {Status.PASS, Status.WARN, Status.FAIL}
        if self.count(Status.FAIL) or (strict and self.count(Status.WARN)):
            return 1
        unknown_any = self.count(Status.UNKNOWN) > 0
        if unknown_any and (strict or not any(one.status in judged for one in self.results)):
            return 3
        return 0


class _Scoped:
    """The account for one check, which may make the calls that it declares."""

    def __init__(self, account: Account, check: Check) -> None:
        self.region = account.region
        self._account = account
        self._check = check

    def call(self, service: str, operation: str, **parameters: Any) -> Any:
        action = action_of(service, operation)
        if action not in (*SHARED_NEEDS, *self._check.needs):
            raise ValueError(
                f"the check {self._check.id} does not declare that it needs {action}"
            )
        return self._account.call(service, operation, **parameters)


def run_checks(
    account: Account,
    asked: Asked,
    checks: Sequence[Check],
    on_progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Report:
    """Run checks.

    Args:
        account: the account to read.
        asked: what to look at.
        checks: the checks to run.
        on_progress: gets how many checks have run, and how many there are.

    Raises:
        UserError: what was asked for does not exist.
        OperationError: the credentials are refused.
    """
    check_credentials(account)
    results: list[Result] = []
    with ThreadPoolExecutor(_WORKERS) as pool:
        running = [pool.submit(_run, one, account, asked) for one in checks]
        for done, future in enumerate(running, start=1):
            results += future.result()
            on_progress(done, len(running))
    return Report(tuple(sorted(results, key=_order)), account.calls)


def check_credentials(account: Account) -> None:
    """Check that AWS answers the caller at all.

    Raises:
        OperationError: it does not.
    """
    try:
        account.call("sts", "get_caller_identity")
    except NotReadError as error:
        refused = CannotCheckError(f"{error}. Check credentials, region and network")
        raise refused from error


class CannotCheckError(OperationError):
    """Nothing could be checked."""

    exit_code = 3


def _order(result: Result) -> tuple[int, int, str, str]:
    categories = list(CATEGORIES)
    worst_first = list(reversed(Status))
    return (
        categories.index(result.category),
        worst_first.index(result.status),
        result.check,
        result.fact,
    )


def _run(check: Check, account: Account, asked: Asked) -> Iterator[Result]:
    world = World(_Scoped(account, check), asked)
    if check.per_task is None:
        per_account = check.per_account
        assert per_account is not None
        findings: Findings = {(): _found(lambda: per_account(world))}
    else:
        findings = _of_tasks(check, world)
    return _merged(check, findings)


def _of_tasks(check: Check, world: World) -> Findings:
    per_task = check.per_task
    assert per_task is not None
    try:
        tasks: Sequence[Task] = world.tasks()
    except NotReadError as error:
        return {(): [unknown(str(error), _allow(error))]}
    if not tasks:
        return {(): [skip(f"there is no task below {world.asked.prefix}/tasks")]}
    return {(task.name,): _found(_bound(per_task, world, task)) for task in tasks}


def _bound(
    function: Callable[[World, Task], Iterable[Finding]], world: World, task: Task
) -> Callable[[], Iterable[Finding]]:
    return lambda: function(world, task)


def _found(function: Callable[[], Iterable[Finding]]) -> list[Finding]:
    found: list[Finding] = []
    try:
        for finding in function():
            found.append(finding)
    except NotReadError as error:
        found.append(unknown(str(error), _allow(error)))
    except NotJudgedError as error:
        found.append(unknown(f"{error}"))
    except SkippedError as reason:
        found.append(skip(str(reason)))
    return found


def _allow(error: NotReadError) -> str:
    action = getattr(error, "action", None)
    return f"Allow {action}; --print-policy prints the whole policy." if action else ""


def _merged(check: Check, findings: Findings) -> Iterator[Result]:
    """Yield one result for each fact, with the tasks that share it."""
    tasks_of: dict[Finding, list[str]] = {}
    about: dict[Finding, list[str]] = {}
    passed: list[str] = []
    for tasks, found in findings.items():
        if not found:
            passed += tasks
        for one in dict.fromkeys(found):
            tasks_of.setdefault(one, []).extend(tasks)
        for one in found:
            about.setdefault(one, []).extend([one.about] if one.about else [])
    for finding, names in tasks_of.items():
        needs_fix = finding.status in (Status.FAIL, Status.WARN)
        yield Result(
            check.id,
            finding.status,
            finding.fact,
            finding.fix or (check.fix if needs_fix else ""),
            tuple(names),
            tuple(dict.fromkeys(about[finding])),
        )
    if passed or (() in findings and not findings[()]):
        yield Result(check.id, Status.PASS, check.title, tasks=tuple(passed))
