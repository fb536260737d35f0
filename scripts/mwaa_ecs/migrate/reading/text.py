"""A Python file's text: its lines, its tree, and edits that leave every other byte as it is.

The tree is Python's own `ast`, which reads a file of 300 lines in 2 ms. libcst takes 28 ms, and
100 with positions; it is asked where this Python's parser gives up, and edits import lines.
"""

from __future__ import annotations

import ast
import codecs
import io
import re
import tokenize
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import libcst
from libcst.metadata import MetadataWrapper, PositionProvider

UNREADABLE = "_f_"
"""Stands in the tree for a text that only a newer Python reads."""

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_BOM = "\ufeff"


class UnreadableError(Exception):
    """A file is not Python that can be read; the message says why."""


@dataclass(frozen=True)
class Edit:
    """New text in place of a span of characters."""

    start: int
    end: int
    text: str


@dataclass
class Text:
    """A Python file's content.

    Attributes:
        raw: its bytes.
    """

    raw: bytes

    def __post_init__(self) -> None:
        if b"\0" in self.raw:
            raise UnreadableError("it holds zero bytes, as UTF-16 does; save it as UTF-8")
        try:
            self.encoding = tokenize.detect_encoding(io.BytesIO(self.raw).readline)[0]
            codecs.lookup(self.encoding)
            self.content = self.raw.decode(self.encoding.removesuffix("-sig"))
        except (SyntaxError, UnicodeDecodeError, LookupError) as error:
            if isinstance(error, UnicodeDecodeError):
                raise UnreadableError(
                    f"byte {error.start} is not {error.encoding}; save it as UTF-8, or declare"
                    " its encoding in the first line"
                ) from None
            raise UnreadableError(f"{error}; save it as UTF-8") from None

    @cached_property
    def _starts(self) -> list[int]:
        starts, at = [], 0
        for found in _LINE.finditer(self.content):
            starts.append(found.start())
            at = found.end()
        return [*starts, at]

    @cached_property
    def _widened(self) -> dict[int, tuple[int, int]]:
        """Lengths of indentations before and after tabs were widened for the parser."""
        return {}

    def tree(self) -> ast.Module:
        """Return the file's tree.

        Raises:
            UnreadableError: it is not Python.
        """
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            plain = self.content.removeprefix(_BOM)
            try:
                return ast.parse(plain)
            except TabError:
                return _parsed(self._with_blanks(plain))
            except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
                return self._tree_of_newer(plain, error)

    def _with_blanks(self, plain: str) -> str:
        lines = []
        for number, found in enumerate(_LINE.finditer(plain), start=1):
            line = found[0]
            indent = line[: len(line) - len(line.lstrip(" \t"))]
            if "\t" in indent:
                wide = indent.expandtabs(8)
                self._widened[number] = (len(indent), len(wide))
                line = wide + line[len(indent) :]
            lines.append(line)
        return "".join(lines)

    def _tree_of_newer(self, plain: str, error: Exception) -> ast.Module:
        """Parse with the f-strings that only Python 3.12 reads replaced by a name."""
        try:
            wrapper = MetadataWrapper(libcst.parse_module(plain), unsafe_skip_copy=True)
        except Exception:
            raise UnreadableError(_reason(error)) from None
        places = wrapper.resolve(PositionProvider)
        edits = []
        for node, place in places.items():
            if isinstance(node, libcst.FormattedString) and not _reads(wrapper.module, node):
                start = self._index(place.start.line, place.start.column)
                end = self._index(place.end.line, place.end.column)
                kept = re.sub(r"[^\r\n]", " ", self.content[start:end])
                stand_in = f"({UNREADABLE}{kept[len(UNREADABLE) + 2 :]})"
                edits.append(Edit(start, end, stand_in))
        edits = [
            edit
            for edit in edits
            if not any(o.start <= edit.start and edit.end <= o.end and o != edit for o in edits)
        ]
        if not edits:
            raise UnreadableError(
                f"{_reason(error)}; where a newer Python reads it, run mwaa-ecs with that one"
            )
        return _parsed(_applied(self.content, edits).removeprefix(_BOM))

    def _index(self, line: int, column: int) -> int:
        first = len(_BOM) if line == 1 and self.content.startswith(_BOM) else 0
        return self._starts[line - 1] + first + column

    def span(self, node: ast.stmt | ast.expr) -> tuple[int, int]:
        """Return where a node's text begins and ends, in characters."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return (
            self._character(node.lineno, node.col_offset),
            self._character(node.end_lineno, node.end_col_offset),
        )

    def _character(self, line: int, offset: int) -> int:
        """Return the index of a byte of the line's UTF-8, as the tree counts."""
        own, wide = self._widened.get(line, (0, 0))
        start = self._index(line, 0)
        text = self.content[start : self._starts[line]]
        before = text.encode()[: offset - (wide - own)]
        return start + len(before.decode(errors="ignore"))

    def edited(self, edits: Iterable[Edit]) -> bytes:
        """Return the file's bytes with the edits made."""
        encoding = self.encoding.removesuffix("-sig")
        return _applied(self.content, edits).encode(encoding)


def _applied(content: str, edits: Iterable[Edit]) -> str:
    for edit in sorted(edits, key=lambda one: one.start, reverse=True):
        content = content[: edit.start] + edit.text + content[edit.end :]
    return content


def _parsed(text: str) -> ast.Module:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise UnreadableError(_reason(error)) from None


def _reason(error: Exception) -> str:
    if isinstance(error, SyntaxError):
        return f"line {error.lineno}: {error.msg}"
    return "it is nested too deeply"


def _reads(module: libcst.Module, node: libcst.FormattedString) -> bool:
    try:
        ast.parse(f"({module.code_for_node(node)})")
    except (SyntaxError, ValueError):
        return False
    return True
