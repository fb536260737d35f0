"""Folds functions: where they are called, with which default_args, and what they return."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mwaa_ecs.migrate import docker_names
from mwaa_ecs.migrate.folding import builtin_calls
from mwaa_ecs.migrate.folding.arguments import ArgumentFolder
from mwaa_ecs.migrate.folding.call_sites import Site, Sites
from mwaa_ecs.migrate.folding.conditions import ConditionFolder
from mwaa_ecs.migrate.folding.dispatch import Frame
from mwaa_ecs.migrate.folding.function_syntax import (
    first_parameter,
    is_static,
    may_change_result,
    own_nodes,
)
from mwaa_ecs.migrate.folding.operators import as_map, merged
from mwaa_ecs.migrate.folding.values import (
    ABSENT,
    Arguments,
    ClassRef,
    External,
    FunctionRef,
    Guards,
    Instance,
    Map,
    TooManyError,
    Unknown,
    Worlds,
    computed,
    joined,
    one,
    product,
)
from mwaa_ecs.migrate.reading.bindings import OTHER_ARM, Path, Scope
from mwaa_ecs.migrate.reading.project import Module, Project

_HOLDERS = docker_names.DAG | docker_names.DAG_DECORATOR | docker_names.TASK_GROUP


_Key = tuple[str, int, str]
"""A function or class: its file, line and name."""


class FunctionFolder(ArgumentFolder, ConditionFolder):
    """Finds the calls of a function, and folds what it returns."""

    def __init__(self, project: Project) -> None:
        super().__init__(project)
        self._sites: dict[_Key, Sites] = {}
        self._sites_far: dict[_Key, Sites] = {}
        self._counted_far: set[str] = set()
        self._counting: set[_Key] = set()

    def lineage(self, owner: ClassRef) -> list[Any]:
        """Return a class and those above it, the nearest first; External ones too."""
        found: list[Any] = [owner]
        for base in owner.node.bases:
            for _, value in self.fold(owner.module, base):
                if isinstance(value, ClassRef) and value not in found:
                    found += [each for each in self.lineage(value) if each not in found]
                elif isinstance(value, External) and value not in found:
                    found.append(value)
        return found

    def class_of(self, module: Module, function: Any) -> ClassRef | None:
        """Return the class that a function is a method of."""
        parent = module.scopes.parents.get(id(function))
        if parent is None:
            place = module.scopes.places.get(id(function))
            parent = place.scope.node if place and place.scope.kind == "class" else None
        return ClassRef(module, parent) if isinstance(parent, ast.ClassDef) else None

    def is_task(self, module: Module, function: Any) -> bool:
        """Tell whether a function is one of TaskFlow's, whose arguments come at run time."""
        for decorator in getattr(function, "decorator_list", ()):
            target = decorator.func if isinstance(decorator, ast.Call) else decorator
            for _, value in self.fold(module, target):
                name = value.name if isinstance(value, External) else ""
                if name.startswith(("airflow.decorators.task", "airflow.sdk.task")):
                    return not name.endswith("task_group")
        return False

    def sites(self, module: Module, function: Any) -> Sites:
        """Return the calls of a function, or of the class whose `__init__` it is."""
        owner = self.class_of(module, function)
        name = getattr(function, "name", "")
        node = owner.node if owner and name == "__init__" else function
        key = (module.file, node.lineno, getattr(node, "name", ""))
        if key in self._sites:
            return self._sites[key]
        if key in self._counting:
            return Sites(key)
        self._counting.add(key)
        self._count_far(module)
        found = self._sites_far.pop(key, None) or Sites(key)
        self._count(module, {key[2]: [key]}, {key: (function, found)})
        self._counting.discard(key)
        self._sites[key] = found
        return found

    def _count_far(self, module: Module) -> None:
        """Find what other files pass to each function of a file: they are read once for all."""
        if module.file in self._counted_far:
            return
        self._counted_far.add(module.file)
        importers = self.project.importers.get(module.file, ())
        if not importers:
            return
        functions: dict[_Key, tuple[Any, Sites]] = {}
        named: dict[str, list[_Key]] = {}
        for function in module.scopes.functions:
            owner = self.class_of(module, function)
            node = owner.node if owner and function.name == "__init__" else function
            key = (module.file, node.lineno, node.name)
            functions[key] = (function, self._sites_far.setdefault(key, Sites(key)))
            named.setdefault(node.name, []).append(key)
        for file in importers:
            if file != module.file:
                self._count(self.project.load(file), named, functions)

    def _count(
        self,
        where: Module,
        named: Mapping[str, Sequence[_Key]],
        functions: Mapping[_Key, tuple[Any, Sites]],
    ) -> None:
        """Add a file's calls of functions to what is known of these."""
        names = {*named, *self._heirs(where, functions)}
        for call in where.scopes.calls:
            if not any(_may_call(where, call, name) for name in names):
                continue
            for _, value in self.fold(where, call.func):
                if not isinstance(value, ClassRef | FunctionRef):
                    continue
                key = self._constructed(value)
                if key in functions:
                    function, sites = functions[key]
                    sites.add(self._site(where, call, value.module, function))
                    break

    def _heirs(self, where: Module, functions: Mapping[_Key, Any]) -> Iterator[str]:
        """Yield the classes of a file whose constructor is one of the functions."""
        for node in where.scopes.classes:
            if node.bases and self._constructed(ClassRef(where, node)) in functions:
                yield node.name

    def _constructed(self, value: ClassRef | FunctionRef) -> _Key:
        """Return the function, or the class whose constructor is run."""
        if isinstance(value, ClassRef) and value.node.bases:
            for each in self.lineage(value):
                if isinstance(each, ClassRef) and _has_constructor(each.node):
                    value = each
                    break
        return (value.module.file, value.node.lineno, getattr(value.node, "name", ""))

    def _site(self, where: Module, call: ast.Call, module: Module, function: Any) -> Site:
        bound = self.class_of(module, function) is not None
        try:
            passed = self.passed(module, function, self.arguments(where, call), bound=bound)
        except TooManyError:
            passed = {}
        return Site(passed, self.defaults_at(where, call))

    # -- default_args ------------------------------------------------------------------------

    def defaults_at(self, module: Module, node: ast.AST, dag: Worlds | None = None) -> Worlds:
        """Return the default_args that hold at a node: of its DAG and its task groups.

        Args:
            module: the file.
            node: a call of an operator.
            dag: what its argument `dag` is.
        """
        layers: list[Worlds] = []
        at: ast.AST | None = node
        function = None
        while at is not None:
            if isinstance(at, ast.With | ast.AsyncWith):
                layers += [
                    found
                    for item in at.items
                    if (found := self._defaults_of(self.fold(module, item.context_expr)))
                ]
            if isinstance(at, ast.FunctionDef | ast.AsyncFunctionDef):
                function = function or at
                layers += [
                    found
                    for decorator in at.decorator_list
                    if (found := self._defaults_of(self.fold(module, decorator)))
                ]
            at = module.scopes.parents.get(id(at))
        if dag is not None and (found := self._defaults_of(dag)):
            layers.append(found)
        if not layers and function is not None and self.class_of(module, function) is None:
            return [
                (both, value)
                for guard, site in self.sites(module, function)
                for guards, value in site.defaults
                if (both := joined(guards, guard)) is not None
            ]
        try:
            return [(g, merged(values[::-1])) for g, values in product(layers)]
        except TooManyError:
            return one(Map({}))

    def _defaults_of(self, worlds: Worlds) -> Worlds:
        found: Worlds = []
        for guards, value in worlds:
            if isinstance(value, Instance) and builtin_calls.is_external(value.of, _HOLDERS):
                given = value.arguments.named if value.arguments else {}
                for more, each in given.get("default_args", one(None)):
                    both = joined(guards, more)
                    if both is not None:
                        found.append((both, as_map(None if each is ABSENT else each)))
        return found

    def call_function(self, function: FunctionRef, arguments: Arguments) -> Worlds:
        """Return what a function may return."""
        module, node = function.module, function.node
        if self.is_task(module, node):
            return one(Unknown("xcom", node.name))
        bound = self.class_of(module, node) is not None
        frame = self.frame_of(module, node, arguments, bound=bound)
        if bound and function.bound is not None and not is_static(node):
            frame[id(node), first_parameter(node)] = one(function.bound)
        if isinstance(node, ast.Lambda):
            return self.fold(module, node.body, frame)
        if any(may_change_result(decorator) for decorator in node.decorator_list):
            return computed(node.name)
        found: Worlds = []
        passed: Path = ()
        for inner in own_nodes(node):
            if isinstance(inner, ast.Yield | ast.YieldFrom):
                return computed(node.name)
            if isinstance(inner, ast.Return) and inner.value is not None:
                path = (*module.scopes.places[id(inner)].path, *passed)
                arms: Guards = frozenset(arm for arm in path if arm[1] != "loop")
                for reached in self.reaching(module, path, "", frame):
                    guards = joined(arms, reached)
                    if guards is None:
                        continue
                    for more, value in self.fold(module, inner.value, frame):
                        both = joined(guards, more)
                        if both is not None:
                            found.append((both, value))
                rest = [arm for arm in path if arm not in passed]
                if len(rest) == 1 and rest[0][1] in OTHER_ARM:
                    # A later return is reached only where this one is not.
                    passed = (*passed, (rest[0][0], OTHER_ARM[rest[0][1]]))
        return found or one(None)

    def _Lambda(self, module: Module, node: ast.Lambda, frame: Frame) -> Worlds:
        return one(FunctionRef(module, node))


def _has_constructor(node: ast.ClassDef) -> bool:
    return any(
        isinstance(each, ast.FunctionDef) and each.name == "__init__" for each in node.body
    )


def _may_call(module: Module, call: ast.Call, wanted: str) -> bool:
    """Tell cheaply whether a call may be of a function of that name, by an alias too."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr == wanted
    if isinstance(call.func, ast.Name):
        if call.func.id == wanted:
            return True
        place = module.scopes.places[id(call)]
        scope: Scope | None = place.scope
        while scope is not None:
            if call.func.id in scope.names:
                return any(
                    binding.kind in ("assign", "parameter")
                    or (binding.kind == "import" and binding.detail[1] == wanted)
                    for binding in scope.names[call.func.id]
                )
            scope = scope.parent
    return False
