"""Renders environments to `<name>.tfvars.json`, and compares them with the files there."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, takewhile
from pathlib import Path

from mwaa_ecs.environments.folder import Environment, EnvironmentFolder
from mwaa_ecs.files import read_text, shown_name, write_whole

SUFFIX = ".tfvars.json"

_PAIRS = 10_000_000
"""The pairs of changed lines that a diff compares at most, which takes some seconds."""


@dataclass(frozen=True)
class Rendered:
    """A rendered environment and the file that it belongs in.

    Attributes:
        name: the environment's name.
        path: the file.
        old: the file's present text; None where there is no file.
        new: the rendered text.
    """

    name: str
    path: Path
    old: str | None
    new: str

    @property
    def is_stale(self) -> bool:
        """Whether the file differs from the rendered text."""
        return self.old != self.new

    def diff(self) -> str:
        """Return a unified diff from the file to the rendered text; empty if they are equal."""
        name = shown_name(self.path)
        return "".join(
            _diff(
                (self.old or "").splitlines(keepends=True),
                self.new.splitlines(keepends=True),
                name if self.old is not None else "/dev/null",
                name,
            )
        )

    def write(self) -> None:
        """Replace the file as a whole.

        Raises:
            OperationError: the file cannot be written; the old file stays.
        """
        if self.is_stale:
            write_whole(self.path, self.new)


def render(
    folder: EnvironmentFolder, names: Iterable[str] = (), out: Path | None = None
) -> list[Rendered]:
    """Return the named environments, else all, with their files in `out`.

    Raises:
        ProblemsError: the YAML has problems; the error has all of them.
        UserError: an environment does not exist.
    """
    out = folder.folder if out is None else out
    return [_beside(environment, out) for environment in folder.load(list(names))]


def left_over(folder: EnvironmentFolder, out: Path | None = None) -> list[Path]:
    """Return the files in `out` that belong to no environment.

    They may have another purpose, so this package never removes them.
    """
    return [
        path
        for path in sorted((folder.folder if out is None else out).glob(f"*{SUFFIX}"))
        if path.name.removesuffix(SUFFIX) not in folder.names
    ]


def _diff(old: list[str], new: list[str], from_name: str, to_name: str) -> Iterator[str]:
    """Yield a unified diff; for large changes, one that removes all old lines and adds all new.

    difflib compares each changed line with each other one: two files of 20,000 lines took over
    five minutes.
    """
    start = sum(1 for _ in takewhile(_same, zip(old, new, strict=False)))
    room = min(len(old), len(new)) - start
    backwards = zip(reversed(old), reversed(new), strict=False)
    end = sum(1 for _ in takewhile(_same, islice(backwards, room)))
    gone, come = old[start : len(old) - end], new[start : len(new) - end]
    if len(gone) * len(come) <= _PAIRS:
        yield from difflib.unified_diff(old, new, from_name, to_name)
        return
    yield f"--- {from_name}\n+++ {to_name}\n"
    yield f"@@ -{start + 1},{len(gone)} +{start + 1},{len(come)} @@\n"
    yield from (f"-{line}" for line in gone)
    yield from (f"+{line}" for line in come)


def _same(pair: tuple[str, str]) -> bool:
    return pair[0] == pair[1]


def _beside(environment: Environment, out: Path) -> Rendered:
    path = out / f"{environment.name}{SUFFIX}"
    return Rendered(environment.name, path, read_text(path), environment.tfvars)
