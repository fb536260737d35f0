"""Assignments to each name of a file, with their places and branches."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from typing import Any

from mwaa_ecs.migrate.reading.bindings import (
    GLOBAL,
    MUTATORS,
    Binding,
    Condition,
    Path,
    Place,
    Scope,
    condition_of,
)


class Scopes:
    """The scopes of one file, and the place of every call and statement in them."""

    def __init__(self, tree: ast.Module, is_package: bool, package: Sequence[str]) -> None:
        self.module = Scope("module", tree, None)
        self.places: dict[int, Place] = {}
        self.parents: dict[int, ast.AST] = {}
        self.calls: list[ast.Call] = []
        self.functions: list[ast.FunctionDef | ast.AsyncFunctionDef] = []
        self.classes: list[ast.ClassDef] = []
        self.noted: list[ast.AST] = []
        self.shifts: list[ast.BinOp] = []
        self.imports: list[ast.Import | ast.ImportFrom] = []
        self.of_node: dict[int, Scope] = {id(tree): self.module}
        self._scope = self.module
        self._path: Path = ()
        # Nodes of one branch share their place.
        self._here = Place(self.module, self._path)
        self._package = list(package) if is_package else list(package[:-1])
        self.arms: dict[int, frozenset[str]] = {}
        self.conditions: dict[int, Condition] = {}
        for statement in tree.body:
            self.visit(statement)

    # -- walking -----------------------------------------------------------------------------

    def visit(self, node: ast.AST) -> None:
        """Visit a node, noting where it is."""
        kind = type(node)
        if kind is ast.Constant:
            return
        if kind in _NOTED:
            self.noted.append(node)
        if kind in _PLACED:
            here = self._here
            if here.scope is not self._scope or here.path is not self._path:
                here = self._here = Place(self._scope, self._path)
            self.places[id(node)] = here
        if kind is ast.Name:
            return
        if kind is ast.BinOp and isinstance(node.op, ast.RShift | ast.LShift):  # type: ignore[attr-defined]
            self.shifts.append(node)  # type: ignore[arg-type]
        children = _children(node)
        for child in children:
            self.parents[id(child)] = node
        handler = getattr(self, _HANDLERS.get(kind) or _handler(kind), None)
        if handler is not None:
            handler(node)
            return
        for child in children:
            self.visit(child)

    def generic_visit(self, node: ast.AST) -> None:
        """Visit what a node consists of."""
        for child in _children(node):
            self.visit(child)

    def _arm(self, node: ast.AST, arm: str, body: Iterable[ast.AST]) -> None:
        before = self._path
        self._path = (*before, (id(node), arm))
        for child in body:
            self.visit(child)
        self._path = before

    def _inside(self, scope: Scope, body: Iterable[ast.AST]) -> None:
        outer, path = self._scope, self._path
        self._scope, self._path = scope, ()
        self.of_node[id(scope.node)] = scope
        for child in body:
            self.visit(child)
        self._scope, self._path = outer, path

    def _bind(
        self, target: ast.AST, kind: str, node: Any, steps: tuple[int, ...] = (), **more: Any
    ) -> None:
        place = (target.lineno, target.col_offset)  # type: ignore[attr-defined]
        if isinstance(target, ast.Name):
            scope = self._scope
            while scope.kind == "comprehension" and kind == "walrus" and scope.parent:
                scope = scope.parent
            if target.id in scope.globals:
                scope, more = scope.root(), {**more, "detail": GLOBAL}
            end = _end_of(node) if isinstance(node, ast.expr) else place
            scope.add(
                target.id,
                Binding(
                    kind, node, end if kind == "assign" else place, self._path, steps, **more
                ),
            )
        elif isinstance(target, ast.Tuple | ast.List):
            for index, element in enumerate(target.elts):
                if isinstance(element, ast.Starred):
                    self._bind(element.value, "opaque", None, detail="an unpacked list")
                else:
                    self._bind(element, kind, node, (*steps, index), **more)
        elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
            self._change(
                target.value,
                "setitem",
                (target.slice, node),
                _end_of(node) if isinstance(node, ast.expr) else place,
            )

    def _change(self, name: ast.Name, how: str, node: Any, place: tuple[int, int]) -> None:
        scope: Scope | None = self._scope
        while scope is not None and name.id not in scope.names:
            scope = scope.parent
        if scope is None:
            return
        path = self._path if scope is self._scope else ()
        scope.add(name.id, Binding("change", node, place, path, detail=how))

    # -- statements --------------------------------------------------------------------------

    def visit_Global(self, node: ast.Global) -> None:
        self._scope.globals.update(node.names)

    def visit_Assign(self, node: ast.Assign) -> None:
        self.visit(node.value)
        for target in node.targets:
            self.visit(target)
            self._bind(target, "assign", node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self.visit(node.annotation)
        if node.value is not None:
            self.visit(node.value)
            self._bind(node.target, "assign", node.value)
        self.visit(node.target)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        self._bind(node.target, "walrus", node.value)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.generic_visit(node)
        if isinstance(node.target, ast.Name):
            self._change(node.target, "augment", (node.op, node.value), _end_of(node.value))
        elif isinstance(node.target, ast.Subscript) and isinstance(node.target.value, ast.Name):
            after = ast.copy_location(ast.BinOp(node.target, node.op, node.value), node)
            parts = (node.target.slice, after)
            self._change(node.target.value, "setitem", parts, _end_of(node.value))

    def visit_If(self, node: ast.If) -> None:
        self.visit(node.test)
        self.conditions[id(node)] = condition_of(node.test)
        if node.orelse:
            self.arms[id(node)] = frozenset({"if", "else"})
        self._arm(node, "if", node.body)
        self._arm(node, "else", node.orelse)

    def _try(self, node: Any) -> None:
        names = {"try", *(f"except{number}" for number in range(len(node.handlers)))}
        self.arms[id(node)] = frozenset(names)
        self._arm(node, "try", [*node.body, *node.orelse])
        for number, handler in enumerate(node.handlers):
            self._arm(node, f"except{number}", [handler])
        for child in node.finalbody:
            self.visit(child)

    visit_Try = _try
    visit_TryStar = _try

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name:
            self._scope.add(
                node.name, Binding("opaque", None, (node.lineno, node.col_offset), self._path)
            )
        self.generic_visit(node)

    def visit_Match(self, node: ast.Match) -> None:
        self.visit(node.subject)
        for number, case in enumerate(node.cases):
            self._arm(node, f"case{number}", [case])

    def _for(self, node: Any) -> None:
        self.visit(node.iter)
        before = self._path
        self._path = (*before, (id(node), "loop"))
        self.visit(node.target)
        self._bind(node.target, "for", node.iter, detail=node)
        for child in node.body:
            self.visit(child)
        self._path = before
        for child in node.orelse:
            self.visit(child)

    visit_For = _for
    visit_AsyncFor = _for

    def visit_While(self, node: ast.While) -> None:
        self.visit(node.test)
        self._arm(node, "loop", node.body)
        for child in node.orelse:
            self.visit(child)

    def _with(self, node: Any) -> None:
        for item in node.items:
            self.visit(item)
            if item.optional_vars is not None:
                self._bind(item.optional_vars, "with", item.context_expr)
        for child in node.body:
            self.visit(child)

    visit_With = _with
    visit_AsyncWith = _with

    def _function(self, node: Any) -> None:
        self.functions.append(node)
        for child in (*node.decorator_list, *_defaults(node.args)):
            self.visit(child)
        self._scope.add(
            node.name, Binding("function", node, (node.lineno, node.col_offset), self._path)
        )
        self._inside(self._parameters(node), node.body)

    visit_FunctionDef = _function
    visit_AsyncFunctionDef = _function

    def visit_Lambda(self, node: ast.Lambda) -> None:
        for child in _defaults(node.args):
            self.visit(child)
        self._inside(self._parameters(node), [node.body])

    def _parameters(self, node: Any) -> Scope:
        scope = Scope("function", node, self._scope)
        arguments = node.args
        place = (node.lineno, -1)
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        for one in every:
            scope.add(one.arg, Binding("parameter", node, place, detail=one.arg))
        if arguments.vararg:
            name = arguments.vararg.arg
            scope.add(name, Binding("parameter", node, place, detail=f"*{name}"))
        if arguments.kwarg:
            name = arguments.kwarg.arg
            scope.add(name, Binding("parameter", node, place, detail=f"**{name}"))
        return scope

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.classes.append(node)
        for child in (*node.decorator_list, *node.bases, *node.keywords):
            self.visit(child)
        self._scope.add(
            node.name, Binding("class", node, (node.lineno, node.col_offset), self._path)
        )
        self._inside(Scope("class", node, self._scope), node.body)

    def _comprehension(self, node: Any) -> None:
        scope = Scope("comprehension", node, self._scope)
        self.of_node[id(node)] = scope
        outer, path = self._scope, self._path
        for number, generator in enumerate(node.generators):
            if number == 0:
                self.visit(generator.iter)
            self._scope, self._path = scope, ()
            if number:
                self.visit(generator.iter)
            self._bind(generator.target, "for", generator.iter, detail=generator)
            for test in generator.ifs:
                self.visit(test)
        elements = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        for element in elements:
            self.visit(element)
        self._scope, self._path = outer, path

    visit_ListComp = _comprehension
    visit_SetComp = _comprehension
    visit_GeneratorExp = _comprehension
    visit_DictComp = _comprehension

    def visit_Call(self, node: ast.Call) -> None:
        self.calls.append(node)
        self.generic_visit(node)
        func = node.func
        if (
            isinstance(func, ast.Attribute)
            and func.attr in MUTATORS
            and isinstance(func.value, ast.Name)
        ):
            self._change(func.value, func.attr, node, _end_of(node))

    # -- imports -----------------------------------------------------------------------------

    def visit_Import(self, node: ast.Import) -> None:
        self.imports.append(node)
        place = (node.lineno, node.col_offset)
        for alias in node.names:
            if alias.asname:
                bound, detail = alias.asname, (alias.name, None)
            else:
                bound = alias.name.partition(".")[0]
                detail = (bound, None)
            self._scope.add(bound, Binding("import", node, place, self._path, detail=detail))

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        self.imports.append(node)
        place = (node.lineno, node.col_offset)
        module = self.absolute(node)
        for alias in node.names:
            bound = alias.asname or alias.name
            self._scope.add(
                bound,
                Binding("import", node, place, self._path, detail=(module, alias.name)),
            )

    def absolute(self, node: ast.ImportFrom) -> str:
        """Return the module that an import is from; `.` first where it is relative."""
        if not node.level:
            return node.module or ""
        up = self._package[: len(self._package) - (node.level - 1)]
        return "." + ".".join([*up, *([node.module] if node.module else [])])


# Nodes that notes are about.
_NOTED = frozenset({ast.Assign, ast.AugAssign, ast.Dict, ast.keyword, ast.Subscript})

# Nodes whose place is asked for; noting it for every node costs a third of the time.
_PLACED = frozenset(
    {
        *(ast.Name, ast.Call, ast.Subscript, ast.Return),
        *(ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Lambda),
        *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef),
    }
)


# Fields that hold no expression and no statement.
_PLAIN = frozenset({"ctx", "op", "ops", "id", "arg", "attr", "level", "kind", "type_comment"})
_HANDLERS: dict[type[ast.AST], str] = {}
_FIELDS: dict[type[ast.AST], tuple[str, ...]] = {}


def _handler(kind: type[ast.AST]) -> str:
    name = _HANDLERS[kind] = f"visit_{kind.__name__}"
    return name


def _children(node: ast.AST) -> list[ast.AST]:
    kind = type(node)
    fields = _FIELDS.get(kind)
    if fields is None:
        fields = tuple(name for name in node._fields if name not in _PLAIN)
        _FIELDS[kind] = fields
    found = []
    for name in fields:
        value = getattr(node, name, None)
        if value.__class__ is list:
            found += [each for each in value if isinstance(each, ast.AST)]
        elif isinstance(value, ast.AST):
            found.append(value)
    return found


def _end_of(node: ast.expr) -> tuple[int, int]:
    """Return where a node ends: a name is changed once its new value is known."""
    return (node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)


def _defaults(arguments: ast.arguments) -> list[ast.expr]:
    return [*arguments.defaults, *(one for one in arguments.kw_defaults if one is not None)]
