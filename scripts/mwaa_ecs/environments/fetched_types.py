"""Types of variables from modules that Terraform fetches from a registry or a repository.

Environments may have different versions of a module, so each has its own data folder.
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
"""The folder beside the configuration that holds the data of rollouts."""

# An environment's name cannot begin with a dot.
_SHARED = ".modules"

T = TypeVar("T")


def data_folder(folder: Path, environment: str) -> Path:
    """Return Terraform's data folder (`TF_DATA_DIR`) of an environment."""
    return folder / WORK / environment / "terraform"


def work_folder(folder: Path) -> Path:
    """Return the folder of rollouts, created if needed, with a `.gitignore` for all of it."""
    work = folder / WORK
    # Plans contain secrets.
    make_folder(work, private=True)
    if not (work / ".gitignore").exists():
        write_whole(work / ".gitignore", "*\n")
    return work


class FetchedTypes(Generic[T]):
    """Reads a configuration with the modules that an environment has.

    Environments with the same modules get the same object, so that `Checker` checks a shared
    value against its types once.

    Args:
        folder: the configuration.
        load: reads the configuration; its argument returns a fetched module's folder by key.
    """

    def __init__(self, folder: Path, load: Callable[[Callable[[str], Path | None]], T]) -> None:
        self._folder = folder
        self._load = load
        self._by_data: dict[Path, T] = {}
        self._by_content: dict[str, T] = {}

    def typed(self, environment: str | None, *, for_run: bool) -> T:
        """Return the configuration with the modules of an environment; see `Module.typed`."""
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
    """Return a function that fetches a configuration's modules on its first call.

    `environment` and `for_run`, and the errors of the function, are those of `Module.typed`.
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
    """Return a hash of the modules' keys and Terraform files."""
    digest = hashlib.sha256()
    for key, folder in sorted(folders.items()):
        digest.update(f"{key}\0".encode())
        for path in terraform_files(folder) if key else ():
            digest.update(f"{path.name}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()
