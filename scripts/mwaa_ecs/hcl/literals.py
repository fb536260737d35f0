"""Constants of HCL as Python has them: literals, and operators between literals.

A variable's default may be `60 * 24`; it may not call functions or refer to anything.
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
"""How deep types and literals may be nested; written by hand, ten is much."""

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
"""With how strongly they bind."""

_ON_TRUTHS = frozenset(("||", "&&"))
_ON_ANYTHING = frozenset(("==", "!="))


def read_literal(expression: Expression) -> Any:
    """Read a constant as Python has it: str, int, float, bool, None, list, dict.

    Raises:
        HclError: it is not a constant.
    """
    parser = LiteralParser(expression)
    found = parser.literal()
    parser.finish()
    return found


class LiteralParser:
    """Reads one expression from left to right; line ends mean nothing inside brackets."""

    def __init__(self, expression: Expression) -> None:
        self.source = expression.source
        self.tokens = [token for token in expression.tokens if token.kind != "newline"]
        end = expression.tokens[-1].end
        self.tokens.append(Token("end", "", end, end))
        self.position = 0
        self._depth = 0

    def finish(self) -> None:
        """Refuse what stands after the expression."""
        if self.peek().kind != "end":
            self.refuse(self.peek(), "the end of the expression")

    def refuse(self, token: Token, wanted: str) -> NoReturn:
        """Raise an error that names what stands at a place, and what is wanted there."""
        given = repr(token.text) if token.text else "nothing"
        raise self.source.error(token.start, f"here stands {given} where {wanted} is wanted")

    def peek(self) -> Token:
        """Return the next token and leave it there."""
        return self.tokens[self.position]

    def take(self) -> Token:
        """Return the next token and go on behind it."""
        token = self.tokens[self.position]
        if token.kind != "end":
            self.position += 1
        return token

    def expect(self, text: str) -> None:
        """Take a token that must be this one."""
        token = self.take()
        if token.text != text:
            self.refuse(token, repr(text))

    def deeper(self) -> None:
        """Note that another bracket is open.

        Raises:
            HclError: too many are.
        """
        self._depth += 1
        if self._depth > MAXIMUM_DEPTH:
            what = f"it is nested more than {MAXIMUM_DEPTH} deep"
            raise self.source.error(self.peek().start, what)

    def shallower(self) -> None:
        """Note that a bracket is closed."""
        self._depth -= 1

    def literal(self) -> Any:
        """Read a constant, with operators if there are any."""
        self.deeper()
        found = self._binary(0)
        if self.peek().text == "?":
            condition = self.take()
            yes = self.literal()
            self.expect(":")
            no = self.literal()
            if not isinstance(found, bool):
                self.refuse(condition, "a truth value and a '?'")
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
        truths = [isinstance(value, bool) for value in (left, right)]
        if token.text in _ON_ANYTHING:
            # To Python, True is 1 as well.
            alike = left == right and truths[0] == truths[1]
            return alike == (token.text == "==")
        if token.text in _ON_TRUTHS:
            good = all(truths)
        else:
            good = not any(truths) and all(isinstance(n, int | float) for n in (left, right))
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
    """Return what an escape stands for."""
    if escape.startswith("\\U"):
        return chr(int(escape[2:], 16))
    return str(json.loads(f'"{escape}"'))


def _number(text: str) -> int | float:
    return int(text) if text.isdigit() else _whole(float(text))


def _whole(value: Any) -> Any:
    """Return 2 for 2.0, since Terraform has one kind of number; raise for an infinite one."""
    if isinstance(value, float) and math.isinf(value):
        raise OverflowError
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _heredoc(text: str) -> str:
    first, *lines = text.split("\n")
    body = "".join(f"{line}\n" for line in lines[:-1])
    return textwrap.dedent(body) if first.startswith("<<-") else body
