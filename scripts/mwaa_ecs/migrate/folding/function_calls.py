"""Folds calls of functions, classes, partials, builtins and methods."""

from __future__ import annotations

import ast
from typing import Any

from mwaa_ecs.migrate.folding import builtin_calls
from mwaa_ecs.migrate.folding.dispatch import Frame
from mwaa_ecs.migrate.folding.functions import FunctionFolder
from mwaa_ecs.migrate.folding.values import (
    ABSENT,
    Arguments,
    ClassRef,
    External,
    FunctionRef,
    Instance,
    Items,
    Map,
    Partial,
    Text,
    Unknown,
    Worlds,
    computed,
    joined,
    one,
    over,
    product,
)
from mwaa_ecs.migrate.reading.project import Module


class CallFolder(FunctionFolder):
    """Folds what a call gives."""

    def _Call(self, module: Module, node: ast.Call, frame: Frame) -> Worlds:
        if isinstance(node.func, ast.Attribute):
            found = self._method(module, node, node.func, frame)
            if found is not None:
                return found
        worlds: Worlds = []
        for guards, target in self.fold(module, node.func, frame):
            for more, value in self.called(module, node, target, frame):
                both = joined(guards, more)
                if both is not None:
                    worlds.append((both, value))
        return worlds

    def called(self, module: Module, node: ast.Call, target: Any, frame: Frame) -> Worlds:
        """Return what calling something gives."""
        if isinstance(target, FunctionRef):
            return self.call_function(target, self.arguments(module, node, frame))
        if isinstance(target, ClassRef):
            return one(Instance(target, node, self.arguments(module, node, frame)))
        if isinstance(target, Partial):
            arguments = over(target.arguments, self.arguments(module, node, frame))
            if isinstance(target.target, FunctionRef):
                return self.call_function(target.target, arguments)
            return one(Instance(target.target, node, arguments))
        if isinstance(target, External):
            if target.name == "functools.partial" and node.args:
                return [
                    (g, Partial(v, self.arguments(module, node, frame, skip=1), node))
                    for g, v in self.fold(module, node.args[0], frame)
                ]
            return self._external(module, node, target.name, frame)
        if isinstance(target, Unknown):
            return one(target)
        return computed("a call")

    def _external(self, module: Module, node: ast.Call, name: str, frame: Frame) -> Worlds:
        arguments = self.arguments(module, node, frame)
        found: Worlds = []
        names = list(arguments.named)
        combined = product([*arguments.positional, *arguments.named.values()])
        count = len(arguments.positional)
        for guards, values in combined:
            named = {
                k: v for k, v in zip(names, values[count:], strict=True) if v is not ABSENT
            }
            value = builtin_calls.call(
                name, values[:count], named, is_open=arguments.is_open, origin=arguments.origin
            )
            if value is builtin_calls.AN_OBJECT:
                value = Instance(External(name), node, arguments)
            found.append((guards, value))
        return found

    def _mapped(self, module: Module, node: ast.Call, frame: Frame) -> Worlds:
        """Return what `.map()` of an XCom gives: any number of items like the one here."""
        found: Worlds = []
        element = Arguments([one(Unknown("xcom", "map"))])
        for guards, function in self.fold(module, node.args[0], frame) if node.args else ():
            if isinstance(function, FunctionRef):
                for more, value in self.call_function(function, element):
                    both = joined(guards, more)
                    if both is not None:
                        found.append((both, Items((value,))))
        return found or one(Unknown("xcom", "map"))

    def _method(
        self, module: Module, node: ast.Call, func: ast.Attribute, frame: Frame
    ) -> Worlds | None:
        """Return what a method of a text, list or dict gives; None for others."""
        owners = self.fold(module, func.value, frame)
        if func.attr == "map" and all(_is_xcom(value) for _, value in owners):
            return self._mapped(module, node, frame)
        if not all(
            isinstance(v, str | Map | Items | Text) and not isinstance(v, bool)
            for _, v in owners
        ):
            return None
        arguments = self.arguments(module, node, frame)
        names = list(arguments.named)
        found: Worlds = []
        for guards, (owner, *values) in product(
            [owners, *arguments.positional, *arguments.named.values()]
        ):
            count = len(arguments.positional)
            named = dict(zip(names, values[count:], strict=True))
            found.append(
                (guards, builtin_calls.method(owner, func.attr, values[:count], named))
            )
        return found


def _is_xcom(value: object) -> bool:
    return isinstance(value, Unknown) and value.kind == "xcom"
