"""Cuts HCL into tokens, with the line and column of each."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import ClassVar

from mwaa_ecs.errors import UserError


class HclError(UserError):
    """A `.tf` file cannot be read. The message is `file:line:column: reason`."""


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of HCL.

    Attributes:
        kind: `name`, `number`, `string`, `heredoc`, `newline`, `mark` (an operator or bracket)
            or `end`.
        text: its text in the file.
        start: offset of its first character.
        end: offset after its last character.
    """

    kind: str
    text: str
    start: int
    end: int


class Source:
    """The text of a file, with line and column of each character."""

    _TOKEN: ClassVar = re.compile(
        r"""
          (?P<blank>[ \t\r\f\ufeff]+ | (?:\#|//)[^\n]* | /\*.*?\*/)
        | (?P<newline>\n)
        | (?P<heredoc><<-?(?P<word>[A-Za-z_][\w-]*)[ \t\r]*\n
            (?P<text>(?:.*?\n)??)[ \t]*(?P=word)[ \t\r]*(?=\n|\Z))
        | (?P<name>[^\W\d][\w-]*)
        | (?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
        | (?P<quote>")
        | (?P<mark>\.\.\.|==|!=|<=|>=|&&|\|\||=>|[-+*/%!<>?:=.,(){}\[\]])
        """,
        re.X | re.S,
    )
    # A part of a quoted string: plain text, an escape, the start of a template, or the end.
    _QUOTED: ClassVar = re.compile(
        r'[^"\\$%\n]+|\\.|\$\$\{|%%\{|(?P<open>[$%]\{)|[$%]|(?P<end>")'
    )

    def __init__(self, text: str, name: str) -> None:
        self.text = text
        self.name = name
        self._lines = [0, *(found.end() for found in re.finditer("\n", text))]

    def place(self, offset: int) -> tuple[int, int]:
        """Return line and column of an offset, both counted from 1."""
        line = bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1

    def error(self, offset: int, why: str) -> HclError:
        """Return an error that names the place of `offset`."""
        line, column = self.place(offset)
        return HclError(f"{self.name}:{line}:{column}: {why}")

    def tokens(self) -> list[Token]:
        """Return all tokens, without blanks and comments; the last one is `end`."""
        found: list[Token] = []
        position, size = 0, len(self.text)
        while position < size:
            token = self._next(position)
            if token.kind != "blank":
                found.append(token)
            position = token.end
        found.append(Token("end", "", size, size))
        return found

    def _next(self, position: int) -> Token:
        match = self._TOKEN.match(self.text, position)
        if match is None:
            raise self.error(position, f"this is not HCL: {self.text[position]!r}")
        if match.lastgroup == "quote":
            return Token("string", *self._string(position))
        # For a heredoc `lastgroup` is `heredoc`, the outermost group.
        return Token(match.lastgroup or "", match[0], position, match.end())

    def _string(self, start: int) -> tuple[str, int, int]:
        """Return text, start and end of the quoted string at `start`, templates included."""
        position = start + 1
        while True:
            match = self._QUOTED.match(self.text, position)
            if match is None:
                raise self.error(start, 'a string that begins here has no closing "')
            position = match.end()
            if match.lastgroup == "end":
                return self.text[start:position], start, position
            if match.lastgroup == "open":
                position = self._template(position)

    def _template(self, position: int) -> int:
        """Return the offset after the `}` that closes the template whose inside begins here."""
        start, depth = position, 1
        while position < len(self.text):
            token = self._next(position)
            position = token.end
            depth += (token.text == "{") - (token.text == "}")
            if depth == 0:
                return position
        raise self.error(start, "a template ${ that begins here has no closing }")
