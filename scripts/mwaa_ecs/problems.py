"""Problems with a user's YAML files: each has its place, and all are reported at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches

from mwaa_ecs.errors import UserError


@dataclass(frozen=True, order=True)
class Problem:
    """A problem with a value: its place, and a message with value, accepted values and remedy.

    Attributes:
        file: the file, as the user would name it.
        line: the line, counted from 1; 0 for a problem with the file as a whole.
        column: the column, counted from 1.
        path: the keys down to the value, joined by dots; empty for the whole file.
        message: the text after place and path.
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
    """YAML files have problems.

    Attributes:
        problems: every problem, in order of place.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        lines = "\n".join(map(str, self.problems))
        count = len(self.problems)
        super().__init__(lines if count == 1 else f"{count} problems\n{lines}")


@dataclass
class Problems:
    """Collects problems, so that one error reports them all."""

    found: dict[Problem, None] = field(default_factory=dict)

    def add(self, problem: Problem) -> None:
        """Add a problem; adding it again changes nothing."""
        self.found[problem] = None

    def stop(self) -> None:
        """End the command if there is a problem.

        Raises:
            ProblemsError: there is at least one.
        """
        if self.found:
            raise ProblemsError(self.found)


def suggestion(given: str, names: Iterable[str], label: str) -> str:
    """Return the end of a message about an unknown name: the nearest name, then all names.

    Args:
        given: the unknown name.
        names: the names to choose from.
        label: what the names are, in lower case, e.g. `accepted keys`.

    Returns:
        `; did you mean 'x'? Accepted keys: x, y`, or `; accepted keys: x, y` where no name is
        near.
    """
    known = list(names)
    # `subnetIds` and `subnet-ids` are `subnet_ids` in another spelling.
    plain = {_plain(name): name for name in known}
    if _plain(given) in plain:
        near = [plain[_plain(given)]]
    else:
        near = get_close_matches(given, known, 1, 0.6)
    if not near:
        return f"; {label}: {listed(known)}"
    return f"; did you mean {near[0]!r}? {label[0].upper()}{label[1:]}: {listed(known)}"


def _plain(word: str) -> str:
    return "".join(filter(str.isalnum, word)).lower()


def listed(names: Iterable[str], most: int = 24) -> str:
    """Return names for a message, `a, b, c`, at most the first `most` of them."""
    all_names = list(names)
    shown = ", ".join(all_names[:most])
    return f"{shown} and {len(all_names) - most} more" if len(all_names) > most else shown


def shortened(text: str) -> str:
    """Return a text for a message, cut after 60 characters."""
    return text if len(text) <= 60 else f"{text[:57]}..."
