"""Folds expressions: what each may be, with the branches and calls in which it is that."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mwaa_ecs.migrate import docker_names
from mwaa_ecs.migrate.folding import builtin_calls
from mwaa_ecs.migrate.folding.values import (
    ABSENT,
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
    Partial,
    Record,
    Text,
    TooManyError,
    Unknown,
    Worlds,
    is_constant,
    joined,
    product,
    text_of,
)
from mwaa_ecs.migrate.reading.project import Module, Project
from mwaa_ecs.migrate.reading.scopes import Binding, Path, Scope

Frame = Mapping[tuple[int, str], Worlds]
_NO_FRAME: Frame = {}
_DEEPEST = 60
_REMEMBERED = 20_000
_END = (10**9, 0)
_OPERATORS = docker_names.OPERATOR | docker_names.SWARM
_HOLDERS = docker_names.DAG | docker_names.DAG_DECORATOR | docker_names.TASK_GROUP


def one(value: Any) -> Worlds:
    """Return a value that holds always."""
    return [(ALWAYS, value)]


def computed(name: str) -> Worlds:
    """Return what only a run knows."""
    return one(Unknown("computed", name))


@dataclass(frozen=True)
class Site:
    """A call of a function: what it passes, and the default_args that hold there."""

    arguments: Arguments
    defaults: Worlds


class Folder:
    """Folds expressions of a project's files."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._known: dict[int, tuple[ast.AST, Worlds]] = {}
        self._active: set[tuple[int, int]] = set()
        self._sites: dict[tuple[str, int, str], list[Site]] = {}
        self._counting: set[tuple[str, int, str]] = set()
        self._depth = 0
        # How often a recursion was cut off: what was found meanwhile is not remembered.
        self._cut = 0

    def forget(self) -> None:
        """Drop what is remembered of trees where it is much, so that they can go."""
        if len(self._known) > _REMEMBERED:
            self._known.clear()

    def fold(self, module: Module, node: ast.AST, frame: Frame = _NO_FRAME) -> Worlds:
        """Return what an expression may be."""
        if not frame and id(node) in self._known:
            return self._known[id(node)][1]
        key = (id(node), id(frame))
        if key in self._active or self._depth > _DEEPEST:
            self._cut += 1
            return computed("a recursion")
        cut = self._cut
        self._active.add(key)
        self._depth += 1
        try:
            found = self._fold(module, node, frame)
        except TooManyError:
            found = computed("too many combinations")
        finally:
            self._active.discard(key)
            self._depth -= 1
        if not frame and self._cut == cut:
            self._known[id(node)] = (node, found)
        return found

    def _fold(self, module: Module, node: ast.AST, frame: Frame) -> Worlds:
        method = getattr(self, f"_{type(node).__name__}", None)
        if method is None:
            return computed("an expression")
        found: Worlds = method(module, node, frame)
        return found

    # -- literals ----------------------------------------------------------------------------

    def _Constant(self, module: Module, node: ast.Constant, frame: Frame) -> Worlds:
        return one(node.value)

    def _JoinedStr(self, module: Module, node: ast.JoinedStr, frame: Frame) -> Worlds:
        parts = [self.fold(module, part, frame) for part in node.values]
        return [(guards, text_of(values)) for guards, values in product(parts)]

    def _FormattedValue(self, module: Module, node: ast.FormattedValue, frame: Frame) -> Worlds:
        worlds = self.fold(module, node.value, frame)
        if node.format_spec is None:
            return [(guards, _shown(value)) for guards, value in worlds]
        pairs = product([worlds, self.fold(module, node.format_spec, frame)])
        found = []
        for guards, (value, spec) in pairs:
            try:
                text = format(value, spec) if is_constant(value) else _shown(value)
            except (ValueError, TypeError):
                text = Unknown("computed", "a format")
            found.append((guards, text))
        return found

    def _elements(self, module: Module, node: Any, frame: Frame) -> Worlds:
        parts = []
        for element in node.elts:
            if isinstance(element, ast.Starred):
                parts.append(
                    [
                        (g, v if isinstance(v, Items) else Items((), True))
                        for g, v in self.fold(module, element.value, frame)
                    ]
                )
            else:
                parts.append([(g, Items((v,))) for g, v in self.fold(module, element, frame)])
        return [
            (
                guards,
                Items(
                    tuple(item for value in values for item in value.items),
                    any(value.is_open for value in values),
                ),
            )
            for guards, values in product(parts)
        ]

    _List = _Tuple = _Set = _elements

    def _Dict(self, module: Module, node: ast.Dict, frame: Frame) -> Worlds:
        parts = []
        for key, value in zip(node.keys, node.values, strict=True):
            folded = self.fold(module, value, frame)
            if key is None:
                parts.append([(g, as_map(v)) for g, v in folded])
            else:
                pairs = product([self.fold(module, key, frame), folded])
                parts.append([(g, _entry(k, v)) for g, (k, v) in pairs])
        return [(guards, merged(values)) for guards, values in product(parts)]

    # -- names -------------------------------------------------------------------------------

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
        frame: Frame = _NO_FRAME,
    ) -> Worlds:
        """Return what a name may be where it is used."""
        at: Scope | None = scope
        first = True
        while at is not None:
            if name in at.names and (first or at.kind != "class"):
                # A comprehension's names stand behind their uses.
                here = at is scope and at.kind != "comprehension"
                found = self._bound(
                    module, at, name, position if here else _END, path if here else (), frame
                )
                if found:
                    return found
            inner, at = at, at.parent
            if first and inner.kind == "comprehension" and at is not None:
                # A comprehension is in its statement: what comes later does not count.
                scope = at
                path = module.scopes.places[id(inner.node)].path
            elif first:
                first = False
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
        found: Worlds = []
        for guards, chain in live:
            for more, value in self._chain(module, scope, chain, frame):
                both = joined(guards, more)
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
                worlds = [(g, _item(value, step)) for g, value in worlds]
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
        return computed("an exception")

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
                    item = _item(item, step)
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

    # -- functions ---------------------------------------------------------------------------

    def _parameter(
        self, module: Module, scope: Scope, binding: Binding, frame: Frame
    ) -> Worlds:
        function, name = binding.node, binding.detail
        if (id(function), name) in frame:
            return frame[id(function), name]
        owner = self.class_of(module, function)
        is_me = name == _first_parameter(function) and not _is_static(function)
        if owner is not None and is_me:
            return one(owner if _is_classmethod(function) else Instance(owner))
        if self.is_task(module, function):
            return one(Unknown("xcom", name))
        found: Worlds = []
        for number, site in enumerate(self.sites(module, function)):
            for guards, value in self.passed(
                module, function, site.arguments, bound=owner is not None
            )[name]:
                both = joined(guards, frozenset({(id(function), number)}))
                if both is not None:
                    found.append((both, value))
        if found:
            return found
        defaults = self.passed(module, function, Arguments(), bound=owner is not None)
        return defaults[name]

    def passed(
        self, module: Module, function: Any, arguments: Arguments, *, bound: bool
    ) -> dict[str, Worlds]:
        """Return what each parameter of a function gets of a call."""
        spec = function.args
        names = [each.arg for each in (*spec.posonlyargs, *spec.args)]
        defaults: dict[str, Worlds] = {}
        for name, default in zip(names[::-1], spec.defaults[::-1], strict=False):
            defaults[name] = self.fold(module, default)
        for each, default in zip(spec.kwonlyargs, spec.kw_defaults, strict=True):
            if default is not None:
                defaults[each.arg] = self.fold(module, default)
        if bound and names and not _is_static(function):
            names = names[1:]
        found: dict[str, Worlds] = {}
        for name, worlds in zip(names, arguments.positional, strict=False):
            found[name] = worlds
        every = [*names, *(each.arg for each in spec.kwonlyargs)]
        for name in every:
            if name in found:
                continue
            given = arguments.named.get(name, [(ALWAYS, ABSENT)])
            found[name] = []
            for guards, value in given:
                if value is not ABSENT:
                    found[name].append((guards, value))
                elif name in defaults and not arguments.is_open:
                    found[name] += [
                        (both, each)
                        for more, each in defaults[name]
                        if (both := joined(guards, more)) is not None
                    ]
                else:
                    found[name].append((guards, Unknown("parameter", name)))
        if spec.vararg:
            rest = product(arguments.positional[len(names) :])
            found[f"*{spec.vararg.arg}"] = [(g, Items(values)) for g, values in rest]
        if spec.kwarg:
            others = {k: v for k, v in arguments.named.items() if k not in every}
            found[f"**{spec.kwarg.arg}"] = [
                (
                    guards,
                    Map(
                        {k: v for k, v in zip(others, values, strict=True) if v is not ABSENT},
                        arguments.is_open,
                        arguments.origin,
                    ),
                )
                for guards, values in product(others.values())
            ]
        return found

    def frame_of(
        self, module: Module, function: Any, arguments: Arguments, *, bound: bool
    ) -> dict[tuple[int, str], Worlds]:
        """Return the parameters of one call of a function, to fold its body with."""
        return {
            (id(function), name): worlds
            for name, worlds in self.passed(module, function, arguments, bound=bound).items()
        }

    def arguments(
        self, module: Module, call: ast.Call, frame: Frame = _NO_FRAME, skip: int = 0
    ) -> Arguments:
        """Return what a call passes."""
        positional: list[Worlds] = []
        named: dict[str, Worlds] = {}
        is_open, origin = False, ""
        for argument in call.args[skip:]:
            if isinstance(argument, ast.Starred):
                worlds = self.fold(module, argument.value, frame)
                if len(worlds) == 1 and isinstance(worlds[0][1], Items):
                    positional += [one(item) for item in worlds[0][1].items]
                else:
                    is_open = True
            else:
                positional.append(self.fold(module, argument, frame))
        for keyword in call.keywords:
            worlds = self.fold(module, keyword.value, frame)
            if keyword.arg is not None:
                named[keyword.arg] = worlds
                continue
            maps = [(guards, as_map(value)) for guards, value in worlds]
            if any(each.is_open for _, each in maps):
                is_open = True
                origin = next(each.origin for _, each in maps if each.is_open)
            for key in dict.fromkeys(key for _, each in maps for key in each.items):
                named[str(key)] = [(g, each.items.get(key, ABSENT)) for g, each in maps]
        return Arguments(positional, named, is_open, origin)

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

    def sites(self, module: Module, function: Any) -> list[Site]:
        """Return the calls of a function, or of the class whose `__init__` it is."""
        owner = self.class_of(module, function)
        name = getattr(function, "name", "")
        if owner and name == "__init__":
            key = (module.file, owner.node.lineno, owner.node.name)
        else:
            key = (module.file, function.lineno, name)
        if key in self._sites:
            return self._sites[key]
        if key in self._counting:
            return []
        self._counting.add(key)
        found = []
        for file in dict.fromkeys([module.file, *self.project.importers.get(module.file, ())]):
            where = module if file == module.file else self.project.load(file)
            for call in where.scopes.calls:
                if not _may_call(where, call, key[2]):
                    continue
                for _, value in self.fold(where, call.func):
                    if isinstance(value, ClassRef | FunctionRef) and key == (
                        value.module.file,
                        value.node.lineno,
                        getattr(value.node, "name", ""),
                    ):
                        arguments = self.arguments(where, call)
                        found.append(Site(arguments, self.defaults_at(where, call)))
                        break
            self.forget()
        self._counting.discard(key)
        self._sites[key] = found
        return found

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
                for number, site in enumerate(self.sites(module, function))
                for guards, value in site.defaults
                if (both := joined(guards, frozenset({(id(function), number)}))) is not None
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
        if bound and function.bound is not None and not _is_static(node):
            frame[id(node), _first_parameter(node)] = one(function.bound)
        if isinstance(node, ast.Lambda):
            return self.fold(module, node.body, frame)
        if any(_keeps_nothing(decorator) for decorator in node.decorator_list):
            return computed(node.name)
        found: Worlds = []
        for inner in _own_nodes(node):
            if isinstance(inner, ast.Yield | ast.YieldFrom):
                return computed(node.name)
            if isinstance(inner, ast.Return) and inner.value is not None:
                path = module.scopes.places[id(inner)].path
                guards: Guards = frozenset(arm for arm in path if arm[1] != "loop")
                for more, value in self.fold(module, inner.value, frame):
                    both = joined(guards, more)
                    if both is not None:
                        found.append((both, value))
        return found or one(None)

    # -- operations --------------------------------------------------------------------------

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
                worlds = self.look_up(each.module, name, scope)
                return [
                    (g, FunctionRef(v.module, v.node, bound))
                    if isinstance(v, FunctionRef)
                    else (g, v)
                    for g, v in worlds
                ]
        return computed(name)

    def _of_instance(self, value: Instance, name: str) -> Worlds:
        for each in self.lineage(value.of):
            if not isinstance(each, ClassRef):
                continue
            for method in each.node.body:
                if not isinstance(method, ast.FunctionDef) or not method.args.args:
                    continue
                me = method.args.args[0].arg
                for inner in _own_nodes(method):
                    if isinstance(inner, ast.Assign | ast.AnnAssign) and inner.value:
                        targets = (
                            inner.targets if isinstance(inner, ast.Assign) else [inner.target]
                        )
                        if any(_is_field(target, me, name) for target in targets):
                            frame: Frame = _NO_FRAME
                            if value.arguments is not None and method.name == "__init__":
                                frame = self.frame_of(
                                    each.module, method, value.arguments, bound=True
                                )
                            return self.fold(each.module, inner.value, frame)
        found = self._of_class(value.of, name, value)
        if value.arguments is not None and name in value.arguments.named:
            return value.arguments.named[name]  # of a dataclass
        return found

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

    def is_operator(self, value: Any) -> bool:
        """Tell whether a value is DockerOperator, Swarm's, or a subclass of one."""
        if isinstance(value, ClassRef):
            return any(
                builtin_calls.is_external(each, _OPERATORS) for each in self.lineage(value)
            )
        return builtin_calls.is_external(value, _OPERATORS)

    def _Subscript(self, module: Module, node: ast.Subscript, frame: Frame) -> Worlds:
        pairs = product(
            [self.fold(module, node.value, frame), self.fold(module, node.slice, frame)]
        )
        found: Worlds = []
        for guards, (value, key) in pairs:
            if isinstance(value, Map) and not is_constant(key) and value.items:
                # One of them: which one, only a run knows.
                for name, each in value.items.items():
                    found.append((guards | {(id(node), name)}, each))
                continue
            found.append((guards, _item(value, key)))
        return found

    def _BinOp(self, module: Module, node: ast.BinOp, frame: Frame) -> Worlds:
        pairs = product(
            [self.fold(module, node.left, frame), self.fold(module, node.right, frame)]
        )
        return [(g, _combined(node.op, left, right)) for g, (left, right) in pairs]

    def _BoolOp(self, module: Module, node: ast.BoolOp, frame: Frame) -> Worlds:
        found: Worlds = []
        for number, operand in enumerate(node.values):
            worlds = self.fold(module, operand, frame)
            last = number == len(node.values) - 1
            if not last and all(is_constant(value) for _, value in worlds):
                if isinstance(node.op, ast.Or) and not any(value for _, value in worlds):
                    continue
                if isinstance(node.op, ast.Or) and all(value for _, value in worlds):
                    return [*found, *worlds]
            found += [(g | {(id(node), number)}, value) for g, value in worlds]
        return found

    def _IfExp(self, module: Module, node: ast.IfExp, frame: Frame) -> Worlds:
        found: Worlds = []
        for arm, branch in (("if", node.body), ("else", node.orelse)):
            guard = frozenset({(id(node), arm)})
            found += [
                (both, value)
                for guards, value in self.fold(module, branch, frame)
                if (both := joined(guards, guard)) is not None
            ]
        return found

    def _NamedExpr(self, module: Module, node: ast.NamedExpr, frame: Frame) -> Worlds:
        return self.fold(module, node.value, frame)

    def _UnaryOp(self, module: Module, node: ast.UnaryOp, frame: Frame) -> Worlds:
        worlds = self.fold(module, node.operand, frame)
        if isinstance(node.op, ast.USub):
            return [
                (g, -v if isinstance(v, int | float) else Unknown("computed", "a number"))
                for g, v in worlds
            ]
        return computed("a condition")

    def _Lambda(self, module: Module, node: ast.Lambda, frame: Frame) -> Worlds:
        return one(FunctionRef(module, node))

    def _comprehension(self, module: Module, node: Any, frame: Frame) -> Worlds:
        pair = isinstance(node, ast.DictComp)
        open_ = Map({}, True) if pair else Items((), True)
        if len(node.generators) != 1 or node.generators[0].ifs:
            return one(open_)
        generator = id(node.generators[0])
        parts = [node.key, node.value] if pair else [node.elt]
        by_turn: dict[Any, Any] = {}
        for guards, values in product([self.fold(module, part, frame) for part in parts]):
            turns = [arm for key, arm in guards if key == generator]
            if len(guards) != 1 or len(turns) != 1 or turns[0] in by_turn:
                source = self.fold(module, node.generators[0].iter, frame)
                length = _length(source)
                if length and not guards:  # the element does not depend on the turn
                    by_turn = dict.fromkeys(range(length), values)
                    break
                return one(open_)
            by_turn[turns[0]] = values
        ordered = [by_turn[turn] for turn in sorted(by_turn)]
        if pair:
            return one(merged([_entry(key, value) for key, value in ordered]))
        return one(Items(tuple(value for (value,) in ordered)))

    _ListComp = _SetComp = _GeneratorExp = _DictComp = _comprehension

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
            return one(Instance(target, module, node, self.arguments(module, node, frame)))
        if isinstance(target, Partial):
            arguments = over(target.arguments, self.arguments(module, node, frame))
            if isinstance(target.target, FunctionRef):
                return self.call_function(target.target, arguments)
            return one(Instance(target.target, module, node, arguments))
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
                value = Instance(External(name), module, node, arguments)
            found.append((guards, value))
        return found

    def _method(
        self, module: Module, node: ast.Call, func: ast.Attribute, frame: Frame
    ) -> Worlds | None:
        """Return what a method of a text, list or dict gives; None for others."""
        owners = self.fold(module, func.value, frame)
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
                after = _combined(node[0], value, values[0])
            else:
                after = _mutated(how, value, values, names)
            found.append((guards, after))
        return found


