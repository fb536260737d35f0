"""Folds expressions: what each may be, with the branches and calls in which it is that."""

from __future__ import annotations

from mwaa_ecs.migrate.folding.attributes import AttributeFolder
from mwaa_ecs.migrate.folding.expressions import ExpressionFolder
from mwaa_ecs.migrate.folding.function_calls import CallFolder
from mwaa_ecs.migrate.folding.literals import LiteralFolder


class Folder(LiteralFolder, ExpressionFolder, AttributeFolder, CallFolder):
    """Folds expressions of a project's files."""
