"""Renders environments to `<name>.tfvars.json`, and compares with what is there."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mwaa_ecs.environments.document import shown_name
from mwaa_ecs.environments.folder import Environment, EnvironmentFolder
from mwaa_ecs.files import read_text, write_whole

SUFFIX = ".tfvars.json"


@dataclass(frozen=True)
class Rendered:
    """A rendered environment beside the file it belongs in.

    Attributes:
        old: the file's text so far; None where there is no file.
        new: what it must hold.
    """

    name: str
    path: Path
    old: str | None
    new: str

    @property
    def is_stale(self) -> bool:
        """Tell whether the file does not hold what it must."""
        return self.old != self.new

    def diff(self) -> str:
        """Return a unified diff from the file to what it must hold; empty where it does."""
        name = shown_name(self.path)
        return "".join(
            difflib.unified_diff(
                (self.old or "").splitlines(keepends=True),
                self.new.splitlines(keepends=True),
                name if self.old is not None else "/dev/null",
                name,
            )
        )

    def write(self) -> None:
        """Replace the file as a whole.

        Raises:
            OperationError: it cannot be written; the old file stays.
        """
        if self.is_stale:
            write_whole(self.path, self.new)


def render(
    folder: EnvironmentFolder, names: Iterable[str] = (), out: Path | None = None
) -> list[Rendered]:
    """Return the named environments, else all, beside their files in `out`.

    Raises:
        UserError: the YAML is wrong; nothing is returned and every problem told.
    """
    out = folder.folder if out is None else out
    return [_beside(environment, out) for environment in folder.load(list(names))]


def left_over(folder: EnvironmentFolder, out: Path | None = None) -> list[Path]:
    """Return the files in `out` that belong to no environment.

    They may be somebody else's, so that nothing here removes them.
    """
    return [
        path
        for path in sorted((folder.folder if out is None else out).glob(f"*{SUFFIX}"))
        if path.name.removesuffix(SUFFIX) not in folder.names
    ]


def _beside(environment: Environment, out: Path) -> Rendered:
    path = out / f"{environment.name}{SUFFIX}"
    return Rendered(environment.name, path, read_text(path), environment.tfvars)
