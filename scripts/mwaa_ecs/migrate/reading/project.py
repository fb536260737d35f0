"""The files of a folder, how they import each other, and their trees, a few at a time."""

from __future__ import annotations

import ast
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from mwaa_ecs.migrate.reading.scopes import Scopes
from mwaa_ecs.migrate.reading.text import Text

if TYPE_CHECKING:
    from mwaa_ecs.migrate.folding.values import Worlds

_KEPT = 24
"""Trees kept in memory; one of 300 lines takes about 3 MB with what is known of it."""


@dataclass(frozen=True, eq=False)
class Module:
    """A file of the folder, parsed.

    Attributes:
        file: below the folder, with `/`.
        text: its content.
        known: what expressions of the file may be, by their ids, with the expressions: an id
            is another's once its expression is gone.
    """

    file: str
    text: Text
    known: dict[int, tuple[ast.AST, Worlds]] = field(default_factory=dict, repr=False)

    @cached_property
    def scopes(self) -> Scopes:
        """The names of the file."""
        path = PurePosixPath(self.file)
        package = path.name == "__init__.py"
        parts = path.parent.parts if package else (*path.parent.parts, path.stem)
        return Scopes(self.text.tree(), package, parts)


class Project:
    """A folder of Python files.

    Args:
        root: the folder.
        files: its Python files, below the folder.
        importers: the files that import each file.
    """

    def __init__(
        self, root: Path, files: Sequence[str], importers: Mapping[str, Sequence[str]]
    ) -> None:
        self.root = root
        self.files = frozenset(files)
        self.importers = importers
        self._modules: OrderedDict[str, Module] = OrderedDict()

    def load(self, file: str) -> Module:
        """Return a file's module."""
        found = self._modules.pop(file, None)
        if found is None:
            found = Module(file, Text((self.root / file).read_bytes()))
        self._modules[file] = found
        while len(self._modules) > _KEPT:
            _, gone = self._modules.popitem(last=False)
            # The values refer to the file, and this cycle would keep it in memory.
            gone.known.clear()
        return found

    def find(self, module: str, importing: str) -> str | None:
        """Return the file of a module as a file of the folder would import it."""
        return find_module(self.files, module, importing)


def find_module(files: frozenset[str], module: str, importing: str) -> str | None:
    """Return the file of a module that a file imports; None where the folder has none.

    The DAGs' folder is on `sys.path`, and may be any folder above the importing file.

    Args:
        files: the folder's Python files.
        module: the module's name; a relative one begins with `.` and has the folder's path.
        importing: the file with the import.
    """
    if module.startswith("."):
        return _file_of(files, tuple(module[1:].split(".")) if module != "." else ())
    parts = tuple(module.split("."))
    above = PurePosixPath(importing).parent.parts
    for length in range(len(above), -1, -1):
        found = _file_of(files, (*above[:length], *parts))
        if found is not None and found != importing:
            return found
    # In `from dags.common import x` the first part can be this folder itself, or `plugins`.
    for skipped in range(1, len(parts)):
        found = _file_of(files, parts[skipped:])
        if found is not None and parts[0] not in ("airflow", "docker"):
            return found
    for folder in ("plugins", "dags", "include", "src"):
        found = _file_of(files, (folder, *parts))
        if found is not None:
            return found
    return None


def _file_of(files: frozenset[str], parts: tuple[str, ...]) -> str | None:
    path = "/".join(parts)
    for name in (f"{path}.py", f"{path}/__init__.py"):
        if name in files:
            return name
    return None
