"""Which files a folder has, which of them matter, and which import which."""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mwaa_ecs.errors import OperationError, UserError
from mwaa_ecs.migrate.reading.project import find_module

# The pattern also finds UTF-16, which is then refused with a message.
_DOCKER = re.compile(rb"d\0?o\0?c\0?k\0?e\0?r", re.IGNORECASE)
AIRFLOW_IGNORE = ".airflowignore"
"""Names the files that Airflow does not look for DAGs in."""

_IMPORT = re.compile(
    rb"^[ \t]*(?:from[ \t]+([.\w]+)[ \t]+import[ \t]*(\([^)]*\)|[^\r\n]*)"
    rb"|import[ \t]+([^\r\n]*))",
    re.MULTILINE,
)
_NAME = re.compile(rb"([.\w*]+)(?:[ \t\\\r\n]+as[ \t]+\w+)?")
_COMMENT = re.compile(rb"#[^\r\n]*")


@dataclass(frozen=True)
class Glance:
    """Facts about a file that show without parsing it.

    Attributes:
        file: below the folder.
        is_docker: whether it names Docker anywhere.
        imports: modules, and names from modules, that it imports.
    """

    file: str
    is_docker: bool
    imports: tuple[str, ...]


@dataclass(frozen=True)
class Tree:
    """A folder's files.

    Attributes:
        python: Python files, below the folder, in order.
        others: other files.
        links: links that stay in the folder, with what they lead to.
    """

    python: tuple[str, ...]
    others: tuple[str, ...]
    links: tuple[tuple[str, str], ...]


def tree_of(root: Path) -> Tree:
    """Return the files of a folder; hidden ones and Python's leftovers do not count.

    `.airflowignore` does: without it Airflow would import what it names.

    Raises:
        UserError: a link leads out of the folder.
        OperationError: a folder cannot be read.
    """
    real = root.resolve()
    python: list[str] = []
    others: list[str] = []
    links: list[tuple[str, str]] = []
    bad: list[str] = []

    def cannot(error: OSError) -> None:
        raise OperationError(f"FOLDER: {error.filename} cannot be read: {error.strerror}")

    for folder, folders, files in os.walk(root, onerror=cannot):
        folders[:] = sorted(each for each in folders if not _is_left_out(each))
        here = Path(folder)
        for name in sorted([*files, *folders]):
            path = here / name
            if _is_left_out(name):
                continue
            below = path.relative_to(root).as_posix()
            if path.is_symlink():
                target = path.resolve()
                if not target.is_relative_to(real):
                    bad.append(f"{below} leads to {path.readlink()}")
                elif name in folders or path.suffix != ".py":
                    links.append((below, os.path.relpath(target, here.resolve())))
                else:
                    python.append(below)
            elif name in folders or not path.is_file():
                continue
            elif path.suffix == ".py":
                python.append(below)
            else:
                others.append(below)
    if bad:
        raise UserError(
            "FOLDER: links lead out of the folder, and what is there would be left out: "
            f"{'; '.join(bad)}. Put copies in their places, or name a folder that holds both"
        )
    return Tree(tuple(sorted(python)), tuple(sorted(others)), tuple(sorted(links)))


def _is_left_out(name: str) -> bool:
    return (name.startswith(".") and name != AIRFLOW_IGNORE) or name == "__pycache__"


def glance(root: Path, file: str) -> Glance:
    """Look at a file's bytes: does it name Docker, and what does it import?"""
    raw = (root / file).read_bytes()
    return Glance(file, bool(_DOCKER.search(raw)), tuple(_imports(raw, file)))


def _imports(raw: bytes, file: str) -> Iterator[str]:
    package = file.split("/")[:-1]
    found: set[str] = set()
    for match in _IMPORT.finditer(raw):
        source, names, plain = match.groups()
        if source is None:
            for each in _COMMENT.sub(b"", plain).split(b","):
                if name := _NAME.match(each.strip()):
                    found.add(name[1].decode(errors="replace"))
            continue
        module = source.decode(errors="replace")
        stripped = module.lstrip(".")
        if level := len(module) - len(stripped):
            up = package[: len(package) - level + 1]
            module = "." + ".".join([*up, *([stripped] if stripped else [])])
        found.add(module)
        for each in _COMMENT.sub(b"", names).strip(b"() \t\\").split(b","):
            if name := _NAME.match(each.strip(b" \t\r\n\\")):
                found.add(f"{module}.{name[1].decode(errors='replace')}".replace("..", "."))
    yield from sorted(found)


def importers_of(
    files: Sequence[str], glances: Iterable[Glance]
) -> tuple[dict[str, tuple[str, ...]], set[str]]:
    """Return which files import each file, and which files name Docker.

    A file that imports a package's `__init__.py` counts as importing what that imports.
    """
    # A glance comes from another process with names of its own: one text a name is kept.
    own = {file: file for file in files}
    every = frozenset(own)
    roots = {part for file in files for part in file.removesuffix(".py").split("/")}
    importers: dict[str, set[str]] = {}
    docker = set()
    for each in glances:
        if each.is_docker:
            docker.add(own[each.file])
        for module in each.imports:
            if not module.startswith(".") and roots.isdisjoint(module.split(".")):
                continue
            target = find_module(every, module, each.file)
            if target is not None and target != each.file:
                importers.setdefault(own[target], set()).add(own[each.file])
    for _ in range(3):
        for those in importers.values():
            packages = [file for file in those if file.endswith("__init__.py")]
            for package in packages:
                those |= importers.get(package, set())
    return {file: tuple(sorted(those)) for file, those in importers.items()}, docker


def relevant(docker: set[str], importers: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the files that name Docker, and those that import one, near or far."""
    found = set(docker)
    waiting = deque(docker)
    while waiting:
        for file in importers.get(waiting.popleft(), ()):
            if file not in found:
                found.add(file)
                waiting.append(file)
    return sorted(found)
