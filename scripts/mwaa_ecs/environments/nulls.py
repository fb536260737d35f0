"""Reports nulls that remove nothing: most often their key is misspelt, and its task stays."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from mwaa_ecs.environments.check import MODULE_VARIABLES, unknown_key
from mwaa_ecs.environments.settings import BACKENDS, TASK_DEFAULTS
from mwaa_ecs.hcl import AnyType, MapType, ObjectType, Type, Variable
from mwaa_ecs.problems import Problem, suggestion
from mwaa_ecs.strict_yaml import Node

_BACKEND = sorted({"type", *(key for keys in BACKENDS.values() for key in keys)})


class IdleNulls:
    """Reports a null that removes nothing, unless its type has the key.

    `cpu: null` sets the default of `cpu`, whether or not a lower file sets `cpu`. A map accepts
    any key, so a null in it must remove a key that a lower file sets.

    Args:
        variables: the module's variables.
        report: called with each problem.
        whole: whether every lower file could be read.
    """

    def __init__(
        self,
        variables: Mapping[str, Variable],
        report: Callable[[Problem], None],
        *,
        whole: bool = True,
    ) -> None:
        self._variables = variables
        self._report = report
        self._whole = whole

    def __call__(self, path: tuple[str, ...], null: Node, below: Collection[str]) -> None:
        """Check a null that removes nothing; `path` is the keys down to it."""
        *parents, key = path
        accepted = self._accepted(parents, key)
        where = ".".join(path)
        if accepted is not None:
            if key not in accepted:
                label = MODULE_VARIABLES if parents == ["inputs"] else "accepted keys"
                self._report(unknown_key(null, where, key, accepted, label))
        elif self._whole:
            what = f"null removes a key that lower files set, and they do not set {key!r}"
            remedy = suggestion(key, below, "they set") if below else "; remove the line"
            self._report(null.problem(where, what + remedy, key=True))

    def _accepted(self, parents: list[str], key: str) -> Collection[str] | None:
        """Return the keys that a mapping accepts; None where it accepts any.

        In a mapping that is itself out of place, `key` is accepted: `Checker` reports the
        mapping.
        """
        if parents == ["vars"]:
            return None
        if parents[:1] == [TASK_DEFAULTS]:
            # They have the type of a task, whatever its name.
            parents = ["inputs", "tasks", "", *parents[1:]]
        if parents == ["backend"]:
            return _BACKEND
        if parents == ["inputs"]:
            return self._variables
        if parents[:1] != ["inputs"] or parents[1] not in self._variables:
            return (key,)
        kind: Type | None = self._variables[parents[1]].type
        for key in parents[2:]:
            if isinstance(kind, MapType):
                kind = kind.element
            elif isinstance(kind, ObjectType):
                attribute = kind.attributes.get(key)
                kind = attribute.type if attribute else None
            elif not isinstance(kind, AnyType):
                kind = None
        if isinstance(kind, MapType | AnyType):
            return None
        return kind.attributes if isinstance(kind, ObjectType) else (key,)
