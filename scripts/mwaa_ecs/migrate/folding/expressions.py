"""Folds operators, subscripts and conditional expressions."""

from __future__ import annotations

import ast

from mwaa_ecs.migrate.folding.conditions import ConditionFolder, truth_of
from mwaa_ecs.migrate.folding.dispatch import Frame
from mwaa_ecs.migrate.folding.operators import combined, item_of
from mwaa_ecs.migrate.folding.values import (
    ALWAYS,
    Guards,
    Map,
    Unknown,
    Worlds,
    computed,
    is_constant,
    joined,
    product,
)
from mwaa_ecs.migrate.reading.bindings import condition_of
from mwaa_ecs.migrate.reading.project import Module


class ExpressionFolder(ConditionFolder):
    """Folds operators, subscripts and conditional expressions."""

    def _Subscript(self, module: Module, node: ast.Subscript, frame: Frame) -> Worlds:
        pairs = product(
            [self.fold(module, node.value, frame), self.fold(module, node.slice, frame)]
        )
        found: Worlds = []
        for guards, (value, key) in pairs:
            if isinstance(value, Map) and not is_constant(key) and value.items:
                # The value is one of these; only a run knows which.
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
        decides = isinstance(node.op, ast.Or)
        reached: Worlds = [(ALWAYS, None)]
        for number, operand in enumerate(node.values):
            worlds = self.fold(module, operand, frame)
            if number == len(node.values) - 1:
                found += _both(reached, worlds)
                break
            following: list[Guards] = []
            for guards, value in _both(reached, worlds):
                truth = truth_of(value)
                if truth is None or truth is decides:
                    arm = {(id(node), number)} if truth is None else ()
                    found.append((guards.union(arm), value))
                if truth is None or truth is not decides:
                    arm = {(id(node), -number - 1)} if truth is None else ()
                    following.append(guards.union(arm))
            reached = [(guards, None) for guards in following]
        return found

    def _IfExp(self, module: Module, node: ast.IfExp, frame: Frame) -> Worlds:
        found: Worlds = []
        condition = condition_of(node.test)
        for arm, branch in (("if", node.body), ("else", node.orelse)):
            guard: Guards = frozenset({(id(node), arm)})
            reached: list[Guards] = [ALWAYS]
            if condition.names & condition_of(branch).names or self.of_a_call(
                module, condition
            ):
                reached = self.where(module, node.test, arm == "if", frame)
            branches = _both([(g, None) for g in reached], self.fold(module, branch, frame))
            found += [
                (both, value)
                for guards, value in branches
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


def _both(reached: Worlds, worlds: Worlds) -> Worlds:
    """Return the worlds of an operand where it is reached."""
    return [
        (both, value)
        for before, _ in reached
        for guards, value in worlds
        if (both := joined(before, guards)) is not None
    ]
