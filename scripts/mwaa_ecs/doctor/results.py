"""Results of checks."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Status(StrEnum):
    """The result of a check, the best first."""

    PASS = "PASS"  # noqa: S105 - not a password
    SKIP = "SKIP"
    UNKNOWN = "UNKNOWN"
    WARN = "WARN"
    FAIL = "FAIL"


@dataclass(frozen=True)
class Finding:
    """A fact that a check has seen.

    Attributes:
        status: what the fact means.
        fact: the fact, as a sentence with the names and values seen.
        fix: what to do, in terms of the module's inputs where it has one; empty for the
            check's own.
        about: the resource, where many tasks share the fact but for it.
    """

    status: Status
    fact: str
    fix: str = ""
    about: str = field(default="", compare=False)


@dataclass(frozen=True)
class Result:
    """A finding of a check, with the tasks that share it.

    Attributes:
        check: id of the check.
        status: what the fact means.
        fact: what was seen.
        fix: what to do; empty where there is nothing to do.
        tasks: the tasks that the fact is about; empty for a fact about the account.
        about: the resources that the fact is about, where it does not name them.
    """

    check: str
    status: Status
    fact: str
    fix: str = ""
    tasks: tuple[str, ...] = ()
    about: tuple[str, ...] = ()

    @property
    def category(self) -> str:
        """The category of the check."""
        return self.check.partition("-")[0]


def fail(fact: str, fix: str = "", about: str = "") -> Finding:
    """Return a finding that stops a task."""
    return Finding(Status.FAIL, fact, fix, about)


def warn(fact: str, fix: str = "", about: str = "") -> Finding:
    """Return a finding that stops a task at times."""
    return Finding(Status.WARN, fact, fix, about)


def unknown(fact: str, fix: str = "", about: str = "") -> Finding:
    """Return a finding about what could not be read or judged."""
    return Finding(Status.UNKNOWN, fact, fix, about)


def skip(fact: str) -> Finding:
    """Return a finding of a check that has nothing to look at."""
    return Finding(Status.SKIP, fact)