# -- helpers ---------------------------------------------------------------------------------


def over(first: Arguments, second: Arguments) -> Arguments:
    """Return the arguments of a partial with those of its call."""
    return Arguments(
        [*first.positional, *second.positional],
        {**first.named, **second.named},
        first.is_open or second.is_open,
        first.origin or second.origin,
    )


def as_map(value: Any) -> Map:
    """Return a value as the dict that `**` takes; what is not one is open."""
    if isinstance(value, Map):
        return value
    if value is None:
        return Map({})
    name = value.name if isinstance(value, Unknown) else "a dict"
    return Map({}, True, name)


def merged(maps: Sequence[Map]) -> Map:
    """Return dicts in one; later keys win."""
    items: dict[Any, Any] = {}
    for each in maps:
        items.update(each.items)
    origin = next((each.origin for each in maps if each.is_open), "")
    return Map(items, any(each.is_open for each in maps), origin)


def _entry(key: Any, value: Any) -> Map:
    return Map({key: value}) if is_constant(key) else Map({}, True, str(key))


def _shown(value: Any) -> Any:
    return value if is_constant(value) or isinstance(value, Text | Unknown) else _object(value)


def _object(value: Any) -> Unknown:
    return Unknown("computed", type(value).__name__.lower())


def _item(value: Any, key: Any) -> Any:
    if isinstance(value, Unknown):
        if value.kind == "xcom":
            return value
        name = f"{value.name}[{key}]" if is_constant(key) else value.name
        return Unknown(value.kind, name)
    if isinstance(value, External):
        if value.name == "os.environ":
            return Unknown("environment", key if isinstance(key, str) else "a variable")
        return Unknown("computed", value.name)
    known = isinstance(value, Items) and isinstance(key, int) and not value.is_open
    if known and -len(value.items) <= key < len(value.items):
        return value.items[key]
    if isinstance(value, Map) and is_constant(key):
        if key in value.items:
            return value.items[key]
        return Unknown("computed", value.origin or str(key))
    if isinstance(value, str) and isinstance(key, int) and -len(value) <= key < len(value):
        return value[key]
    return Unknown("computed", "an item")


