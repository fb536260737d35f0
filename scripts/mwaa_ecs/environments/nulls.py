"""Finds nulls that take nothing away: most often the key is misspelt, and its task stays."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from mwaa_ecs.environments.check import VARIABLES_ARE, unknown_key
from mwaa_ecs.environments.settings import BACKENDS
from mwaa_ecs.hcl import AnyType, MapType, ObjectType, Type, Variable
from mwaa_ecs.problems import Problem, did_you_mean, listed
from mwaa_ecs.strict_yaml import Node

_BACKEND = sorted({"type", *(key for keys in BACKENDS.values() for key in keys)})


class IdleNulls:
    """Reports a null that takes nothing away, unless its key is one that the type knows.

    `cpu: null` asks for the default of `cpu`, and has it. In a map any key may stand, so that a
    null means one that lies below.

    Args:
        variables: the module's variables.
        report: told of each problem.
        whole: all that lies below could be read.
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
        """Take a null that removes nothing, with the keys down to it."""
        *parents, key = path
        legal = self._legal(parents, key)
        where = ".".join(path)
        if legal is not None:
            if key not in legal:
                lead = VARIABLES_ARE if parents == ["inputs"] else "legal are"
                self._report(unknown_key(null, where, key, legal, lead))
        elif self._whole:
            what = f"null takes away what lies below, and there is no {key!r}"
            there = f"; there are {listed(below)}{did_you_mean(key, below)}" if below else ""
            self._report(null.problem(where, what + there, key=True))

    def _legal(self, parents: list[str], key: str) -> Collection[str] | None:
        """Return the keys that a mapping may have; None where any may stand in it.

        That is `key` alone where its mapping is out of place: that is told elsewhere.
        """
        if parents == ["vars"]:
            return None
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
