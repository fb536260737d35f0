"""The permissions that a call needs of its caller's policies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mwaa_ecs.errors import OperationError

Context = Mapping[str, tuple[str, ...]]
"""Condition keys with their values. A key without a value: the request is known not to have it.
A name that ends with `/*` stands for all keys with that beginning (`aws:RequestTag/*`)."""


class NotJudgedError(OperationError):
    """Whether the call is allowed depends on something that is not known here."""


@dataclass(frozen=True)
class Need:
    """One permission that a call needs.

    Attributes:
        action: the action as a policy names it, for example `ecs:RunTask`.
        resource: the ARN that is authorised, `*` where the action has no resources, None where
            the resource is not known here.
        context: the request's condition keys.
    """

    action: str
    resource: str | None
    context: Context = field(default_factory=dict)

    def values(self, key: str) -> tuple[str, ...]:
        """Return the values of a condition key; none where the request does not have it.

        Args:
            key: name of the condition key, in any case.

        Raises:
            NotJudgedError: whether the request has the key is not known.
        """
        wanted = key.lower()
        family = False
        for name, values in self.context.items():
            if name.lower() == wanted:
                return values
            family |= name.endswith("/*") and wanted.startswith(name[:-1].lower())
        if family:
            return ()
        raise NotJudgedError(f"the value of the condition key {key} is not known")

    @property
    def present(self) -> dict[str, tuple[str, ...]]:
        """The condition keys that the request has."""
        return {name: values for name, values in self.context.items() if values}


def tags_as_context(tags: Mapping[str, str]) -> Context:
    """Return the tags of a resource as condition keys."""
    return {
        "aws:ResourceTag/*": (),
        **{f"aws:ResourceTag/{key}": (value,) for key, value in tags.items()},
    }
