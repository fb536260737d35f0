"""The types of variables that a module from a registry or a repository declares.

Environments may be at different versions of it: each has a data folder of its own.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Generic, TypeVar

from mwaa_ecs.files import make_folder, write_whole
from mwaa_ecs.hcl.files import terraform_files
from mwaa_ecs.terraform.modules import FetchedModules

WORK = ".mwaa-ecs"
"""The folder beside the configuration in which environments are rolled out."""

# No environment can be called so.
_SHARED = ".modules"

T = TypeVar("T")


def data_folder(folder: Path, environment: str) -> Path:
    """Return the data folder that Terraform has for an environment."""
    return folder / WORK / environment / "terraform"


def work_folder(folder: Path) -> Path:
    """Return the folder of rollouts, made where it is not there; it ignores itself in git."""
    work = folder / WORK
    # Plans hold secrets, and nothing in here is worth keeping.
    make_folder(work, private=True)
    if not (work / ".gitignore").exists():
        write_whole(work / ".gitignore", "*\n")
    return work


class FetchedTypes(Generic[T]):
    """Reads a configuration with the modules that an environment has.

    Where two environments have the same modules, they get the same object: what was checked
    against its types need not be checked again.

    Args:
        folder: the configuration.
        load: reads it, given what returns the folder of a fetched module by its key.
    """

    def __init__(self, folder: Path, load: Callable[[Callable[[str], Path | None]], T]) -> None:
        self._folder = folder
        self._load = load
        self._by_data: dict[Path, T] = {}
        self._by_content: dict[str, T] = {}

    def typed(self, environment: str | None, *, for_run: bool) -> T:
        """Return the configuration as an environment has it; see `Module.typed`."""
        data = _data(self._folder, environment, for_run=for_run)
        if data not in self._by_data:
            folders = _folders(self._folder, data)
            content = _content(folders)
            if content not in self._by_content:
                self._by_content[content] = self._load(folders.get)
            self._by_data[data] = self._by_content[content]
        return self._by_data[data]


def fetched_modules(
    folder: Path, environment: str | None = None, *, for_run: bool = False
) -> Callable[[], Mapping[str, Path]]:
    """Return what fetches the modules of a configuration once they are asked for.

    The arguments and errors are those of `Module.typed`.
    """
    folder = Path(os.path.realpath(folder))
    return cache(lambda: _folders(folder, _data(folder, environment, for_run=for_run)))


def _folders(folder: Path, data: Path) -> Mapping[str, Path]:
    if data.is_relative_to(folder / WORK):
        work_folder(folder)
    return FetchedModules(folder, data).folders()


def _data(folder: Path, environment: str | None, *, for_run: bool) -> Path:
    plain = folder / ".terraform"
    own = data_folder(folder, environment) if environment else plain
    for data in (own, plain):
        if (for_run and data == own) or (data / "modules/modules.json").is_file():
            return data
    return folder / WORK / _SHARED


def _content(folders: Mapping[str, Path]) -> str:
    """Return what is the same where the modules are."""
    digest = hashlib.sha256()
    for key, folder in sorted(folders.items()):
        digest.update(f"{key}\0".encode())
        for path in terraform_files(folder) if key else ():
            digest.update(f"{path.name}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()
