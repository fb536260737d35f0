"""Checks the names of the files in a folder of environments: none is passed over in silence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from mwaa_ecs.environments.documents import DEFAULTS, SUFFIX, TASKS, visible
from mwaa_ecs.environments.settings import LAYERS
from mwaa_ecs.files import shown_name
from mwaa_ecs.problems import Problem

_LIKE_YAML = (".yml", ".yaml")
_RESERVED = {
    "terraform": "Terraform reads a terraform.tfvars.json for every environment; rename "
    "the file",
    "default": f"an environment cannot have this name; did you mean {DEFAULTS}{SUFFIX}?",
    DEFAULTS: f"an environment cannot have this name; did you mean {DEFAULTS}{SUFFIX}?",
}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}")


def check_file_names(
    folder: Path, names: Sequence[str], report: Callable[[Problem], None]
) -> None:
    """Report names that no environment can have, and files that nothing reads.

    Args:
        folder: the folder of environments.
        names: the names of its environments.
        report: called with each problem.
    """
    seen: dict[str, str] = {}
    for name in names:
        file = shown_name(folder / f"{name}{SUFFIX}")
        if not _NAME.fullmatch(name):
            what = f"{name!r} cannot be a name; use at most 63 letters, digits, - and _"
            report(Problem(file, 0, 0, "", what))
        if name.lower() in seen:
            what = f"it differs from {seen[name.lower()]!r} by capitals only; rename one"
            report(Problem(file, 0, 0, "", what))
        seen[name.lower()] = name
        if name.lower() in _RESERVED:
            report(Problem(file, 0, 0, "", _RESERVED[name.lower()]))
    for path, what in _unread(folder):
        report(Problem(shown_name(path), 0, 0, "", what))


def _unread(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield files that look like an environment, a task or a layer, and why none is read."""
    for path in visible(folder, "*"):
        if path.name in (TASKS, LAYERS) and path.is_dir():
            yield from _unread_in(path)
        elif path.is_dir():
            if any(_looks_like_yaml(inner) for inner in path.rglob("*")):
                yield (
                    path,
                    (
                        f"only the folders {TASKS}/ and {LAYERS}/ are read; an environment is "
                        "a file in this folder itself; move its files up"
                    ),
                )
        elif path.name.endswith((".tfvars", ".auto.tfvars.json")):
            yield (
                path,
                (
                    "values come from the YAML alone; mwaa-ecs import-tfvars FILE writes it "
                    "as YAML. Then move it out of this folder"
                ),
            )
        elif path.suffix == ".json" and not path.name.endswith(
            (".tfvars.json", ".schema.json")
        ):
            yield path, f"an environment is YAML; write it as {path.stem}{SUFFIX}"
        elif path.suffix != SUFFIX and path.suffix.lower() in _LIKE_YAML:
            yield path, f"it must end with {SUFFIX}; rename it to {path.stem}{SUFFIX}"


def _unread_in(folder: Path) -> Iterator[tuple[Path, str]]:
    what = "a task" if folder.name == TASKS else "a layer"
    for path in visible(folder, "*"):
        if path.is_dir():
            if any(map(_looks_like_yaml, path.rglob("*"))):
                yield (
                    path,
                    (
                        f"folders in {folder.name}/ are not read; {what} is a file in "
                        f"{folder.name}/ itself; move it up"
                    ),
                )
        elif path.suffix != SUFFIX and path.suffix.lower() in (*_LIKE_YAML, ".json"):
            yield path, f"it must end with {SUFFIX}; rename it to {path.stem}{SUFFIX}"


def _looks_like_yaml(path: Path) -> bool:
    return path.suffix.lower() in _LIKE_YAML
