"""Folds attributes of modules, classes and instances."""

from __future__ import annotations

import ast
from typing import Any

from mwaa_ecs.migrate import docker_names
from mwaa_ecs.migrate.folding import builtin_calls
from mwaa_ecs.migrate.folding.dispatch import NO_FRAME, Frame
from mwaa_ecs.migrate.folding.function_syntax import is_classmethod, is_property, own_nodes
from mwaa_ecs.migrate.folding.names import NameFolder
from mwaa_ecs.migrate.folding.values import (
    Arguments,
    ClassRef,
    External,
    FunctionRef,
    Instance,
    ModuleRef,
    Partial,
    Unknown,
    Worlds,
    computed,
    is_constant,
    joined,
    one,
)
from mwaa_ecs.migrate.reading.project import Module

_OPERATORS = docker_names.OPERATOR | docker_names.SWARM


class AttributeFolder(NameFolder):
    """Folds attributes, and finds the classes above a class."""

    def _Attribute(self, module: Module, node: ast.Attribute, frame: Frame) -> Worlds:
        found: Worlds = []
        for guards, value in self.fold(module, node.value, frame):
            for more, each in self._attribute(value, node.attr):
                both = joined(guards, more)
                if both is not None:
                    found.append((both, each))
        return found

    def _attribute(self, value: Any, name: str) -> Worlds:
        if name == "partial" and self.is_operator(value):
            return one(Partial(value, Arguments(), None))
        if (
            name in ("expand", "expand_kwargs")
            and isinstance(value, Instance)
            and self.is_operator(value.of)
        ):
            return one(Partial(value.of, value.arguments or Arguments(), None))
        if isinstance(value, External):
            return one(External(f"{value.name}.{name}"))
        if isinstance(value, ModuleRef):
            module = self.project.load(value.file)
            if name in module.scopes.module.names:
                return self.look_up(module, name, module.scopes.module)
            folder = value.file.removesuffix("/__init__.py").removesuffix(".py")
            inner = self.project.find("." + f"{folder}/{name}".replace("/", "."), value.file)
            return one(ModuleRef(inner)) if inner else self._starred(module, name)
        if isinstance(value, ClassRef):
            return self._of_class(value, name, None)
        if isinstance(value, Instance) and isinstance(value.of, ClassRef):
            return self._of_instance(value, name)
        if isinstance(value, Instance) and name == "output":
            return one(Unknown("xcom", "output"))
        if isinstance(value, Unknown):
            return one(Unknown(value.kind, f"{value.name}.{name}"))
        if is_constant(value) and name in ("value", "name"):
            return one(value)  # of an Enum's member
        return computed(name)

    def _of_class(self, owner: ClassRef, name: str, bound: Any) -> Worlds:
        for each in self.lineage(owner):
            if not isinstance(each, ClassRef):
                continue
            scope = each.module.scopes.of_node[id(each.node)]
            if name in scope.names:
                found: Worlds = []
                for guards, value in self.look_up(each.module, name, scope):
                    for more, one_value in self._bound_to(value, owner, bound):
                        both = joined(guards, more)
                        if both is not None:
                            found.append((both, one_value))
                return found
        return computed(name)

    def _bound_to(self, value: Any, owner: ClassRef, bound: Any) -> Worlds:
        """Return a method with its `self` or `cls`, and of a property what it gives."""
        if not isinstance(value, FunctionRef):
            return one(value)
        me = owner if is_classmethod(value.node) else bound
        function = FunctionRef(value.module, value.node, me)
        if bound is not None and is_property(value.node):
            return self.call_function(function, Arguments())
        return one(function)

    def _of_instance(self, value: Instance, name: str) -> Worlds:
        for each in self.lineage(value.of):
            if not isinstance(each, ClassRef):
                continue
            for method in each.node.body:
                if not isinstance(method, ast.FunctionDef) or not method.args.args:
                    continue
                me = method.args.args[0].arg
                for inner in own_nodes(method):
                    if isinstance(inner, ast.Assign | ast.AnnAssign) and inner.value:
                        targets = (
                            inner.targets if isinstance(inner, ast.Assign) else [inner.target]
                        )
                        if any(_is_field(target, me, name) for target in targets):
                            frame: Frame = NO_FRAME
                            if value.arguments is not None and method.name == "__init__":
                                frame = self.frame_of(
                                    each.module, method, value.arguments, bound=True
                                )
                            return self.fold(each.module, inner.value, frame)
        found = self._of_class(value.of, name, value)
        if value.arguments is not None and name in value.arguments.named:
            return value.arguments.named[name]  # of a dataclass
        return found

    def is_operator(self, value: Any) -> bool:
        """Tell whether a value is DockerOperator, Swarm's, or a subclass of one."""
        if isinstance(value, ClassRef):
            return any(
                builtin_calls.is_external(each, _OPERATORS) for each in self.lineage(value)
            )
        return builtin_calls.is_external(value, _OPERATORS)


def _is_field(target: ast.expr, me: str, name: str) -> bool:
    return (
        isinstance(target, ast.Attribute)
        and target.attr == name
        and isinstance(target.value, ast.Name)
        and target.value.id == me
    )
