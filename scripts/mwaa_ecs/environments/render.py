"""Renders environments to `<name>.tfvars.json`, and compares them with the files there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mwaa_ecs.environments.folder import Environment, EnvironmentFolder
from mwaa_ecs.files import read_text, write_whole

SUFFIX = ".tfvars.json"


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


def _beside(environment: Environment, out: Path) -> Rendered:
    path = out / f"{environment.name}{SUFFIX}"
    return Rendered(environment.name, path, read_text(path), environment.tfvars)
