"""What a call needs of its caller's policies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Context = Mapping[str, tuple[str, ...]]
"""Condition keys with their values. No value: the request is known not to have the key. A name
that ends with `/*` says so of all keys that begin like it (`aws:RequestTag/*`)."""


class NotJudgedError(Exception):
    """Whether it is allowed depends on something that is not known here."""


@dataclass(frozen=True)
class Need:
    """One permission that a call needs.

    action: as a policy names it, `ecs:RunTask`.
    resource: the ARN that is authorised, `*` where the action knows none, None where it is
        not known here what it is.
    """

    action: str
    resource: str | None
    context: Context = field(default_factory=dict)

    def values(self, key: str) -> tuple[str, ...]:
        """The values of a condition key, whatever its case; none where it is absent.

        Raises NotJudgedError for a key of which it is not known whether the request has it.
        """
        wanted = key.lower()
        family = False
        for name, values in self.context.items():
            if name.lower() == wanted:
                return values
            family |= name.endswith("/*") and wanted.startswith(name[:-1].lower())
        if family:
            return ()
        raise NotJudgedError(
            f"the sandbox does not know the condition key {key} of {self.action}"
        )

    @property
    def present(self) -> dict[str, tuple[str, ...]]:
        """The condition keys that the request has."""
        return {name: values for name, values in self.context.items() if values}
