"""Faults, each seeded into a healthy account, with the check that must name it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from mwaa_ecs.doctor import Report, Status
from unit.doctor.healthy import World

Fault = Callable[[World], None]


@dataclass(frozen=True)
class Seed:
    """A fault.

    Attributes:
        name: what is wrong.
        check: id of the check that must name it.
        reasons: ids of the operator's reasons with which the task would stop.
        names: what the fact must contain.
        break_it: breaks the account.
        status: what the check must report.
        asked: what the doctor is asked, beside everything.
    """

    name: str
    check: str
    break_it: Fault
    names: str
    reasons: tuple[str, ...] = ()
    status: Status = Status.FAIL
    asked: dict[str, Any] = field(default_factory=dict, hash=False)


SEEDS: list[Seed] = []


def seed(check: str, names: str, *reasons: str, **more: Any) -> Callable[[Fault], Fault]:
    """Add a function that breaks the account to the seeds."""

    def add(function: Fault) -> Fault:
        SEEDS.append(Seed(function.__name__, check, function, names, reasons, **more))
        return function

    return add


def found_by(report: Report) -> dict[str, Status]:
    """Return the checks that complain, each with its worst status."""
    complaints = (Status.WARN, Status.FAIL)
    found = sorted(
        (one for one in report.results if one.status in complaints),
        key=lambda one: list(Status).index(one.status),
    )
    return {one.check: one.status for one in found}
