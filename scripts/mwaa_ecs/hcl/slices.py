"""Cuts an expression into parts without evaluating it: items, arguments, branches."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mwaa_ecs.hcl.lexer import Token

Tokens = Sequence[Token]

_DEPTH = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}


def stripped(tokens: Tokens) -> Tokens:
    """Return the tokens without newlines at both ends, or parentheses around the whole."""
    start, end = 0, len(tokens)
    while start < end:
        if tokens[start].kind == "newline":
            start += 1
        elif tokens[end - 1].kind == "newline":
            end -= 1
        elif tokens[start].text == "(" and encloses(tokens[start:end]):
            start, end = start + 1, end - 1
        else:
            break
    return tokens[start:end]


def encloses(tokens: Tokens) -> bool:
    """Return whether the last token closes the bracket that the first one opens."""
    depths = list(_depths(tokens))
    return len(tokens) > 1 and depths[-1] == 0 and 0 not in depths[:-1]


def find(tokens: Tokens, *texts: str) -> int:
    """Return the index of the first token outside brackets with one of the texts, or -1."""
    for number, (token, depth) in enumerate(zip(tokens, _depths(tokens), strict=True)):
        if depth == 0 and token.text in texts and token.kind in ("mark", "name"):
            return number
    return -1


def items(tokens: Tokens, *, lines: bool) -> Iterator[Tokens]:
    """Yield the items that commas outside brackets separate; with `lines` also newlines."""
    start = 0
    for number, (token, depth) in enumerate(zip(tokens, _depths(tokens), strict=True)):
        if depth == 0 and (
            (token.kind == "mark" and token.text == ",") or (lines and token.kind == "newline")
        ):
            if start < number:
                yield tokens[start:number]
            start = number + 1
    if start < len(tokens):
        yield tokens[start:]


def branches(tokens: Tokens) -> tuple[Tokens, Tokens] | None:
    """Return both branches of `condition ? yes : no`; None for another expression."""
    mark = find(tokens, "?")
    if mark < 0:
        return None
    waiting = 0
    for number, (token, depth) in enumerate(
        zip(tokens[mark + 1 :], _depths(tokens[mark + 1 :]), strict=True), mark + 1
    ):
        if depth == 0 and token.text == "?":
            waiting += 1
        elif depth == 0 and token.text == ":":
            if waiting == 0:
                return tokens[mark + 1 : number], tokens[number + 1 :]
            waiting -= 1
    return None


def word(token: Token) -> str | None:
    """Return the text of a name, number or string without template; None for other tokens."""
    if token.kind in ("name", "number"):
        return token.text
    plain = token.kind == "string" and not re.search(r"[$%]\{|\\", token.text)
    return token.text[1:-1] if plain else None


def traversal(tokens: Tokens) -> list[str] | None:
    """Return the names of `a.b["c"]`; None for another expression."""
    if not tokens or tokens[0].kind != "name":
        return None
    found, rest = [tokens[0].text], list(tokens[1:])
    while rest:
        if rest[0].text == "." and len(rest) > 1 and rest[1].kind == "name":
            found.append(rest[1].text)
            rest = rest[2:]
        elif rest[0].text == "[" and len(rest) > 2 and rest[2].text == "]":
            name = word(rest[1]) if rest[1].kind == "string" else None
            if name is None:
                return None
            found.append(name)
            rest = rest[3:]
        else:
            return None
    return found


def _depths(tokens: Tokens) -> Iterator[int]:
    """Yield the number of open brackets after each token."""
    depth = 0
    for token in tokens:
        if token.kind == "mark":
            depth += _DEPTH.get(token.text, 0)
        yield depth
