"""Compares expressions with the types that Terraform converts them to, without evaluating."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mwaa_ecs.hcl import Expression, ListType, MapType, ObjectType, TupleType, Type
from mwaa_ecs.hcl.lexer import Source
from mwaa_ecs.hcl.slices import (
    Tokens,
    branches,
    encloses,
    find,
    items,
    stripped,
    traversal,
    word,
)
from mwaa_ecs.problems import suggestion

# The result of these functions contains the attributes of each argument.
_TRANSPARENT = frozenset(
    (
        "merge",
        "try",
        "coalesce",
        "tomap",
        "tolist",
        "toset",
        "concat",
        "sensitive",
        "nonsensitive",
    )
)
_DEEPEST = 50


@dataclass(frozen=True, order=True)
class Finding:
    """An attribute that an object type does not have, or a value that cannot be checked."""

    file: str
    line: int
    column: int
    path: str
    message: str

    def __str__(self) -> str:
        """Return `file:line:column: path: message`."""
        return f"{self.file}:{self.line}:{self.column}: {self.path}: {self.message}"


@dataclass(frozen=True)
class Value:
    """An expression, or a part of one.

    Attributes:
        source: the file that contains it.
        tokens: its tokens.
        bound: the collection of each enclosing `for`, by the name of its element.
    """

    source: Source
    tokens: Tokens
    bound: Mapping[str, Value]

    @classmethod
    def of(cls, expression: Expression) -> Value:
        """Return the value of a whole expression."""
        return cls(expression.source, expression.tokens, {})

    def part(self, tokens: Tokens, **bound: Value) -> Value:
        """Return a part of the value, with more names bound."""
        return Value(self.source, stripped(tokens), {**self.bound, **bound})


Lookup = Callable[[list[str]], Value | None]
"""Returns the value of a reference (`local.x`, `var.x`); None where it is not known."""


def has_objects(kind: Type) -> bool:
    """Return whether a type contains an object type, whose attributes can be unknown."""
    if isinstance(kind, ListType | MapType):
        return has_objects(kind.element)
    if isinstance(kind, TupleType):
        return any(map(has_objects, kind.elements))
    return isinstance(kind, ObjectType)


class Walk:
    """Collects the findings of one configuration.

    Args:
        lookup: returns the value of a reference.
    """

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup
        self.findings: list[Finding] = []
        self.unchecked: list[Finding] = []
        self._depth = 0

    def value(self, value: Value, kind: Type, path: str) -> None:
        """Compare a value with its type."""
        value = value.part(value.tokens)
        if not value.tokens or not has_objects(kind):
            return
        self._depth += 1
        if self._depth > _DEEPEST:
            self._not_checked(value, path, "it refers to itself, or is nested too deeply")
        elif both := branches(value.tokens):
            for tokens in both:
                self.value(value.part(tokens), kind, path)
        else:
            self._plain(value, kind, path)
        self._depth -= 1

    def types(self, have: Type, want: Type, place: Value, path: str) -> None:
        """Compare a variable's type with that of the module's variable it is passed on to."""
        if isinstance(have, ListType | MapType) and isinstance(want, ListType | MapType):
            inner = f"{path}[...]"
            self.types(have.element, want.element, place, inner)
        elif isinstance(have, ObjectType) and isinstance(want, MapType):
            for key, attribute in have.attributes.items():
                self.types(attribute.type, want.element, place, f'{path}["{key}"]')
        elif isinstance(have, ObjectType) and isinstance(want, ObjectType):
            for key, attribute in have.attributes.items():
                known = want.attributes.get(key)
                if known is None:
                    self._unknown(place, key, want, path)
                else:
                    self.types(attribute.type, known.type, place, f"{path}.{key}")

    def _plain(self, value: Value, kind: Type, path: str) -> None:
        first = value.tokens[0]
        if first.text == "{" and encloses(value.tokens):
            self._braces(value, kind, path)
        elif first.text == "[" and encloses(value.tokens):
            self._brackets(value, kind, path)
        elif first.kind == "name" and len(value.tokens) > 2 and value.tokens[1].text == "(":
            arguments = value.tokens[1:]
            if first.text not in _TRANSPARENT or not encloses(arguments):
                self._not_checked(value, path, f"{first.text}() computes it")
                return
            for tokens in items(arguments[1:-1], lines=False):
                if tokens[-1].text == "...":
                    self._expanded(value.part(tokens[:-1]), kind, path)
                else:
                    self.value(value.part(tokens), kind, path)
        elif first.text != "null" or len(value.tokens) > 1:
            self._reference(value, kind, path)

    def _expanded(self, value: Value, kind: Type, path: str) -> None:
        """Compare `merge([a, b]...)`, in which each element is an argument."""
        if value.tokens[0].text == "[" and encloses(value.tokens):
            self._brackets(value, ListType(kind), path, numbered=False)
        else:
            self._not_checked(value, path, "it is computed")

    def _braces(self, value: Value, kind: Type, path: str) -> None:
        inside = stripped(value.tokens[1:-1])
        if inside and inside[0].text == "for" and inside[0].kind == "name":
            arrow = find(inside, "=>")
            if arrow < 0 or not isinstance(kind, MapType):
                self._not_checked(value, path, "a for expression computes its attributes")
                return
            self._loop(value, inside, arrow, kind.element, path)
            return
        for item in items(inside, lines=True):
            sign = find(item, "=", ":")
            key = word(item[0]) if sign == 1 else None
            if sign < 1 or key is None:
                if not isinstance(kind, MapType) or sign < 1:
                    self._not_checked(value.part(item), path, "its name is computed")
                    continue
                self.value(value.part(item[sign + 1 :]), kind.element, f"{path}[...]")
                continue
            inner = value.part(item[sign + 1 :])
            if isinstance(kind, MapType):
                self.value(inner, kind.element, f'{path}["{key}"]')
            elif isinstance(kind, ObjectType):
                attribute = kind.attributes.get(key)
                if attribute is None:
                    self._unknown(Value(value.source, item, {}), key, kind, path)
                else:
                    self.value(inner, attribute.type, f"{path}.{key}")

    def _brackets(self, value: Value, kind: Type, path: str, *, numbered: bool = True) -> None:
        inside = stripped(value.tokens[1:-1])
        if not isinstance(kind, ListType | TupleType):
            return
        if inside and inside[0].text == "for" and inside[0].kind == "name":
            colon = find(inside, ":")
            if colon > 0 and isinstance(kind, ListType):
                self._loop(value, inside, colon, kind.element, path)
            else:
                self._not_checked(value, path, "a for expression computes it")
            return
        for number, item in enumerate(items(inside, lines=False)):
            element = kind.element if isinstance(kind, ListType) else None
            if isinstance(kind, TupleType) and number < len(kind.elements):
                element = kind.elements[number]
            if element is not None:
                where = f"{path}[{number}]" if numbered else path
                self.value(value.part(item), element, where)

    def _loop(self, value: Value, inside: Tokens, mark: int, kind: Type, path: str) -> None:
        """Compare the result of a `for` for each element, which follows the token `mark`."""
        colon, begin = find(inside, ":"), find(inside, "in")
        end = find(inside[mark + 1 :], "if", "...")
        made = inside[mark + 1 :] if end < 0 else inside[mark + 1 : mark + 1 + end]
        if not 0 < begin < colon:
            self._not_checked(value, path, "a for expression computes it")
            return
        element = inside[begin - 1].text
        collection = value.part(inside[begin + 1 : colon])
        self.value(value.part(made, **{element: collection}), kind, f"{path}[...]")

    def _reference(self, value: Value, kind: Type, path: str) -> None:
        names = traversal(value.tokens)
        if names is None:
            self._not_checked(value, path, "it is computed")
            return
        if names[0] in value.bound and len(names) == 1:
            found = self._resolved(value.bound[names[0]])
            # The name can stand for any element of the collection.
            collection = MapType(kind)
            if found is not None and found.tokens[0].text == "[":
                self.value(found, ListType(kind), path)
            elif found is not None:
                self.value(found, collection, path)
            else:
                self._not_checked(value, path, "it is computed")
            return
        found = self._lookup(names)
        if found is None:
            self._not_checked(value, path, "its value is not known before a plan")
        elif found.tokens:
            self.value(found, kind, path)

    def _resolved(self, value: Value) -> Value | None:
        """Follow references to a literal collection; None where they lead to another value."""
        for _ in range(_DEEPEST):
            value = value.part(value.tokens)
            if value.tokens and value.tokens[0].text in ("{", "[") and encloses(value.tokens):
                return value
            names = traversal(value.tokens)
            found = self._lookup(names) if names else None
            if found is None or not found.tokens:
                return None
            value = found
        return None

    def _unknown(self, value: Value, key: str, kind: ObjectType, path: str) -> None:
        accepted = suggestion(key, kind.attributes, "its attributes")
        what = f"the type has no attribute {key!r}, so Terraform silently drops it{accepted}"
        line, column = value.source.place(value.tokens[0].start)
        found = Finding(value.source.name, line, column, f"{path}.{key}", what)
        if found not in self.findings:
            self.findings.append(found)

    def _not_checked(self, value: Value, path: str, why: str) -> None:
        line, column = value.source.place(value.tokens[0].start)
        text = value.source.text[value.tokens[0].start : value.tokens[-1].end]
        shown = " ".join(text.split())
        shown = shown if len(shown) <= 40 else f"{shown[:37]}..."
        found = Finding(value.source.name, line, column, path, f"{shown}: {why}")
        if found not in self.unchecked:
            self.unchecked.append(found)


def member(value: Value, names: list[str]) -> Value | None:
    """Return the value below keys of a literal; None where a key or a literal is missing."""
    for name in names:
        if not value.tokens or value.tokens[0].text != "{" or not encloses(value.tokens):
            return None
        for item in items(stripped(value.tokens[1:-1]), lines=True):
            if find(item, "=", ":") == 1 and word(item[0]) == name:
                value = value.part(item[2:])
                break
        else:
            return None
    return value