def _combined(operator: ast.operator, left: Any, right: Any) -> Any:
    if isinstance(operator, ast.Add):
        if isinstance(left, Items) and isinstance(right, Items):
            return Items((*left.items, *right.items), left.is_open or right.is_open)
        if isinstance(left, str | Text) or isinstance(right, str | Text):
            return text_of([left, right])
        if isinstance(left, int | float) and isinstance(right, int | float):
            return left + right
    if isinstance(operator, ast.BitOr) and isinstance(left, Map) and isinstance(right, Map):
        return merged([left, right])
    if isinstance(operator, ast.BitOr) and isinstance(left, Map):
        return merged([left, as_map(right)])
    if isinstance(operator, ast.Mod) and isinstance(left, str):
        return builtin_calls.percent(left, right)
    if isinstance(operator, ast.Div) and isinstance(left, str | Text):
        return text_of([left, "" if str(left).endswith("/") else "/", right])
    calculate: Mapping[type, Callable[[Any, Any], Any]] = {
        ast.Mult: lambda a, b: a * b,
        ast.Sub: lambda a, b: a - b,
        ast.FloorDiv: lambda a, b: a // b,
    }
    numbers = all(isinstance(each, int | float) for each in (left, right))
    if numbers and type(operator) in calculate:
        try:
            return calculate[type(operator)](left, right)
        except (ArithmeticError, ValueError):
            return Unknown("computed", "a number")
    first = next((each for each in (left, right) if isinstance(each, Unknown)), None)
    return first or Unknown("computed", "an expression")


