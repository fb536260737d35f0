"""Reads constants of HCL as Python values: literals, and operators between literals.

A variable's default may be `60 * 24`; it cannot call functions or refer to other values.
"""

from __future__ import annotations

import json
import math
import operator
import re
import textwrap
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from mwaa_ecs.hcl.blocks import Expression
from mwaa_ecs.hcl.lexer import Token

MAXIMUM_DEPTH = 50
"""The levels that types and literals may be nested. Ten are many in a hand-written file."""

_ESCAPES = re.compile(r'\\(?:n|r|t|"|\\|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})')
_OPERATORS: Mapping[str, tuple[int, Callable[[Any, Any], Any]]] = {
    "||": (0, operator.or_),
    "&&": (1, operator.and_),
    "==": (2, operator.eq),
    "!=": (2, operator.ne),
    "<": (3, operator.lt),
    "<=": (3, operator.le),
    ">": (3, operator.gt),
    ">=": (3, operator.ge),
    "+": (4, operator.add),
    "-": (4, operator.sub),
    "*": (5, operator.mul),
    "/": (5, operator.truediv),
    "%": (5, math.fmod),
}
"""Each operator's precedence and function."""

_ON_BOOLEANS = frozenset(("||", "&&"))
_ON_ANYTHING = frozenset(("==", "!="))


def read_literal(expression: Expression) -> Any:
    """Return a constant as a str, int, float, bool, None, list or dict.

    Raises:
        HclError: the expression is not a constant.
    """
    parser = LiteralParser(expression)
    found = parser.literal()
    parser.finish()
    return found


class LiteralParser:
    """Reads one expression from left to right, and ignores line ends."""

    def __init__(self, expression: Expression) -> None:
        self.source = expression.source
        self.tokens = [token for token in expression.tokens if token.kind != "newline"]
        end = expression.tokens[-1].end
        self.tokens.append(Token("end", "", end, end))
        self.position = 0
        self._depth = 0

    def finish(self) -> None:
        """Refuse tokens after the expression."""
        if self.peek().kind != "end":
            self.refuse(self.peek(), "the end of the expression")

    def refuse(self, token: Token, expected: str) -> NoReturn:
        """Raise an error with the token that is found, and what is expected in its place."""
        given = repr(token.text) if token.text else "nothing"
        raise self.source.error(token.start, f"found {given}; expected {expected}")

    def peek(self) -> Token:
        """Return the next token without taking it."""
        return self.tokens[self.position]

    def take(self) -> Token:
        """Return the next token and move past it."""
        token = self.tokens[self.position]
        if token.kind != "end":
            self.position += 1
        return token

    def expect(self, text: str) -> None:
        """Take a token that must have this text."""
        token = self.take()
        if token.text != text:
            self.refuse(token, repr(text))

    def deeper(self) -> None:
        """Count another open bracket.

        Raises:
            HclError: more than `MAXIMUM_DEPTH` are open.
        """
        self._depth += 1
        if self._depth > MAXIMUM_DEPTH:
            what = f"it is nested more than {MAXIMUM_DEPTH} levels deep"
            raise self.source.error(self.peek().start, what)

    def shallower(self) -> None:
        """Count a closed bracket."""
        self._depth -= 1

    def literal(self) -> Any:
        """Return a constant, which may have operators."""
        self.deeper()
        found = self._binary(0)
        if self.peek().text == "?":
            condition = self.take()
            yes = self.literal()
            self.expect(":")
            no = self.literal()
            if not isinstance(found, bool):
                self.refuse(condition, "true or false before it")
            found = yes if found else no
        self.shallower()
        return found

    def _binary(self, weakest: int) -> Any:
        left = self._unary()
        while (token := self.peek()).text in _OPERATORS and token.kind == "mark":
            strength, compute = _OPERATORS[token.text]
            if strength < weakest:
                break
            self.take()
            left = self._computed(token, compute, left, self._binary(strength + 1))
        return left

    def _computed(
        self, token: Token, compute: Callable[[Any, Any], Any], left: Any, right: Any
    ) -> Any:
        booleans = [isinstance(value, bool) for value in (left, right)]
        if token.text in _ON_ANYTHING:
            # Python takes True for 1; Terraform does not.
            alike = left == right and booleans[0] == booleans[1]
            return alike == (token.text == "==")
        if token.text in _ON_BOOLEANS:
            good = all(booleans)
        else:
            good = not any(booleans) and all(isinstance(n, int | float) for n in (left, right))
        try:
            if good:
                return _whole(compute(left, right))
        except (ZeroDivisionError, OverflowError, ValueError):
            pass
        return self.refuse(token, f"an operator for {left!r} and {right!r}")

    def _unary(self) -> Any:
        sign = self.peek()
        if sign.kind != "mark" or sign.text not in ("-", "!"):
            return self._single()
        self.take()
        self.deeper()
        value = self._unary()
        self.shallower()
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if sign.text == "-" and number:
            return -value
        if sign.text == "!" and isinstance(value, bool):
            return not value
        return self.refuse(sign, f"a sign for {value!r}")

    def _single(self) -> Any:
        token = self.take()
        if token.kind == "string":
            return self._string(token)
        if token.kind == "heredoc":
            return _heredoc(token.text)
        if token.kind == "number":
            try:
                return _number(token.text)
            except (OverflowError, ValueError):
                self.refuse(token, "a smaller number")
        if token.kind == "name" and token.text in ("true", "false", "null"):
            return {"true": True, "false": False, "null": None}[token.text]
        if token.text == "[":
            return self._items()
        if token.text == "{":
            return self._pairs()
        if token.text == "(":
            found = self.literal()
            self.expect(")")
            return found
        return self.refuse(token, "a literal")

    def _string(self, token: Token) -> str:
        inside = token.text[1:-1]
        if re.search(r"(?<![$])\$\{|(?<!%)%\{", inside):
            self.refuse(token, "a string without a template")
        try:
            text = _ESCAPES.sub(lambda found: _character(found[0]), inside)
            text.encode()
        except (ValueError, OverflowError):
            self.refuse(token, "a string whose escapes are characters of Unicode")
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


def _character(escape: str) -> str:
    """Return the character of an escape."""
    if escape.startswith("\\U"):
        return chr(int(escape[2:], 16))
    return str(json.loads(f'"{escape}"'))


def _number(text: str) -> int | float:
    return int(text) if text.isdigit() else _whole(float(text))


def _whole(value: Any) -> Any:
    """Return 2 for 2.0, because Terraform has one type of number.

    Raises:
        OverflowError: the number is infinite.
    """
    if isinstance(value, float) and math.isinf(value):
        raise OverflowError
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _heredoc(text: str) -> str:
    first, *lines = text.split("\n")
    body = "".join(f"{line}\n" for line in lines[:-1])
    plain = textwrap.dedent(body) if first.startswith("<<-") else body
    return plain.replace("$${", "${").replace("%%{", "%{")
