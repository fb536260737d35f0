"""Mistakes that a module sees only with its resources and data sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from string import Template
from typing import Any

# The region, account and partition of the local AWS.
PLACE = {"region": "eu-west-1", "account_id": "123456789012", "partition": "aws"}


@dataclass(frozen=True)
class Message:
    """A message about the object whose rule it is, and parts of it.

    If an object has several messages, each is found by its first word, which is that of the
    first part.
    """

    about: str
    parts: tuple[str, ...]

    def among(self, messages: Mapping[str, frozenset[str]]) -> set[str]:
        """Return the messages, by their object, that this one can be."""
        found = messages.get(self.about, frozenset())
        first, _, _ = self.parts[0].partition(" ")
        return {text for text in found if len(found) == 1 or text.partition(" ")[0] == first}


@dataclass(frozen=True)
class Mistakes:
    """Inputs that a module refuses, with one message for each mistake.

    In all values, `$name` stands for the id of a resource of `account.py`.

    Attributes:
        module: the module's folder in `modules`.
        messages: what the plan reports.
        inputs: the values that differ from accepted ones.
        state: attributes of resources that the state has already, by their address.
    """

    module: str
    messages: tuple[Message, ...]
    inputs: Mapping[str, Any]
    state: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def message(about: str, *parts: str) -> Message:
    """Return the message of an object's rule."""
    return Message(about, parts)


def filled(value: Any, ids: Mapping[str, str]) -> Any:
    """Return a value with ids in place of their names, at any depth."""
    if isinstance(value, str):
        return Template(value).substitute(ids)
    if isinstance(value, Mapping):
        return {key: filled(inner, ids) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [filled(inner, ids) for inner in value]
    return value
