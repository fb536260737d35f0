"""Reads HCL as blocks and attributes; the value of an attribute stays a list of tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from mwaa_ecs.hcl.lexer import HclError, Source, Token

_OPENING = frozenset("({[")
_CLOSING = frozenset(")}]")


@dataclass(frozen=True)
class Expression:
    """The value of an attribute, as tokens of its file."""

    source: Source
    tokens: Sequence[Token]

    @property
    def text(self) -> str:
        """The text of the expression in the file."""
        return self.source.text[self.tokens[0].start : self.tokens[-1].end]

    @property
    def line(self) -> int:
        """The line it begins on, counted from 1."""
        return self.source.place(self.tokens[0].start)[0]

    def error(self, why: str) -> HclError:
        """Return an error that names the place of this expression."""
        return self.source.error(self.tokens[0].start, why)


@dataclass
class Block:
    """A block: `kind "label" { attributes, blocks }`."""

    kind: str
    labels: tuple[str, ...]
    source: Source
    start: int
    end: int = 0
    attributes: dict[str, Expression] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)

    @property
    def line(self) -> int:
        """The line it begins on, counted from 1."""
        return self.source.place(self.start)[0]

    def error(self, why: str) -> HclError:
        """Return an error that names the place of this block."""
        return self.source.error(self.start, why)

    def named(self, kind: str) -> list[Block]:
        """Return the blocks of a kind directly in this one."""
        return [block for block in self.blocks if block.kind == kind]


def read_blocks(text: str, name: str) -> Block:
    """Return the file's body as a block without kind and labels.

    Raises:
        HclError: the text is not HCL.
    """
    source = Source(text, name)
    try:
        return _Reader(source).body()
    except RecursionError:
        raise source.error(0, "it is nested too deeply to be read") from None


class _Reader:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.tokens = source.tokens()
        self.position = 0

    def body(self) -> Block:
        top = Block("", (), self.source, 0, len(self.source.text))
        self._items(top, closing="")
        return top

    def _items(self, block: Block, closing: str) -> None:
        while True:
            token = self._take()
            if token.kind == "newline":
                continue
            if token.text == closing and token.kind in ("mark", "end"):
                block.end = token.end
                return
            if token.kind != "name":
                what = "the end of the file" if token.kind == "end" else repr(token.text)
                raise self.source.error(
                    token.start, f"found {what}; expected an attribute or a block"
                )
            if self._peek().text == "=":
                self._take()
                block.attributes[token.text] = self._expression(token)
            else:
                block.blocks.append(self._block(token))

    def _block(self, first: Token) -> Block:
        labels = []
        while (token := self._take()).kind in ("string", "name"):
            labels.append(token.text.strip('"'))
        if token.text != "{":
            raise self.source.error(token.start, f"{first.text}: expected {{ or =")
        block = Block(first.text, tuple(labels), self.source, first.start)
        self._items(block, closing="}")
        return block

    def _expression(self, attribute: Token) -> Expression:
        start, depth = self.position, 0
        while True:
            token = self._peek()
            ends = token.kind in ("newline", "end") or token.text in _CLOSING
            if depth == 0 and ends:
                break
            if token.kind == "end":
                raise self.source.error(
                    attribute.start, f"{attribute.text}: a bracket is not closed"
                )
            if token.kind == "mark":
                depth += (token.text in _OPENING) - (token.text in _CLOSING)
            self.position += 1
        if start == self.position:
            raise self.source.error(
                attribute.start, f"{attribute.text}: expected a value after ="
            )
        return Expression(self.source, self.tokens[start : self.position])

    def _peek(self) -> Token:
        return self.tokens[self.position]

    def _take(self) -> Token:
        token = self.tokens[self.position]
        if token.kind != "end":
            self.position += 1
        return token
