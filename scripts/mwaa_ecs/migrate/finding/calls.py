"""A call of DockerOperator, with what each class gets of it."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

from mwaa_ecs.migrate.folding.values import (
    ABSENT,
    ALWAYS,
    Arguments,
    ClassRef,
    Map,
    Worlds,
    joined,
)
from mwaa_ecs.migrate.reading.project import Module


@dataclass(frozen=True)
class Variant:
    """The arguments of a call as one class receives them.

    Attributes:
        targets: the class, in the worlds in which it is this one.
        arguments: what arrives at DockerOperator's constructor.
        owner: the class of the folder; None for DockerOperator itself.
    """

    targets: Worlds
    arguments: Arguments
    owner: ClassRef | None


@dataclass(frozen=True)
class Call:
    """A call that makes a task of Docker.

    Attributes:
        module: the file.
        node: the call, or the decorator.
        kind: DockerOperator, subclass, swarm, decorator or partial.
        variants: one for each class that it may be a call of.
        defaults: the default_args that hold there.
        is_whole: false where a later call completes it, so that it need not have an image.
    """

    module: Module
    node: ast.expr
    kind: str
    variants: tuple[Variant, ...]
    defaults: Worlds
    is_whole: bool = True

    @property
    def line(self) -> int:
        """The first line of the call."""
        return self.node.lineno

    def argument(self, variant: Variant, name: str) -> Worlds:
        """Return what an argument may be, from the call or from default_args."""
        found: Worlds = []
        for guards, value in variant.arguments.named.get(name, [(ALWAYS, ABSENT)]):
            if value is not ABSENT:
                found.append((guards, value))
                continue
            defaults = self.defaults or [(ALWAYS, Map({}))]
            for more, layer in defaults:
                both = joined(guards, more)
                if both is not None:
                    found.append((both, layer.items.get(name, ABSENT)))
        return found

    def given(self, variant: Variant, name: str) -> list[Any]:
        """Return what an argument may be, without nothing at all."""
        return [
            value for _, value in self.argument(variant, name) if value not in (ABSENT, None)
        ]
