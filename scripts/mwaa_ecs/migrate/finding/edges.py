"""Finds which task waits for which, where both have constant ids."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mwaa_ecs.migrate.finding.places import always_runs
from mwaa_ecs.migrate.folding.builtin_calls import is_external
from mwaa_ecs.migrate.folding.fold import Folder
from mwaa_ecs.migrate.folding.values import Instance
from mwaa_ecs.migrate.reading.project import Module

_CHAIN = frozenset(
    {
        "airflow.models.baseoperator.chain",
        "airflow.sdk.bases.operator.chain",
        "airflow.sdk.chain",
        "airflow.utils.helpers.chain",
    }
)


@dataclass(frozen=True, order=True)
class Edge:
    """A task that waits for another; ids are without those of task groups."""

    upstream: str
    downstream: str
    line: int


def edges_of(folder: Folder, module: Module) -> list[Edge]:
    """Return the edges between tasks of DockerOperator that a file sets in any case.

    Args:
        folder: folds the file's expressions.
        module: the file.
    """
    return sorted(set(_Edges(folder, module).find()))


class _Edges:
    def __init__(self, folder: Folder, module: Module) -> None:
        self._folder = folder
        self._module = module

    def find(self) -> Iterator[Edge]:
        for call in self._module.scopes.calls:
            yield from self._of_call(call)
        for node in self._module.scopes.shifts:
            first, second = node.left, node.right
            if isinstance(node.op, ast.LShift):
                first, second = second, first
            yield from self._between(first, second, node.lineno)

    def _of_call(self, call: ast.Call) -> Iterator[Edge]:
        func = call.func
        if isinstance(func, ast.Attribute) and call.args:
            if func.attr == "set_downstream":
                yield from self._between(func.value, call.args[0], call.lineno)
            elif func.attr == "set_upstream":
                yield from self._between(call.args[0], func.value, call.lineno)
        if any(isinstance(each, ast.Starred) for each in call.args):
            return
        name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
        if name == "chain" and any(
            is_external(value, _CHAIN) for _, value in self._folder.fold(self._module, func)
        ):
            for first, second in zip(call.args, call.args[1:], strict=False):
                lists = [isinstance(each, ast.List | ast.Tuple) for each in (first, second)]
                # Between two lists chain sets edges pair by pair.
                if not all(lists):
                    yield from self._between(first, second, call.lineno)

    def _between(self, first: ast.expr, second: ast.expr, line: int) -> Iterator[Edge]:
        for upstream in self._ids(_given(first)):
            for downstream in self._ids(_given(second)):
                yield Edge(upstream, downstream, line)

    def _ids(self, node: ast.expr) -> list[str]:
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            return [each for item in node.elts for each in self._ids(item)]
        place = self._module.scopes.places.get(id(node))
        if place is None or not always_runs(self._module, self._folder, place):
            return []
        values = [value for _, value in self._folder.fold(self._module, node)]
        found = {task_id for value in values for task_id in _task_ids(self._folder, value)}
        return [each for each in found if each is not None] if len(found) == 1 else []


def _given(node: ast.expr) -> ast.expr:
    """Return what an expression gives: of `a >> b` and `a << b` its right side."""
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.RShift | ast.LShift):
        node = node.right
    return node


def _task_ids(folder: Folder, value: Any) -> Iterator[str | None]:
    if not isinstance(value, Instance) or not folder.is_operator(value.of):
        yield None
        return
    named = value.arguments.named if value.arguments else {}
    for _, task_id in named.get("task_id", [(None, None)]):
        yield task_id if isinstance(task_id, str) else None
