"""Renders environments to `<name>.tfvars.json`, and compares with what is there."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mwaa_ecs.environments.document import shown_name
from mwaa_ecs.environments.files import read_text, write_whole
from mwaa_ecs.environments.folder import Environment, EnvironmentFolder

SUFFIX = ".tfvars.json"


@dataclass(frozen=True)
class Rendered:
    """A rendered environment beside the file it belongs in.

    Attributes:
        old: the file's text so far; None where there is no file.
        new: what it must hold; None where the environment is gone.
    """

    name: str
    path: Path
    old: str | None
    new: str | None

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
                (self.new or "").splitlines(keepends=True),
                name if self.old is not None else "/dev/null",
                name if self.new is not None else "/dev/null",
            )
        )

    def write(self) -> None:
        """Replace the file as a whole, or remove it where the environment is gone.

        Raises:
            OperationError: it cannot be written; the old file stays.
        """
        if self.new is None:
            self.path.unlink(missing_ok=True)
        elif self.is_stale:
            write_whole(self.path, self.new)


def render(
    folder: EnvironmentFolder, names: Iterable[str] = (), out: Path | None = None
) -> list[Rendered]:
    """Return the named environments, else all, beside their files in `out`.

    With all, files of environments that are gone are among them.

    Raises:
        UserError: the YAML is wrong; nothing is returned and every problem told.
    """
    chosen = list(names)
    out = folder.folder if out is None else out
    found = [_beside(environment, out) for environment in folder.load(chosen)]
    if not chosen:
        found += [
            Rendered(path.name.removesuffix(SUFFIX), path, read_text(path), None)
            for path in sorted(out.glob(f"*{SUFFIX}"))
            if path.name.removesuffix(SUFFIX) not in folder.names
        ]
    return found


def _beside(environment: Environment, out: Path) -> Rendered:
    path = out / f"{environment.name}{SUFFIX}"
    return Rendered(environment.name, path, read_text(path), environment.tfvars)
