"""The Terraform folder that environments are rendered for, and its variables.

A team's root configuration often passes a variable on to a module unchanged:
`tasks = var.tasks`. Where the root's variable has no type, or `type = any`, it gets the type of
the module's variable, so that the type is written once.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from mwaa_ecs.environments.fetched_types import FetchedTypes
from mwaa_ecs.errors import UserError
from mwaa_ecs.files import shown_name
from mwaa_ecs.hcl import Variable
from mwaa_ecs.hcl.files import bodies, terraform_files
from mwaa_ecs.hcl.references import places_of
from mwaa_ecs.terraform.modules import Find, typed_variables


@dataclass(frozen=True)
class Module:
    """A folder of Terraform.

    Attributes:
        folder: the folder.
        variables: the variables by name, with the types of the modules that they are passed to.
        backend: the type of the `backend` block, `cloud` for a `cloud` block; empty where there
            is neither.
        is_open: whether a variable has the type of a module that must be fetched.
    """

    folder: Path
    variables: dict[str, Variable]
    backend: str
    is_open: bool = False

    def typed(self, environment: str | None = None, *, for_run: bool = False) -> Module:
        """Return the module with the types that a run of an environment uses.

        An environment that was rolled out has its own copies of the fetched modules. Before
        that, and for None, the types come from `.terraform` where it has modules, else from the
        newest versions that the configuration accepts.

        Args:
            environment: the environment's name.
            for_run: whether the environment is rolled out now.

        Raises:
            OperationError: a module cannot be fetched.
        """
        return self._types.typed(environment, for_run=for_run) if self.is_open else self

    @property
    def workspaces(self) -> list[str]:
        """The places, `file:line`, where it refers to `terraform.workspace`."""
        found = places_of(self.folder, "terraform.workspace")
        return [f"{shown_name(path)}:{line}" for path, line in found]

    @cached_property
    def _types(self) -> FetchedTypes[Module]:
        return FetchedTypes(self.folder, lambda find: _load(self.folder, find))


def check_folder(folder: Path) -> None:
    """Refuse a folder of environments that does not exist, or is not a folder.

    Raises:
        UserError: it is so.
    """
    if not folder.exists():
        raise UserError(
            f"there is no folder {str(folder)!r}; name the folder of the environments"
        )
    if not folder.is_dir():
        raise UserError(f"{str(folder)!r} is a file; name the folder that contains it")


def find_module(given: Path | None, start: Path) -> Module:
    """Return the module in `given`, else in the nearest folder from `start` upwards.

    Raises:
        UserError: no folder has a module, `start` is not a folder, or its files cannot be read.
    """
    if given is not None:
        if not given.is_dir():
            raise UserError(
                f"--module: there is no folder {str(given)!r}; "
                "name the folder with your main.tf"
            )
        module = load_module(given)
        if not module.variables:
            raise UserError(
                f"--module: {str(given)!r} has no *.tf file that declares a variable; name the "
                "folder with your main.tf and variables.tf"
            )
        return module
    # A missing folder has a message of its own; otherwise *.tf files would be reported.
    check_folder(start)
    # Path.resolve raises an error for links that lead in a circle; realpath does not.
    start = Path(os.path.realpath(start))
    for folder in (start, *start.parents):
        if not terraform_files(folder):
            continue
        module = load_module(folder)
        if not module.variables:
            # A folder further up is another module, and not the one that is rolled out.
            raise UserError(
                f"{str(folder)!r} is the nearest folder with *.tf files, but declares no "
                "variable; declare the variables that your YAML sets, or pass --module FOLDER"
            )
        return module
    raise UserError(
        f"there is no *.tf file in {str(start)!r} or above it; pass --module FOLDER, the "
        "folder with your main.tf and variables.tf"
    )


def load_module(folder: Path) -> Module:
    """Read a module's variables, without fetching the modules that it calls.

    Raises:
        UserError: its files cannot be read.
    """
    asked: list[str] = []

    def find(key: str) -> None:
        asked.append(key)

    module = _load(Path(os.path.realpath(folder)), find)
    return Module(module.folder, module.variables, module.backend, is_open=bool(asked))


def _load(folder: Path, find: Find) -> Module:
    backend = ""
    for body in bodies(folder, "backend"):
        for terraform in body.named("terraform"):
            for block in terraform.named("backend"):
                backend = block.labels[0] if block.labels else ""
    for body in bodies(folder, "cloud"):
        if any(terraform.named("cloud") for terraform in body.named("terraform")):
            backend = "cloud"
    return Module(folder, typed_variables(folder, find), backend)
