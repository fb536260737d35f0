"""Type constraints of variables, and the literals that defaults are made of."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from mwaa_ecs.hcl.blocks import Expression
from mwaa_ecs.hcl.lexer import Token


@dataclass(frozen=True)
class Primitive:
    """`string`, `number` or `bool`."""

    name: str


@dataclass(frozen=True)
class AnyType:
    """`any`: whatever is given."""


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
    """An attribute of an object; `default` is what `optional(type, default)` says."""

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
_ESCAPES = re.compile(r'\\(?:n|r|t|"|\\|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})')


def read_type(expression: Expression) -> Type:
    """Read a variable's `type`.

    Raises:
        HclError: it is no type constraint.
    """
    parser = _Parser(expression)
    found = parser.type()
    parser.finish()
    return found


def read_literal(expression: Expression) -> Any:
    """Read a literal as Python has it: str, int, float, bool, None, list, dict.

    Raises:
        HclError: it is not a literal.
    """
    parser = _Parser(expression)
    found = parser.literal()
    parser.finish()
    return found


class _Parser:
    """Reads one expression from left to right; line ends mean nothing inside brackets."""

    def __init__(self, expression: Expression) -> None:
        self.source = expression.source
        self.tokens = [token for token in expression.tokens if token.kind != "newline"]
        end = expression.tokens[-1].end
        self.tokens.append(Token("end", "", end, end))
        self.position = 0

    def finish(self) -> None:
        if self.peek().kind != "end":
            self.refuse(self.peek(), "the end of the expression")

    def refuse(self, token: Token, wanted: str) -> NoReturn:
        given = repr(token.text) if token.text else "nothing"
        raise self.source.error(token.start, f"here stands {given} where {wanted} is wanted")

    def peek(self) -> Token:
        return self.tokens[self.position]

    def take(self) -> Token:
        token = self.tokens[self.position]
        if token.kind != "end":
            self.position += 1
        return token

    def expect(self, text: str) -> None:
        token = self.take()
        if token.text != text:
            self.refuse(token, repr(text))

    def type(self) -> Type:
        token = self.take()
        # Terraform still takes the quoted "string" of old.
        word = token.text.strip('"')
        if token.kind not in ("name", "string"):
            self.refuse(token, "a type")
        if word in _PRIMITIVES:
            return Primitive(word)
        if word == "any":
            return AnyType()
        # Before 0.12, `type = list` and `type = map` stood alone.
        if word in ("list", "map") and self.peek().text != "(":
            return ListType(AnyType()) if word == "list" else MapType(AnyType())
        if word not in ("list", "set", "map", "tuple", "object"):
            self.refuse(token, "a type")
        self.expect("(")
        found = getattr(self, f"_{word}")()
        self.expect(")")
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

    def literal(self) -> Any:
        token = self.take()
        if token.kind == "string":
            return self._string(token)
        if token.kind == "heredoc":
            return _heredoc(token.text)
        if token.kind == "number":
            return _number(token.text)
        if token.text == "-" and self.peek().kind == "number":
            return -_number(self.take().text)
        if token.kind == "name" and token.text in ("true", "false", "null"):
            return {"true": True, "false": False, "null": None}[token.text]
        if token.text == "[":
            return self._items()
        if token.text == "{":
            return self._pairs()
        return self.refuse(token, "a literal")

    def _string(self, token: Token) -> str:
        inside = token.text[1:-1]
        if re.search(r"(?<![$])\$\{|(?<!%)%\{", inside):
            self.refuse(token, "a string without a template")
        text = _ESCAPES.sub(lambda found: str(json.loads(_json(found[0]))), inside)
        return text.replace("$${", "${").replace("%%{", "%{")

    def _items(self) -> list[Any]:
        found = []
        while self.peek().text != "]":
            found.append(self.literal())
            if self.peek().text != "]":
                self.expect(",")
        self.take()
        return found

    def _pairs(self) -> dict[str, Any]:
        found = {}
        while (token := self.take()).text != "}":
            if token.kind not in ("name", "string", "number"):
                self.refuse(token, "a key")
            key = self._string(token) if token.kind == "string" else token.text
            if (sign := self.take()).text not in ("=", ":"):
                self.refuse(sign, "'='")
            found[key] = self.literal()
            if self.peek().text == ",":
                self.take()
        return found


def _json(escape: str) -> str:
    """Return an escape of HCL's as a JSON string."""
    if escape.startswith("\\U"):
        return json.dumps(chr(int(escape[2:], 16)))
    return f'"{escape}"'


def _number(text: str) -> int | float:
    value = float(text)
    return int(text) if text.isdigit() else int(value) if value.is_integer() else value


def _heredoc(text: str) -> str:
    first, *lines = text.split("\n")
    body = "".join(f"{line}\n" for line in lines[:-1])
    return textwrap.dedent(body) if first.startswith("<<-") else body
