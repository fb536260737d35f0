"""Folds a node by the method of its kind, and remembers what it may be."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from mwaa_ecs.migrate.folding.values import TooManyError, Worlds, computed
from mwaa_ecs.migrate.reading.project import Module, Project

Frame = Mapping[tuple[int, str], Worlds]
NO_FRAME: Frame = {}
_DEEPEST = 60


class Dispatcher:
    """Folds a node by the method that is named after the node's class."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._active: set[tuple[int, int]] = set()
        self._depth = 0
        # The number of recursions that were cut off; values found meanwhile are not kept.
        self._cut = 0

    def fold(self, module: Module, node: ast.AST, frame: Frame = NO_FRAME) -> Worlds:
        """Return what an expression may be."""
        if not frame and id(node) in module.known:
            return module.known[id(node)][1]
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
            module.known[id(node)] = (node, found)
        return found

    def _fold(self, module: Module, node: ast.AST, frame: Frame) -> Worlds:
        method = getattr(self, f"_{type(node).__name__}", None)
        if method is None:
            return computed("an expression")
        found: Worlds = method(module, node, frame)
        return found
