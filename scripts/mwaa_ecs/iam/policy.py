"""A policy document as statements that can be asked."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from mwaa_ecs.errors import OperationError

_LIKE = ("StringEquals", "StringLike", "ArnEquals", "ArnLike")


@dataclass(frozen=True)
class Statement:
    """A statement: who may do what, with what, and when.

    Attributes:
        not_actions: where it is about every action but these; `actions` is empty then.
        not_resources: where it is about everything but these; `resources` is empty then.
    """

    effect: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: Mapping[str, Mapping[str, tuple[str, ...]]]
    sid: str = ""
    not_actions: tuple[str, ...] = ()
    not_resources: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Statement:
        """Read a statement of a policy document."""
        return cls(
            effect=str(data.get("Effect", "")),
            actions=_words(data.get("Action")),
            resources=_words(data.get("Resource")),
            conditions={
                operator: {key: _words(value) for key, value in keys.items()}
                for operator, keys in data.get("Condition", {}).items()
            },
            sid=str(data.get("Sid", "")),
            not_actions=_words(data.get("NotAction")),
            not_resources=_words(data.get("NotResource")),
        )

    def covers(self, action: str, resource: str | None = None) -> bool:
        """Tell whether it is about an action, and about a resource if one is given."""
        acts = any(
            _matches(pattern, action, fold=True) for pattern in self.actions or self.not_actions
        )
        if acts == bool(self.not_actions):
            return False
        if resource is None:
            return True
        found = any(
            _matches(pattern, resource) for pattern in self.resources or self.not_resources
        )
        return found != bool(self.not_resources)

    def holds(self, context: Mapping[str, str]) -> bool:
        """Tell whether its conditions hold; a key that is not in the context never does.

        Raises:
            OperationError: it has a condition operator that is not judged here.
        """
        for operator, keys in self.conditions.items():
            if operator not in _LIKE:
                raise OperationError(f"condition operator {operator} is not judged here")
            for key, patterns in keys.items():
                given = context.get(key)
                exact = operator == "StringEquals"
                if given is None or not any(
                    given == pattern if exact else _matches(pattern, given)
                    for pattern in patterns
                ):
                    return False
        return True


@dataclass(frozen=True)
class Policy:
    """The statements of a policy document."""

    statements: tuple[Statement, ...]

    @classmethod
    def from_json(cls, text: str) -> Policy:
        """Read a policy document."""
        given = json.loads(text).get("Statement", [])
        return cls(
            tuple(map(Statement.from_json, given if isinstance(given, list) else [given]))
        )

    def about(self, action: str, resource: str | None = None) -> list[Statement]:
        """Return the statements about an action, on a resource if one is given."""
        return [found for found in self.statements if found.covers(action, resource)]

    def allows(self, action: str, resource: str, **context: str) -> bool:
        """Tell whether a call is allowed and not denied; a help in tests, not AWS's judgement.

        Args:
            action: for example `ecs:RunTask`.
            resource: the ARN that the call is about, without wildcards.
            context: condition keys with `_` for `:`, e.g. `iam_PassedToService="..."`.
        """
        keys = {name.replace("_", ":", 1): value for name, value in context.items()}
        found = [s for s in self.about(action, resource) if s.holds(keys)]
        return any(s.effect == "Allow" for s in found) and not any(
            s.effect == "Deny" for s in found
        )

    @property
    def actions(self) -> frozenset[str]:
        """Every action that is named and allowed on something."""
        return frozenset(
            action for s in self.statements if s.effect == "Allow" for action in s.actions
        )


def _words(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return (
        (str(value),)
        if not isinstance(value, Sequence) or isinstance(value, str)
        else tuple(map(str, value))
    )


def _matches(pattern: str, text: str, *, fold: bool = False) -> bool:
    if fold:
        pattern, text = pattern.lower(), text.lower()
    return _compiled(pattern).fullmatch(text) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    escaped = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.compile(escaped, re.S)
