"""Folds names: their assignments, branches, imports, parameters and changes in place."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from mwaa_ecs.migrate import docker_names
from mwaa_ecs.migrate.folding.dispatch import NO_FRAME, Frame
from mwaa_ecs.migrate.folding.function_syntax import first_parameter, is_classmethod, is_static
from mwaa_ecs.migrate.folding.functions import FunctionFolder
from mwaa_ecs.migrate.folding.operators import combined, item_of, mutated
from mwaa_ecs.migrate.folding.values import (
    ALWAYS,
    Arguments,
    ClassRef,
    External,
    FunctionRef,
    Guards,
    Instance,
    Items,
    Map,
    ModuleRef,
    Unknown,
    Worlds,
    computed,
    joined,
    one,
    product,
)
from mwaa_ecs.migrate.reading.bindings import GLOBAL, OTHER_ARM, Binding, Path, Scope
from mwaa_ecs.migrate.reading.project import Module

_END = (10**9, 0)
_STARRED = docker_names.OPERATOR | docker_names.SWARM | docker_names.RECORDS_BY_MODULE


class NameFolder(FunctionFolder):
    """Folds names by the bindings that may hold where they are used."""

    def _Name(self, module: Module, node: ast.Name, frame: Frame) -> Worlds:
        place = module.scopes.places.get(id(node))
        if place is None:
            return computed(node.id)
        position = (node.lineno, node.col_offset)
        return self.look_up(module, node.id, place.scope, position, place.path, frame)

    def look_up(
        self,
        module: Module,
        name: str,
        scope: Scope,
        position: tuple[int, int] = _END,
        path: Path = (),
        frame: Frame = NO_FRAME,
    ) -> Worlds:
        """Return what a name may be where it is used."""
        at: Scope | None = scope
        first = True
        while at is not None:
            if name in at.names and (first or at.kind != "class"):
                # A comprehension binds its names after their uses in the text.
                here = at is scope and at.kind != "comprehension"
                found = self._bound(
                    module, at, name, position if here else _END, path if here else (), frame
                )
                if found:
                    return found
            inner, at = at, at.parent
            if at is None:
                return self._not_bound(module, name)
            if first and inner.kind == "comprehension":
                # Bindings after the comprehension's statement do not count.
                scope = at
                path = module.scopes.places[id(inner.node)].path
            elif first:
                first = False
        return self._not_bound(module, name)

    def _not_bound(self, module: Module, name: str) -> Worlds:
        """Return what a name is that a `*` import may bring, or Python itself has."""
        for binding in module.scopes.module.names.get("*", ()):
            source, _ = binding.detail
            worlds = self._imported(module, source, name)
            known = [v for _, v in worlds if not isinstance(v, Unknown)]
            if any(not isinstance(v, External) or v.name in _STARRED for v in known):
                return worlds
        return one(External(f"builtins.{name}"))

    def _bound(
        self,
        module: Module,
        scope: Scope,
        name: str,
        position: tuple[int, int],
        path: Path,
        frame: Frame,
    ) -> Worlds:
        live: list[tuple[Guards, tuple[Binding, ...]]] = []
        arms: dict[int, set[str]] = {}
        for binding in sorted(scope.names[name], key=lambda each: each.place):
            if binding.place >= position or _excluded(binding.path, path):
                continue
            if binding.detail == GLOBAL:
                continue
            rest = tuple(arm for arm in binding.path if arm not in path)
            guards: Guards = frozenset(arm for arm in rest if arm[1] != "loop")
            if binding.kind == "change":
                changed = [
                    (both, (*chain, binding))
                    for before, chain in live
                    if (both := joined(before, guards)) is not None
                ]
                live = changed if not guards else _otherwise(live, rest) + changed
                continue
            if not rest:
                live, arms = [(ALWAYS, (binding,))], {}
                continue
            # A second binding in the same arm replaces the first one.
            live = [(held, chain) for held, chain in live if not (guards and held >= guards)]
            live = [*_otherwise(live, rest), (guards, (binding,))]
            if len(rest) == 1:
                node, arm = rest[0]
                arms.setdefault(node, set()).add(arm)
                if frozenset(arms[node]) == module.scopes.arms.get(node):
                    live = [
                        (held, chain)
                        for held, chain in live
                        if any(key == node for key, _ in held)
                    ]
        live += [
            (frozenset({(id(binding.node), GLOBAL)}), (binding,))
            for binding in scope.names[name]
            if binding.detail == GLOBAL
        ]
        found: Worlds = []
        taken = self.reaching(module, path, name, frame)
        for guards, chain in live:
            branches = tuple(arm for arm in guards if arm[0] in module.scopes.conditions)
            for reached in (
                joined(bound, used)
                for bound in self.reaching(module, branches, name, frame)
                for used in taken
            ):
                before = None if reached is None else joined(guards, reached)
                if before is None:
                    continue
                for more, value in self._chain(module, scope, chain, frame):
                    both = joined(before, more)
                    if both is not None:
                        found.append((both, value))
        return found

    def _chain(
        self, module: Module, scope: Scope, chain: tuple[Binding, ...], frame: Frame
    ) -> Worlds:
        worlds = self._binding(module, scope, chain[0], frame)
        for change in chain[1:]:
            worlds = self._changed(module, change, worlds, frame)
        return worlds

    def _binding(self, module: Module, scope: Scope, binding: Binding, frame: Frame) -> Worlds:
        if binding.kind in ("assign", "walrus", "with"):
            worlds = self.fold(module, binding.node, frame)
            for step in binding.steps:
                worlds = [(g, item_of(value, step)) for g, value in worlds]
            return worlds
        if binding.kind == "for":
            return self._turns(module, binding, frame)
        if binding.kind == "import":
            return self._imported(module, *binding.detail)
        if binding.kind == "function":
            return one(FunctionRef(module, binding.node))
        if binding.kind == "class":
            return one(ClassRef(module, binding.node))
        if binding.kind == "parameter":
            return self._parameter(module, scope, binding, frame)
        return computed(binding.detail or "an exception")

    def _turns(self, module: Module, binding: Binding, frame: Frame) -> Worlds:
        found: Worlds = []
        for guards, value in self.fold(module, binding.node, frame):
            if isinstance(value, Map):
                value = Items(tuple(value.items), value.is_open)
            if not isinstance(value, Items) or value.is_open:
                kind = value.kind if isinstance(value, Unknown) else "computed"
                name = value.name if isinstance(value, Unknown) else "a loop"
                found.append((guards, Unknown(kind, name)))
                if not isinstance(value, Items):
                    continue
            for turn, item in enumerate(value.items):
                both = joined(guards, frozenset({(id(binding.detail), turn)}))
                for step in binding.steps:
                    item = item_of(item, step)
                if both is not None:
                    found.append((both, item))
        return found

    def _imported(self, module: Module, name: str, attribute: str | None) -> Worlds:
        file = self.project.find(name, module.file) if name else None
        if attribute is None:
            return one(ModuleRef(file) if file else External(name))
        below = f"{name}.{attribute}" if name not in ("", ".") else f"{name}{attribute}"
        if file is not None:
            target = self.project.load(file)
            if attribute in target.scopes.module.names:
                return self.look_up(target, attribute, target.scopes.module)
        inner = self.project.find(below, module.file)
        if inner is not None:
            return one(ModuleRef(inner))
        if file is not None:
            return self._starred(self.project.load(file), attribute)
        return one(External(below))

    def _starred(self, module: Module, name: str) -> Worlds:
        if "*" in module.scopes.module.names:
            for binding in module.scopes.module.names["*"]:
                source, _ = binding.detail
                return self._imported(module, source, name)
        return computed(name)

    def _parameter(
        self, module: Module, scope: Scope, binding: Binding, frame: Frame
    ) -> Worlds:
        function, name = binding.node, binding.detail
        if (id(function), name) in frame:
            return frame[id(function), name]
        owner = self.class_of(module, function)
        is_me = name == first_parameter(function) and not is_static(function)
        if owner is not None and is_me:
            return one(owner if is_classmethod(function) else Instance(owner))
        if self.is_task(module, function):
            return one(Unknown("xcom", name))
        found: Worlds = []
        for guard, site in self.sites(module, function):
            for guards, value in site.passed.get(name, ()):
                both = joined(guards, guard)
                if both is not None:
                    found.append((both, value))
        if found:
            return found
        if owner is not None and function.name == "__init__":
            # Nobody is seen to make the object: what it was given is not known.
            return one(Unknown("parameter", name.lstrip("*")))
        defaults = self.passed(module, function, Arguments(), bound=owner is not None)
        return defaults[name]

    def _changed(self, module: Module, change: Binding, worlds: Worlds, frame: Frame) -> Worlds:
        how, node = change.detail, change.node
        parts: Sequence[ast.AST]
        if how in ("setitem", "augment"):
            parts = node if how == "setitem" else node[1:]
            names: list[str | None] = [None] * len(parts)
        else:
            parts = [*node.args, *(keyword.value for keyword in node.keywords)]
            names = [
                *([None] * len(node.args)),
                *(keyword.arg or "**" for keyword in node.keywords),
            ]
        folded = [self.fold(module, part, frame) for part in parts]
        found: Worlds = []
        for guards, (value, *values) in product([worlds, *folded]):
            if how == "augment":
                after = combined(node[0], value, values[0])
            else:
                after = mutated(how, value, values, names)
            found.append((guards, after))
        return found


def _otherwise(
    live: list[tuple[Guards, tuple[Binding, ...]]], rest: Path
) -> list[tuple[Guards, tuple[Binding, ...]]]:
    """Return what a name still is where one arm of an `if` is not taken."""
    if len(rest) != 1 or rest[0][1] not in OTHER_ARM:
        return live
    node, arm = rest[0]
    return [
        (both, chain)
        for before, chain in live
        if (both := joined(before, frozenset({(node, OTHER_ARM[arm])}))) is not None
    ]


def _excluded(binding: Path, use: Path) -> bool:
    arms = dict(use)
    return any(node in arms and arms[node] != arm for node, arm in binding)
