"""Type constraints of variables, with the defaults that `optional()` gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mwaa_ecs.hcl.blocks import Expression
from mwaa_ecs.hcl.literals import LiteralParser


@dataclass(frozen=True)
class Primitive:
    """`string`, `number` or `bool`."""

    name: str


@dataclass(frozen=True)
class AnyType:
    """`any`: every value."""


@dataclass(frozen=True)
class ListType:
    """`list(element)`, or `set(element)` when `is_set`."""

    element: Type
    is_set: bool = False


@dataclass(frozen=True)
class MapType:
    """`map(element)`."""

    element: Type


@dataclass(frozen=True)
class TupleType:
    """`tuple([...])`."""

    elements: tuple[Type, ...]


@dataclass(frozen=True)
class Attribute:
    """An attribute of an object.

    Attributes:
        type: its type.
        optional: whether it is declared with `optional(...)`.
        has_default: whether that sets a default.
        default: the default of `optional(type, default)`.
    """

    type: Type
    optional: bool = False
    has_default: bool = False
    default: Any = None


@dataclass(frozen=True)
class ObjectType:
    """`object({...})`."""

    attributes: Mapping[str, Attribute]


Type = Primitive | AnyType | ListType | MapType | TupleType | ObjectType

_PRIMITIVES = ("string", "number", "bool")


def read_type(expression: Expression) -> Type:
    """Read a variable's `type`.

    Raises:
        HclError: the expression is not a type constraint.
    """
    parser = _Parser(expression)
    found = parser.type()
    parser.finish()
    return found


class _Parser(LiteralParser):
    def type(self) -> Type:
        token = self.take()
        # Terraform still accepts "string" in quotes, which old modules have.
        word = token.text.strip('"')
        if token.kind not in ("name", "string"):
            self.refuse(token, "a type")
        if word in _PRIMITIVES:
            return Primitive(word)
        if word == "any":
            return AnyType()
        # Modules from before Terraform 0.12 have `type = list` and `type = map`.
        if word in ("list", "map") and self.peek().text != "(":
            return ListType(AnyType()) if word == "list" else MapType(AnyType())
        if word not in ("list", "set", "map", "tuple", "object"):
            self.refuse(token, "a type")
        self.deeper()
        self.expect("(")
        found = getattr(self, f"_{word}")()
        self.expect(")")
        self.shallower()
        return found  # type: ignore[no-any-return]

    def _list(self) -> Type:
        return ListType(self.type())

    def _set(self) -> Type:
        return ListType(self.type(), is_set=True)

    def _map(self) -> Type:
        return MapType(self.type())

    def _tuple(self) -> Type:
        elements = []
        self.expect("[")
        while self.peek().text != "]":
            elements.append(self.type())
            if self.peek().text != "]":
                self.expect(",")
        self.take()
        return TupleType(tuple(elements))

    def _object(self) -> Type:
        attributes: dict[str, Attribute] = {}
        self.expect("{")
        while (token := self.take()).text != "}":
            if token.kind not in ("name", "string"):
                self.refuse(token, "an attribute's name")
            if (sign := self.take()).text not in ("=", ":"):
                self.refuse(sign, "'='")
            attributes[token.text.strip('"')] = self._attribute()
            if self.peek().text == ",":
                self.take()
        return ObjectType(attributes)

    def _attribute(self) -> Attribute:
        if self.peek().text != "optional":
            return Attribute(self.type())
        self.take()
        self.expect("(")
        kind = self.type()
        if self.peek().text == ",":
            self.take()
            if self.peek().text != ")":
                default = self.literal()
                if self.peek().text == ",":
                    self.take()
                self.expect(")")
                return Attribute(kind, optional=True, has_default=True, default=default)
        self.expect(")")
        return Attribute(kind, optional=True)