def _mutated(how: str, value: Any, values: Sequence[Any], names: Sequence[str | None]) -> Any:
    if isinstance(value, Map):
        if how == "setitem":
            return merged([value, _entry(values[0], values[1])])
        if how == "update":
            maps = [
                as_map(each) if name in (None, "**") else Map({name: each})
                for each, name in zip(values, names, strict=True)
            ]
            return merged([value, *maps])
        if how == "setdefault" and values:
            if is_constant(values[0]) and values[0] in value.items:
                return value
            default = values[1] if len(values) > 1 else None
            if value.is_open:
                return merged([Map({values[0]: default}), value])
            return merged([value, _entry(values[0], default)])
        if how == "pop" and values and is_constant(values[0]):
            rest = {k: v for k, v in value.items.items() if k != values[0]}
            return Map(rest, value.is_open, value.origin)
        return Map(value.items, True, value.origin)
    if isinstance(value, Items):
        if how == "append" and len(values) == 1:
            return Items((*value.items, values[0]), value.is_open)
        if how == "extend" and len(values) == 1 and isinstance(values[0], Items):
            return Items((*value.items, *values[0].items), value.is_open or values[0].is_open)
        return Items(value.items, True)
    return value if isinstance(value, Instance | Record) else Unknown("computed", how)


