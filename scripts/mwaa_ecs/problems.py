"""What is wrong with a team's YAML: every problem with its place, all at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches

from mwaa_ecs.errors import UserError


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong: where, what was given, what is legal.

    Attributes:
        file: as the user would name it.
        line: counted from 1; 0 where it is about the file as a whole.
        column: counted from 1.
        path: keys down to the value, joined by dots; empty for the whole file.
    """

    file: str
    line: int
    column: int
    path: str
    message: str

    def __str__(self) -> str:
        """Return `file:line:column: path: message`."""
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return ": ".join(part for part in (place, self.path, self.message) if part)


class ProblemsError(UserError):
    """Environments cannot be rendered; `problems` holds every reason, in order of place."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        lines = "\n".join(map(str, self.problems))
        count = len(self.problems)
        super().__init__(lines if count == 1 else f"{count} problems\n{lines}")


@dataclass
class Problems:
    """Collects problems, so that all are told together."""

    found: dict[Problem, None] = field(default_factory=dict)

    def add(self, problem: Problem) -> None:
        """Take note of a problem; the same one again changes nothing."""
        self.found[problem] = None

    def stop(self) -> None:
        """Raise `ProblemsError` if there is any problem."""
        if self.found:
            raise ProblemsError(self.found)


def did_you_mean(given: str, legal: Iterable[str]) -> str:
    """Return `; did you mean 'x'?` for the nearest legal word, or nothing."""
    known = list(legal)
    # `mwaaExecutionRoleName` and `log-group` are the same word, written otherwise.
    plain = {_plain(word): word for word in known}
    if _plain(given) in plain:
        near = [plain[_plain(given)]]
    else:
        near = get_close_matches(given, known, 1, 0.6)
    return f"; did you mean {near[0]!r}?" if near else ""


def _plain(word: str) -> str:
    return "".join(filter(str.isalnum, word)).lower()


def listed(names: Iterable[str], most: int = 24) -> str:
    """Return names for a message: `a, b, c`, cut where there are many."""
    all_names = list(names)
    shown = ", ".join(all_names[:most])
    return f"{shown} and {len(all_names) - most} more" if len(all_names) > most else shown


def shortened(text: str) -> str:
    """Return a text for a message, cut where it is long."""
    return text if len(text) <= 60 else f"{text[:57]}..."
