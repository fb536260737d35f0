"""The Terraform folder that environments are rendered for, and its variables.

A team's own root configuration often hands a variable on to a module as it is:
`tasks = var.tasks`. If the root says `type = any` there (or nothing), the type is
taken from the module's variable, so that it is written down once.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mwaa_ecs.errors import UserError
from mwaa_ecs.hcl import AnyType, Block, HclError, Variable, read_variables
from mwaa_ecs.hcl.files import bodies, declared, terraform_files
from mwaa_ecs.hcl.literals import read_literal


@dataclass(frozen=True)
class Module:
    """A folder of Terraform.

    Attributes:
        variables: by name, with the types of the modules that they are handed on to.
        backend: the kind of the `backend` block it declares; empty where there is none.
    """

    folder: Path
    variables: dict[str, Variable]
    backend: str


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
    """Read a module's variables.

    Raises:
        UserError: its files cannot be read.
    """
    return _load(folder, ())


def _load(folder: Path, callers: tuple[Path, ...]) -> Module:
    folder = Path(os.path.realpath(folder))
    variables = read_variables(folder)
    calls = (
        [
            (call, target)
            for call, target in _module_calls(folder)
            # Modules that call each other: Terraform says so, and no type comes of it.
            if Path(os.path.realpath(target)) not in (*callers, folder)
        ]
        if any(isinstance(variable.type, AnyType) for variable in variables.values())
        else []
    )
    backend = ""
    for body in bodies(folder, "backend"):
        for terraform in body.named("terraform"):
            for block in terraform.named("backend"):
                backend = block.labels[0] if block.labels else ""
    return Module(
        folder,
        {
            name: _handed_on(variable, calls, (*callers, folder))
            for name, variable in variables.items()
        },
        backend,
    )


def _handed_on(
    variable: Variable, calls: list[tuple[Block, Path]], callers: tuple[Path, ...]
) -> Variable:
    """Return the variable with the type of the module's variable it is handed on to."""
    if not isinstance(variable.type, AnyType):
        return variable
    for call, folder in calls:
        for name, value in call.attributes.items():
            if value.text != f"var.{variable.name}":
                continue
            target = _load(folder, callers).variables.get(name)
            if target is not None and not isinstance(target.type, AnyType):
                block = target.typed_by or target.block
                return Variable(variable.name, variable.block, typed_by=block)
    return variable


def _module_calls(folder: Path) -> Iterator[tuple[Block, Path]]:
    """Yield each module call with the folder of its module, where that is on disk."""
    downloaded = _downloaded(folder)
    for name, call in declared(folder, "module").items():
        source = call.attributes.get("source")
        if source is None:
            continue
        try:
            text = read_literal(source)
        except HclError:
            # An expression: where it leads is known once `terraform init` has been there.
            text = None
        target = downloaded.get(name)
        if isinstance(text, str) and text.startswith(("./", "../")):
            target = folder / text
        if target is not None and target.is_dir():
            yield call, target


def _downloaded(folder: Path) -> dict[str, Path]:
    """Return where `terraform init` has put the modules that come from elsewhere."""
    for manifest in (
        *sorted(folder.glob(".mwaa-ecs/*/terraform/modules/modules.json")),
        folder / ".terraform/modules/modules.json",
    ):
        try:
            entries = json.loads(manifest.read_text(encoding="utf-8"))["Modules"]
            return {entry["Key"]: folder / entry["Dir"] for entry in entries if entry["Key"]}
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return {}
