"""The Terraform folder that environments are rendered for, and its variables.

A team's own root configuration often hands a variable on to a module as it is:
`tasks = var.tasks`. If the root says `type = any` there (or nothing), the type is
taken from the module's variable, so that it is written down once.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from mwaa_ecs.environments.fetched_types import FetchedTypes
from mwaa_ecs.errors import UserError
from mwaa_ecs.hcl import Variable
from mwaa_ecs.hcl.files import bodies, terraform_files
from mwaa_ecs.terraform.modules import Find, typed_variables


@dataclass(frozen=True)
class Module:
    """A folder of Terraform.

    Attributes:
        variables: by name, with the types of the modules that they are handed on to.
        backend: the kind of the `backend` block it declares; empty where there is none.
        is_open: a variable's type is that of a module which must be fetched.
    """

    folder: Path
    variables: dict[str, Variable]
    backend: str
    is_open: bool = False

    def typed(self, environment: str | None = None, *, for_run: bool = False) -> Module:
        """Return the module with the types that an environment's run has.

        Each environment has modules of its own, once it was rolled out. Before that, and for
        None, they are those of `.terraform` where it has any, else the newest that the
        configuration accepts.

        Args:
            for_run: the environment is rolled out now.

        Raises:
            OperationError: a module cannot be fetched.
        """
        return self._types.typed(environment, for_run=for_run) if self.is_open else self

    @cached_property
    def _types(self) -> FetchedTypes[Module]:
        return FetchedTypes(self.folder, lambda find: _load(self.folder, find))


def find_module(given: Path | None, start: Path) -> Module:
    """Return the module in `given`, else in the nearest folder from `start` upwards.

    Raises:
        UserError: there is none, or its files cannot be read.
    """
    if given is not None:
        if not given.is_dir():
            raise UserError(f"--module: there is no folder {str(given)!r}")
        module = load_module(given)
        if not module.variables:
            raise UserError(
                f"--module: {str(given)!r} has no *.tf file that declares a variable; name the "
                "folder with your main.tf and variables.tf"
            )
        return module
    # Unlike Path.resolve, it can take links that lead in a circle.
    start = Path(os.path.realpath(start))
    for folder in (start, *start.parents):
        if not terraform_files(folder):
            continue
        module = load_module(folder)
        if not module.variables:
            # The next one above is another module, and not the one that is rolled out.
            raise UserError(
                f"{str(folder)!r} is the nearest folder with *.tf files, and declares no "
                "variable; declare what your YAML sets there, or give --module FOLDER"
            )
        return module
    raise UserError(
        f"there is no *.tf file in {str(start)!r} or above it; give --module FOLDER, the "
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
    return Module(folder, typed_variables(folder, find), backend)
