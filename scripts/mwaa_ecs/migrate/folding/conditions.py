"""Tells in which worlds a condition holds: a branch has only the values that reach it."""

from __future__ import annotations

import ast
from typing import Any

from mwaa_ecs.migrate.folding.dispatch import Dispatcher, Frame
from mwaa_ecs.migrate.folding.values import (
    ALWAYS,
    Guards,
    Items,
    Map,
    TooManyError,
    Unknown,
    is_constant,
    joined,
    product,
)
from mwaa_ecs.migrate.reading.bindings import Condition, Path
from mwaa_ecs.migrate.reading.project import Module

Truths = list[tuple[Guards, bool | None]]


class ConditionFolder(Dispatcher):
    """Folds conditions of what a call passes, or of the name that a branch changes.

    Of other conditions both branches count: a constant of the file may be another one tomorrow.
    """

    def reaching(self, module: Module, path: Path, name: str, frame: Frame) -> list[Guards]:
        """Return the worlds in which branches are taken.

        Args:
            module: the file.
            path: the branches.
            name: what is asked for there; empty for nothing.
            frame: what the function's parameters are.
        """
        found: list[Guards] = [ALWAYS]
        for node, arm in path:
            condition = module.scopes.conditions.get(node)
            if condition is None or not (
                name in condition.names or self.of_a_call(module, condition)
            ):
                continue
            worlds = self.where(module, condition.test, arm == "if", frame)
            found = [
                both
                for before in found
                for guards in worlds
                if (both := joined(before, guards)) is not None
            ]
        return found

    def of_a_call(self, module: Module, condition: Condition) -> bool:
        """Tell whether a condition is about what a function's caller passes."""
        place = module.scopes.places.get(id(condition.first))
        scope = place.scope if place is not None else None
        while scope is not None and scope.kind == "comprehension":
            scope = scope.parent
        return scope is not None and any(
            binding.kind == "parameter"
            for name in condition.names
            for binding in scope.names.get(name, ())
        )

    def where(
        self, module: Module, test: ast.expr, is_true: bool, frame: Frame
    ) -> list[Guards]:
        """Return the worlds in which a condition is, or may be, true or false."""
        try:
            truths = self._truths(module, test, frame)
        except TooManyError:
            return [ALWAYS]
        return [guards for guards, truth in truths if truth is None or truth is is_true]

    def _truths(self, module: Module, test: ast.expr, frame: Frame) -> Truths:
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            inner = self._truths(module, test.operand, frame)
            return [(guards, None if truth is None else not truth) for guards, truth in inner]
        if isinstance(test, ast.BoolOp):
            decides = isinstance(test.op, ast.Or)
            parts = [self._truths(module, each, frame) for each in test.values]
            return [(guards, _all_of(truths, decides)) for guards, truths in product(parts)]
        if isinstance(test, ast.Compare) and len(test.ops) == 1:
            sides = [self.fold(module, each, frame) for each in (test.left, *test.comparators)]
            return [
                (guards, _compared(test.ops[0], left, right))
                for guards, (left, right) in product(sides)
            ]
        return [(guards, truth_of(value)) for guards, value in self.fold(module, test, frame)]


def truth_of(value: Any) -> bool | None:
    """Return whether a value counts as true; None where that is not known."""
    if is_constant(value):
        return bool(value)
    if isinstance(value, Items | Map):
        return True if value.items else None if value.is_open else False
    return None


def _all_of(truths: tuple[bool | None, ...], decides: bool) -> bool | None:
    """Return what `or` (which True decides) or `and` (which False does) makes of truths."""
    if decides in truths:
        return decides
    return None if None in truths else not decides


def _compared(operator: ast.cmpop, left: Any, right: Any) -> bool | None:
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return None
    if isinstance(operator, ast.Is | ast.IsNot):
        if left is not None and right is not None:
            return None
        return (left is right) is isinstance(operator, ast.Is)
    if isinstance(operator, ast.In | ast.NotIn):
        found = _contains(right, left)
        return None if found is None else found is isinstance(operator, ast.In)
    if not (is_constant(left) and is_constant(right)):
        return None
    if isinstance(operator, ast.Eq | ast.NotEq):
        return (left == right) is isinstance(operator, ast.Eq)
    return None


def _contains(holder: Any, value: Any) -> bool | None:
    if not is_constant(value):
        return None
    if isinstance(holder, str) and isinstance(value, str):
        return value in holder
    if isinstance(holder, Map):
        return True if value in holder.items else None if holder.is_open else False
    if isinstance(holder, Items) and all(map(is_constant, holder.items)):
        return True if value in holder.items else None if holder.is_open else False
    return None