def _otherwise(
    live: list[tuple[Guards, tuple[Binding, ...]]], rest: Path
) -> list[tuple[Guards, tuple[Binding, ...]]]:
    """Return what a name still is where one arm of an `if` is not taken."""
    other = {"if": "else", "else": "if"}
    if len(rest) != 1 or rest[0][1] not in other:
        return live
    node, arm = rest[0]
    return [
        (both, chain)
        for before, chain in live
        if (both := joined(before, frozenset({(node, other[arm])}))) is not None
    ]


def _excluded(binding: Path, use: Path) -> bool:
    arms = dict(use)
    return any(node in arms and arms[node] != arm for node, arm in binding)


def _length(worlds: Worlds) -> int:
    if len(worlds) == 1 and isinstance(worlds[0][1], Items) and not worlds[0][1].is_open:
        return len(worlds[0][1].items)
    return 0


def _first_parameter(function: Any) -> str:
    spec = function.args
    every = [*spec.posonlyargs, *spec.args]
    return every[0].arg if every else ""


def _decorated(function: Any, name: str) -> bool:
    return any(
        isinstance(each, ast.Name) and each.id == name
        for each in getattr(function, "decorator_list", ())
    )


def _is_static(function: Any) -> bool:
    return _decorated(function, "staticmethod")


def _is_classmethod(function: Any) -> bool:
    return _decorated(function, "classmethod")


def _keeps_nothing(decorator: ast.expr) -> bool:
    """Tell whether a decorator may make a function return something else."""
    target = decorator.func if isinstance(decorator, ast.Call) else decorator
    name = target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")
    return name not in (
        "staticmethod",
        "classmethod",
        "property",
        "cache",
        "lru_cache",
        "wraps",
        "task_group",
        "dag",
    )


def _is_field(target: ast.expr, me: str, name: str) -> bool:
    return (
        isinstance(target, ast.Attribute)
        and target.attr == name
        and isinstance(target.value, ast.Name)
        and target.value.id == me
    )


def _own_nodes(function: Any) -> list[ast.AST]:
    """Return the nodes of a function's body that are not of a function in it."""
    found: list[ast.AST] = []
    waiting: list[ast.AST] = list(function.body)[::-1]
    while waiting:
        node = waiting.pop()
        found.append(node)
        if not isinstance(
            node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda
        ):
            waiting += list(ast.iter_child_nodes(node))[::-1]
    return found


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
