"""Finds the calls of DockerOperator, in every shape, with the arguments that arrive there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from mwaa_ecs.migrate import docker_names
from mwaa_ecs.migrate.folding.builtin_calls import is_external
from mwaa_ecs.migrate.folding.fold import Folder, as_map, over
from mwaa_ecs.migrate.folding.values import (
    ABSENT,
    ALWAYS,
    Arguments,
    ClassRef,
    External,
    FunctionRef,
    Instance,
    Items,
    Map,
    Partial,
    Unknown,
    Worlds,
    joined,
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


@dataclass(frozen=True)
class Variant:
    """What one class gets of a call.

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


class Finder:
    """Finds the calls of a file."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder

    def calls(self, module: Module) -> list[Call]:
        """Return a file's calls, in order of line."""
        found: list[Call] = []
        mapped = self._mapped(module)
        for node in module.scopes.calls:
            call = self._call(module, node, mapped)
            if call is not None:
                found.append(call)
            found += self._passed_on(module, node)
        found += self._bare_decorators(module)
        return sorted(found, key=lambda call: (call.line, call.node.col_offset))

    # -- shapes ------------------------------------------------------------------------------

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
            self.variant([(guards, target)], target, arguments)
            for guards, target, _, arguments in targets
        ]
        kind = "partial" if any(each[2] for each in targets) else ""
        return self._made(module, node, kind, variants)

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
        variants = [self.variant([each], each[1], arguments) for each in targets]
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
            variants = [self.variant([handed[0]], target, unknown)]
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
                        yield self.variant([(guards, value)], value, passed)

    def _mapped(self, module: Module) -> dict[int, list[Arguments]]:
        """Return what `.expand()` and `.expand_kwargs()` add to each `.partial()`."""
        found: dict[int, list[Arguments]] = {}
        for node in module.scopes.calls:
            func = node.func
            if not isinstance(func, ast.Attribute):
                continue
            if func.attr not in ("expand", "expand_kwargs"):
                continue
            for _, value in self.folder.fold(module, func.value):
                if isinstance(value, Instance) and self.folder.is_operator(value.of):
                    arguments = self.folder.arguments(module, node)
                    each = (
                        _expanded(node, arguments)
                        if func.attr == "expand"
                        else _expanded_kwargs(node, arguments)
                    )
                    found.setdefault(id(value.node), []).append(each)
        return found

    # -- subclasses --------------------------------------------------------------------------

    def variant(self, targets: Worlds, target: Any, arguments: Arguments) -> Variant:
        """Return what arrives at DockerOperator through a class's constructors."""
        if not isinstance(target, ClassRef):
            return Variant(targets, arguments, None)
        late: dict[str, Worlds] = {}
        me = Instance(target, arguments=arguments)
        for each in self.folder.lineage(target):
            if not isinstance(each, ClassRef):
                continue
            for name, worlds in self._set_late(each, arguments, me):
                late.setdefault(name, worlds)
            constructor = _method(each, "__init__")
            if constructor is None:
                continue
            frame = self.folder.frame_of(each.module, constructor, arguments, bound=True)
            frame[id(constructor), _first(constructor)] = [(ALWAYS, me)]
            above = _call_above(constructor)
            if above is None:
                arguments = Arguments((), {}, True, f"{each.node.name}.__init__")
                break
            skip = 0 if _is_super(above.func) else 1
            arguments = self.folder.arguments(each.module, above, frame, skip)
        return Variant(targets, replace(arguments, named={**arguments.named, **late}), target)

    def _set_late(
        self, owner: ClassRef, arguments: Arguments, me: Instance
    ) -> Iterator[tuple[str, Worlds]]:
        """Yield what methods set on the operator itself after DockerOperator's constructor."""
        for method in owner.node.body:
            if not isinstance(method, ast.FunctionDef):
                continue
            above = _call_above(method) if method.name == "__init__" else None
            after = above.lineno if above is not None else 0
            first = _first(method)
            frame: dict[tuple[int, str], Worlds] = {(id(method), first): [(ALWAYS, me)]}
            if method.name == "__init__":
                frame |= self.folder.frame_of(owner.module, method, arguments, bound=True)
                frame[id(method), first] = [(ALWAYS, me)]
            for node in ast.walk(method):
                if not isinstance(node, ast.Assign) or node.lineno <= after:
                    continue
                for target in node.targets:
                    if (
                        isinstance(target, ast.Attribute)
                        and isinstance(target.value, ast.Name)
                        and target.value.id == first
                        and target.attr in _DEFINING
                    ):
                        yield target.attr, self.folder.fold(owner.module, node.value, frame)

    def internals(self, owner: ClassRef) -> list[str]:
        """Return where a subclass uses what only Docker has, as `file:line: name`."""
        found = []
        for each in self.folder.lineage(owner):
            if not isinstance(each, ClassRef):
                continue
            for method in each.node.body:
                if not isinstance(method, ast.FunctionDef):
                    continue
                if method.name in docker_names.INTERNALS:
                    found.append(f"{each.module.file}:{method.lineno}: {method.name}")
                first = _first(method)
                for node in ast.walk(method):
                    if not isinstance(node, ast.Attribute):
                        continue
                    on_self = isinstance(node.value, ast.Name) and node.value.id == first
                    if node.attr in docker_names.INTERNALS and (
                        on_self or _is_super_object(node.value)
                    ):
                        found.append(f"{each.module.file}:{node.lineno}: {node.attr}")
        return found


