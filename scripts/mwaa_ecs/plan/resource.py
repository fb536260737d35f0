"""A resource of a plan as a typed value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from mwaa_ecs.plan.partly_known import any_true, known_part

_STEP = re.compile(r'module\.([^.\[]+(?:\[(?:"(?:[^"\\]|\\.)*"|[0-9]+)\])?)\.')
_LAST_KEY = re.compile(r'\["([^"]*)"\](?=[^\[\]]*$)')


@dataclass(frozen=True)
class Resource:
    """A resource of a plan, as it is after apply.

    Attributes:
        address: the resource's address.
        kind: the type, for example `aws_ecs_cluster`.
        action: `create`, `update`, `replace`, `delete`, `forget` (kept in AWS), `read` or
            `no-op`.
        values: the attributes that are known in the plan.
        before: the attributes before apply; empty for a new resource.
        unknown: paths of attributes that are known only after apply, joined by dots.
        sensitive: names of attributes that must not be shown.
        outside: names of attributes that were changed outside Terraform since the last apply.
        importing: whether the resource exists and is imported into the state.
        moved_from: the address before a move; empty without a move.
        unknown_parts: what is unknown in each attribute, as Terraform's `after_unknown`.
    """

    address: str
    kind: str
    action: str
    values: Mapping[str, Any]
    before: Mapping[str, Any]
    unknown: frozenset[str]
    sensitive: frozenset[str] = frozenset()
    outside: frozenset[str] = frozenset()
    importing: bool = False
    moved_from: str = ""
    unknown_parts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def does_something(self) -> bool:
        """Whether apply changes the resource or its place in the state."""
        return self.action != "no-op" or self.importing or bool(self.moved_from)

    @property
    def changed_names(self) -> frozenset[str]:
        """The attributes that an update or a replacement changes, sensitive ones too.

        Null and empty are the same here, as they are to AWS.
        """
        if self.action not in ("update", "replace"):
            return frozenset()
        return frozenset(
            name
            for name, value in self.values.items()
            if (self.before.get(name) or None) != (value or None)
        )

    @property
    def changed(self) -> dict[str, tuple[Any, Any]]:
        """Old and new values of the changed attributes that are not sensitive."""
        return {
            name: (self.before.get(name), self.values[name])
            for name in sorted(self.changed_names - self.sensitive)
        }

    def __getitem__(self, name: str) -> Any:
        """Return the value of an attribute; a part that is unknown raises when it is read.

        Raises:
            UnknownValueError: it is known only after apply.
            KeyError: there is no such attribute.
        """
        unknown = self.unknown_parts.get(name)
        if any_true(unknown):
            return known_part(self.values.get(name), unknown, f"{self.address}: {name}")
        return self.values[name]

    @property
    def key(self) -> str:
        """The last `for_each` key in the address; empty without one."""
        found = _LAST_KEY.search(self.address)
        return found[1] if found else ""

    def __repr__(self) -> str:
        """Return the address, which a failing assertion shows."""
        return f"<{self.address}>"


def module_of(address: str) -> tuple[str, ...]:
    """Return the steps down to the module instance of a resource; empty for the root's."""
    steps = []
    place = 0
    while found := _STEP.match(address, place):
        steps.append(f"module.{found[1]}")
        place = found.end()
    return tuple(steps)


def read_resource(item: Mapping[str, Any], outside: frozenset[str]) -> Resource:
    """Read an entry of `resource_changes`, with the attributes changed outside Terraform."""
    change = item["change"]
    actions = change["actions"]
    parts = _mapping(change.get("after_unknown"))
    unknown = frozenset(_unknown_paths(parts, ""))
    return Resource(
        address=item["address"],
        kind=item["type"],
        action="replace" if len(actions) > 1 else actions[0],
        values={
            name: value
            for name, value in (change.get("after") or {}).items()
            if name not in unknown
        },
        before=change.get("before") or {},
        unknown=unknown,
        sensitive=frozenset(
            name
            for key in ("before_sensitive", "after_sensitive")
            for name, hidden in (_mapping(change.get(key))).items()
            if any_true(hidden)
        ),
        outside=outside,
        importing=bool(change.get("importing")),
        moved_from=str(item.get("previous_address", "")),
        unknown_parts=parts,
    )


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _unknown_paths(value: Any, path: str) -> Iterator[str]:
    if value is True:
        yield path
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _unknown_paths(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _unknown_paths(item, f"{path}.{number}")
