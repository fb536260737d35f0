"""The variables and outputs that the Terraform files of a folder declare."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from mwaa_ecs.hcl.blocks import Block
from mwaa_ecs.hcl.files import declared
from mwaa_ecs.hcl.literals import read_literal
from mwaa_ecs.hcl.types import AnyType, Type, read_type


@dataclass(frozen=True)
class Variable:
    """A variable as its block declares it.

    Attributes:
        name: its name.
        block: its block.
        typed_by: the block of the module's variable to which this one's value is passed on
            unchanged. Its type and description replace missing ones.
    """

    name: str
    block: Block
    typed_by: Block | None = None

    @cached_property
    def type(self) -> Type:
        """Its type constraint; `any` where it has none."""
        given = (self.typed_by or self.block).attributes.get("type")
        return AnyType() if given is None else read_type(given)

    @property
    def type_source(self) -> str:
        """The text of its type; empty where it has none."""
        given = self.block.attributes.get("type")
        return "" if given is None else given.text

    @cached_property
    def description(self) -> str:
        """Its description; empty where it has none."""
        return _description(self.block) or (
            _description(self.typed_by) if self.typed_by is not None else ""
        )

    @property
    def required(self) -> bool:
        """Whether it has no default."""
        return "default" not in self.block.attributes

    @cached_property
    def default(self) -> Any:
        """Its default; None where it has none."""
        given = self.block.attributes.get("default")
        return None if given is None else read_literal(given)

    @property
    def nullable(self) -> bool:
        """Whether it can be null."""
        return self._switch("nullable", unset=True)

    @property
    def sensitive(self) -> bool:
        """Whether its value must not be shown."""
        return self._switch("sensitive", unset=False)

    def _switch(self, name: str, *, unset: bool) -> bool:
        given = self.block.attributes.get(name)
        return unset if given is None else bool(read_literal(given))


@dataclass(frozen=True)
class Output:
    """An output: its name and description."""

    name: str
    description: str


def read_variables(folder: Path) -> dict[str, Variable]:
    """Return the variables of a module by name, in the order of its files and lines.

    Raises:
        HclError: a file cannot be read, or declares a variable again.
    """
    found = declared(folder, "variable")
    return {name: Variable(name, block) for name, block in found.items()}


def read_outputs(folder: Path) -> list[Output]:
    """Return the outputs of a module, in the order of its files and lines.

    Raises:
        HclError: a file cannot be read.
    """
    found = declared(folder, "output")
    return [Output(name, _description(block)) for name, block in found.items()]


def _description(block: Block) -> str:
    given = block.attributes.get("description")
    return "" if given is None else str(read_literal(given)).strip()
