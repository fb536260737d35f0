"""Policies that a person's checks can ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mwaa_ecs.iam.document import Statement, parse_policy
from mwaa_ecs.iam.evaluate import covers_action, covers_resource, decide
from mwaa_ecs.iam.model import Need, NotJudgedError


@dataclass(frozen=True)
class Policy:
    """The statements of one policy document, or of several that hold together.

    Attributes:
        known: the statements that are known.
        unknown: what is not known, each with its reason; empty where all is known.
    """

    known: tuple[Statement, ...]
    unknown: tuple[str, ...] = ()

    @property
    def statements(self) -> tuple[Statement, ...]:
        """All statements.

        Raises:
            NotJudgedError: some are not known.
        """
        if self.unknown:
            raise NotJudgedError(
                f"not all rights are known: {'; '.join(self.unknown)}. `known` has the "
                "statements that are"
            )
        return self.known

    @classmethod
    def from_json(cls, document: str | Mapping[str, Any]) -> Policy:
        """Read a policy document.

        Raises:
            NotJudgedError: it is not a policy, or has an element that is not known here.
        """
        return cls(parse_policy(document))

    def about(self, action: str, resource: str | None = None) -> list[Statement]:
        """Return the statements about an action, on a resource if one is given.

        Args:
            action: for example `ecs:RunTask`.
            resource: an ARN without wildcards.

        Raises:
            NotJudgedError: a statement has a policy variable, or some are not known.
        """
        return [
            one
            for one in self.statements
            if covers_action(one, action)
            and (resource is None or covers_resource(one, Need(action, resource)))
        ]

    def allows(self, action: str, resource: str, **context: str | Sequence[str] | None) -> bool:
        """Return whether a call is allowed and not denied by these statements.

        Args:
            action: for example `ecs:RunTask`.
            resource: the ARN that the call is about, without wildcards.
            context: condition keys with `_` for the first `:`, for example
                `iam_PassedToService="ecs-tasks.amazonaws.com"`; None for a key that the
                request does not have.

        Raises:
            NotJudgedError: a statement about this action and resource has a policy variable, an
                operator that is not judged here, or a condition key that is not given; or not
                all statements are known, and none that is known denies the call.
        """
        keys = {name.replace("_", ":", 1): _values(value) for name, value in context.items()}
        try:
            decision = decide(Need(action, resource, keys), self.known)
        except NotJudgedError as error:
            raise NotJudgedError(
                f"whether {action} on {resource} is allowed is not known: {error}. Pass "
                "condition keys as in allows(..., ecs_cluster=ARN), and None for a key that "
                "the request does not have"
            ) from None
        if self.unknown and not decision.explicit:
            raise NotJudgedError(
                f"whether {action} on {resource} is allowed is not known: "
                f"{'; '.join(self.unknown)}"
            )
        return decision.allowed

    @property
    def actions(self) -> frozenset[str]:
        """Every action that is named and allowed on something.

        Raises:
            NotJudgedError: some statements are not known.
        """
        _ = self.statements
        return self.known_actions

    @property
    def known_actions(self) -> frozenset[str]:
        """Every action that a known statement names and allows on something."""
        return frozenset(
            action
            for one in self.known
            if one.effect == "Allow" and not one.not_actions
            for action in one.actions
        )


def _values(value: str | Sequence[str] | None) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)