_DEFINING = frozenset(
    [
        "image",
        "entrypoint",
        "user",
        "working_dir",
        "mounts",
        "volumes",
        "docker_conn_id",
        "private_environment",
    ]
)


def is_swarm(folder: Folder, value: Any) -> bool:
    """Tell whether a class is DockerSwarmOperator or a subclass of it."""
    if isinstance(value, ClassRef):
        return any(is_external(each, docker_names.SWARM) for each in folder.lineage(value))
    return is_external(value, docker_names.SWARM)


# Names of variables that hold an operator's class, or makes one; folding every other name
# of a large folder takes minutes.
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


def _expanded(node: ast.Call, arguments: Arguments) -> Arguments:
    named: dict[str, Worlds] = {}
    for name, worlds in arguments.named.items():
        named[name] = []
        for guards, value in worlds:
            if isinstance(value, Items) and not value.is_open:
                named[name] += [
                    (guards | {((id(node), name), turn)}, item)
                    for turn, item in enumerate(value.items)
                ]
            else:
                known = value if isinstance(value, Unknown) else Unknown("xcom", name)
                named[name].append((guards, known))
    return replace(arguments, named=named)


def _expanded_kwargs(node: ast.Call, arguments: Arguments) -> Arguments:
    worlds = (
        arguments.positional[0]
        if arguments.positional
        else arguments.named.get("kwargs", [(ALWAYS, Unknown("xcom", "kwargs"))])
    )
    turns: list[tuple[Any, Map]] = []
    for guards, value in worlds:
        if not isinstance(value, Items) or value.is_open:
            name = value.name if isinstance(value, Unknown) else "expand_kwargs"
            return Arguments((), {}, True, name)
        turns += [
            (guards | {(id(node), turn)}, as_map(item)) for turn, item in enumerate(value.items)
        ]
    names = dict.fromkeys(str(key) for _, each in turns for key in each.items)
    return Arguments(
        (),
        {name: [(g, each.items.get(name, ABSENT)) for g, each in turns] for name in names},
        any(each.is_open for _, each in turns),
        next((each.origin for _, each in turns if each.is_open), ""),
    )


def _method(owner: ClassRef, name: str) -> ast.FunctionDef | None:
    for node in owner.node.body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return node
    return None


def _first(function: Any) -> str:
    every = [*function.args.posonlyargs, *function.args.args]
    return every[0].arg if every else ""


def _call_above(constructor: ast.FunctionDef) -> ast.Call | None:
    """Return the call of the constructor above, by super() or by the class's name."""
    for node in ast.walk(constructor):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "__init__"
        ):
            return node
    return None


def _is_super(func: ast.expr) -> bool:
    return isinstance(func, ast.Attribute) and _is_super_object(func.value)


def _is_super_object(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "super"
    )
