"""Policies with one thing taken away, or one thing made wider."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Document = Mapping[str, Any]

_BOUND = frozenset({"iam:PassRole", "ecs:TagResource"})
"""What their statements' condition is on, no other action of the service knows: with `iam:*`
the statement would allow the same."""


@dataclass(frozen=True)
class Mutant:
    """A changed policy.

    what: what was done to which statement. sid: that statement.
    wider: whether it can only allow more; it is noticed by a forbidden call, the others by a
        recorded one.
    actions: those of the changed statement; a verdict on any other is as it was.
    """

    what: str
    sid: str
    document: Document
    wider: bool
    actions: tuple[str, ...]


def mutants(document: Document) -> Iterator[Mutant]:
    """Each statement, action, resource, condition and value removed in turn, then widened."""
    for index, statement in enumerate(document["Statement"]):
        yield from _removed(document, index, statement)
        yield from _widened(document, index, statement)


def _with(document: Document, index: int, changed: Mapping[str, Any] | None) -> Document:
    statements = list(document["Statement"])
    statements[index : index + 1] = [] if changed is None else [changed]
    return {**document, "Statement": statements}


def _list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def _removed(document: Document, index: int, statement: Mapping[str, Any]) -> Iterator[Mutant]:
    sid, actions = statement["Sid"], tuple(_list(statement["Action"]))

    def mutant(what: str, changed: Any, *, wider: bool = False) -> Mutant:
        return Mutant(f"{sid} {what}", sid, _with(document, index, changed), wider, actions)

    yield mutant("removed", None)
    for element in ("Action", "Resource"):
        values = _list(statement.get(element, []))
        for value in values if len(values) > 1 else ():
            left = [other for other in values if other != value]
            yield mutant(f"without {value}", {**statement, element: left})
    for operator, keys in statement.get("Condition", {}).items():
        for key, given in keys.items():
            conditions = copy.deepcopy(statement["Condition"])
            del conditions[operator][key]
            conditions = {name: block for name, block in conditions.items() if block}
            changed = {**statement, "Condition": conditions}
            if not conditions:
                del changed["Condition"]
            yield mutant(f"without the condition on {key}", changed, wider=True)
            values = _list(given)
            for value in values if len(values) > 1 else ():
                conditions = copy.deepcopy(statement["Condition"])
                conditions[operator][key] = [other for other in values if other != value]
                yield mutant(f"without {key} = {value}", {**statement, "Condition": conditions})


def _widened(document: Document, index: int, statement: Mapping[str, Any]) -> Iterator[Mutant]:
    sid = statement["Sid"]

    def mutant(what: str, changed: Mapping[str, Any]) -> Mutant:
        actions = tuple(_list(changed["Action"]))
        return Mutant(f"{sid} {what}", sid, _with(document, index, changed), True, actions)

    for action in _list(statement["Action"]):
        if action in _BOUND and "Condition" in statement:
            continue
        service = f"{action.split(':')[0]}:*"
        yield mutant(f"with {service} for {action}", {**statement, "Action": service})
    resources = _list(statement.get("Resource", []))
    if resources and resources != ["*"]:
        yield mutant("on every resource", {**statement, "Resource": "*"})
    if "Principal" in statement:
        yield mutant("for everyone", {**statement, "Principal": "*"})
