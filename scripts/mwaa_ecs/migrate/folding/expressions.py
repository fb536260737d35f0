"""Folds operators, subscripts and conditional expressions."""

from __future__ import annotations

import ast

from mwaa_ecs.migrate.folding.dispatch import Dispatcher, Frame
from mwaa_ecs.migrate.folding.operators import combined, item_of
from mwaa_ecs.migrate.folding.values import (
    Map,
    Unknown,
    Worlds,
    computed,
    is_constant,
    joined,
    product,
)
from mwaa_ecs.migrate.reading.project import Module


class ExpressionFolder(Dispatcher):
    """Folds operators, subscripts and conditional expressions."""

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
            found.append((guards, item_of(value, key)))
        return found

    def _BinOp(self, module: Module, node: ast.BinOp, frame: Frame) -> Worlds:
        pairs = product(
            [self.fold(module, node.left, frame), self.fold(module, node.right, frame)]
        )
        return [(g, combined(node.op, left, right)) for g, (left, right) in pairs]

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
