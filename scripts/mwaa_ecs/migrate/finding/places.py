"""Tells when a place in a file is run: at every parse, or only on some way."""

from __future__ import annotations

from mwaa_ecs.migrate import docker_names
from mwaa_ecs.migrate.folding.builtin_calls import is_external
from mwaa_ecs.migrate.folding.fold import Folder
from mwaa_ecs.migrate.reading.bindings import Place, Scope
from mwaa_ecs.migrate.reading.project import Module


def runs_at_parse(module: Module, folder: Folder, scope: Scope) -> bool:
    """Tell whether a scope is run at parse: a module's, a class's, or that of a `@dag`."""
    at: Scope | None = scope
    while at is not None:
        if at.kind == "function":
            decorators = getattr(at.node, "decorator_list", [])
            if not any(
                is_external(
                    value.of if hasattr(value, "of") else value, docker_names.DAG_DECORATOR
                )
                for each in decorators
                for _, value in folder.fold(module, each)
            ):
                return False
        at = at.parent
    return True


def always_runs(module: Module, folder: Folder, place: Place) -> bool:
    """Tell whether a place is run at every parse: in no branch and no loop."""
    at: Scope | None = place.scope
    while at is not None:
        if at.kind == "comprehension":
            return False
        outer = module.scopes.places.get(id(at.node))
        if outer is not None and outer.path:
            return False
        at = at.parent
    return not place.path and runs_at_parse(module, folder, place.scope)
