"""Finds the calls of DockerOperator, in every shape, with the arguments that arrive there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from mwaa_ecs.migrate import docker_names
from mwaa_ecs.migrate.finding.calls import Call, Variant
from mwaa_ecs.migrate.finding.changes import Change, changed_calls, with_changes
from mwaa_ecs.migrate.finding.dynamic_mapping import mapped_arguments
from mwaa_ecs.migrate.finding.subclasses import is_swarm, variant_of
from mwaa_ecs.migrate.folding.builtin_calls import is_external
from mwaa_ecs.migrate.folding.fold import Folder
from mwaa_ecs.migrate.folding.values import (
    ALWAYS,
    Arguments,
    ClassRef,
    External,
    FunctionRef,
    Partial,
    over,
)
from mwaa_ecs.migrate.reading.project import Module

_ASKS_ABOUT_CLASSES = frozenset(
    "builtins." + name
    for name in [
        "isinstance",
        "issubclass",
        "super",
        "type",
        "getattr",
        "setattr",
        "hasattr",
        "id",
        "print",
        "str",
        "repr",
        "vars",
        "dir",
        "len",
        "list",
        "tuple",
        "set",
        "dict",
    ]
) | {"typing.cast", "typing.TypeVar"}


class Finder:
    """Finds the calls of a file."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder

    def calls(self, module: Module) -> list[Call]:
        """Return a file's calls, in order of line."""
        found: list[Call] = []
        mapped = mapped_arguments(self.folder, module)
        changed = changed_calls(self.folder, module)
        for node in module.scopes.calls:
            call = self._call(module, node, mapped)
            if call is not None:
                found.append(self._changed(call, changed.get(id(node), ())))
            found += self._passed_on(module, node)
        found += self._bare_decorators(module)
        return sorted(found, key=lambda call: (call.line, call.node.col_offset))

    def _call(
        self, module: Module, node: ast.Call, mapped: Mapping[int, list[Arguments]]
    ) -> Call | None:
        if isinstance(node.func, ast.Attribute) and not _may_be_class(node.func.attr):
            return None
        worlds = self.folder.fold(module, node.func)
        if any(is_external(value, docker_names.DECORATOR) for _, value in worlds):
            return self._decorator(module, node, self.folder.arguments(module, node))
        if any(is_external(value, frozenset({"functools.partial"})) for _, value in worlds):
            return self._functools_partial(module, node)
        targets: list[tuple[Any, Any, bool, Arguments]] = []
        given: Arguments | None = None
        for guards, value in worlds:
            target = value.target if isinstance(value, Partial) else value
            if not self.folder.is_operator(target):
                continue
            if given is None:
                given = self.folder.arguments(module, node)
            arguments = given
            if isinstance(value, Partial):
                arguments = over(value.arguments, given)
                for more in mapped.get(id(node), ()):
                    arguments = over(arguments, more)
            targets.append((guards, target, isinstance(value, Partial), arguments))
        if not targets:
            return None
        variants = [
            variant_of(self.folder, [(guards, target)], target, arguments)
            for guards, target, _, arguments in targets
        ]
        kind = "partial" if any(each[2] for each in targets) else ""
        return self._made(module, node, kind, variants)

    def _changed(self, call: Call, changes: Sequence[Change]) -> Call:
        """Return a call with what the file changes of its operator afterwards."""
        if not changes:
            return call
        variants = []
        for variant in call.variants:
            arguments = variant.arguments
            named = with_changes(self.folder, call.module, arguments.named, changes)
            variants.append(replace(variant, arguments=replace(arguments, named=named)))
        return replace(call, variants=tuple(variants))

    def _functools_partial(self, module: Module, node: ast.Call) -> Call | None:
        if not node.args:
            return None
        targets = [
            (guards, value)
            for guards, value in self.folder.fold(module, node.args[0])
            if self.folder.is_operator(value)
        ]
        if not targets:
            return None
        arguments = self.folder.arguments(module, node, skip=1)
        variants = [variant_of(self.folder, [each], each[1], arguments) for each in targets]
        return replace(self._made(module, node, "partial", variants), is_whole=False)

    def _made(self, module: Module, node: ast.Call, kind: str, variants: list[Variant]) -> Call:
        if all(is_swarm(self.folder, value) for v in variants for _, value in v.targets):
            kind = "swarm"
        elif not kind:
            owned = any(variant.owner for variant in variants)
            kind = "subclass" if owned else "DockerOperator"
        dag = variants[0].arguments.named.get("dag")
        defaults = self.folder.defaults_at(module, node, dag)
        return Call(module, node, kind, tuple(_merged(variants)), defaults)

    def _decorator(self, module: Module, node: ast.expr, arguments: Arguments) -> Call:
        variant = Variant([(ALWAYS, None)], arguments, None)
        defaults = self.folder.defaults_at(module, node)
        return Call(module, node, "decorator", (variant,), defaults)

    def _bare_decorators(self, module: Module) -> Iterator[Call]:
        for function in module.scopes.functions:
            for node in function.decorator_list:
                if isinstance(node, ast.Call):
                    continue
                for _, value in self.folder.fold(module, node):
                    if is_external(value, docker_names.DECORATOR):
                        yield self._decorator(module, node, Arguments())
                        break

    def _passed_on(self, module: Module, node: ast.Call) -> Iterator[Call]:
        """Yield a call that hands the class to a function, which may make the operator."""
        values = [*node.args, *(keyword.value for keyword in node.keywords)]
        named = [
            each
            for each in values
            if (isinstance(each, ast.Name) and _may_be_class(each.id))
            or (isinstance(each, ast.Attribute) and _may_be_class(each.attr))
        ]
        if not named:
            return
        handed = [
            (guards, value)
            for each in named
            for guards, value in self.folder.fold(module, each)
            if isinstance(value, External | ClassRef) and self.folder.is_operator(value)
        ]
        if not handed:
            return
        functions = [value for _, value in self.folder.fold(module, node.func)]
        if any(
            self.folder.is_operator(value)
            or is_external(value, _ASKS_ABOUT_CLASSES | {"functools.partial"})
            for value in functions
        ):
            return
        variants = [
            variant
            for function in functions
            if isinstance(function, FunctionRef)
            for variant in self._inside(function, self.folder.arguments(module, node))
        ]
        if not variants:
            target = handed[0][1]
            unknown = Arguments((), {}, True, "the function's own arguments")
            variants = [variant_of(self.folder, [handed[0]], target, unknown)]
        yield self._made(module, node, "", variants)

    def _inside(self, function: FunctionRef, arguments: Arguments) -> Iterator[Variant]:
        """Yield what a function's own calls of a class that it is given make."""
        module, body = function.module, function.node
        if not isinstance(body, ast.FunctionDef):
            return
        bound = self.folder.class_of(module, body) is not None
        frame = self.folder.frame_of(module, body, arguments, bound=bound)
        for inner in ast.walk(body):
            if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name):
                for guards, value in self.folder.fold(module, inner.func, frame):
                    if self.folder.is_operator(value):
                        passed = self.folder.arguments(module, inner, frame)
                        yield variant_of(self.folder, [(guards, value)], value, passed)


# Names of variables that probably hold an operator's class or create one. Folding every name of
# a large folder takes minutes.
_CLASS_NAME = re.compile(
    r".*(operator|docker|class|cls|partial|factory).*|(.*_)?op", re.IGNORECASE
)


def _may_be_class(name: str) -> bool:
    return (name[0].isupper() and (len(name) == 1 or not name.isupper())) or bool(
        _CLASS_NAME.fullmatch(name)
    )


def _merged(variants: list[Variant]) -> list[Variant]:
    """Return variants of one class and the same arguments as one."""
    found: list[Variant] = []
    for each in variants:
        for number, other in enumerate(found):
            if other.owner == each.owner and other.arguments is each.arguments:
                found[number] = replace(other, targets=[*other.targets, *each.targets])
                break
        else:
            found.append(each)
    return found
