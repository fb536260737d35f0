"""Finds the rules and the messages of a module: what a mutation run breaks, one by one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from zlib import crc32

from mwaa_ecs.hcl import Block, Expression, read_blocks
from mwaa_ecs.hcl.lexer import Token

_RULES = frozenset(("validation", "precondition", "postcondition", "assert"))
_LOCAL = re.compile(r"\blocal\.(\w+)")
# Words with a blank between them; what has none is a key, a pattern or an accepted value.
_INSERTED = re.compile(r"\$\{[^}]*\}")
_SENTENCE = re.compile(r"[\w}\"'`.,:;)] +[\w$\"'`(]")


@dataclass(frozen=True)
class Site:
    """A place in a file that a mutant changes.

    Attributes:
        path: the file, relative to the repository.
        kind: `rule` (a condition, which then always holds) or `message` (a text, which then
            is another one).
        owner: the object that the rule belongs to, as Terraform names it in a native test
            (`var.name`, `aws_iam_role.this`, `check.role`), or the local that holds the text.
        start: offset of the expression in the file; `end` is the offset behind it.
        original: the expression.
        line: the line it begins on.
        messages: of a rule, the ids of the messages that it can show.
    """

    path: str
    kind: str
    owner: str
    start: int
    end: int
    original: str
    line: int
    messages: frozenset[str] = frozenset()

    @property
    def id(self) -> str:
        """What stays the same when lines move."""
        return f"{self.path}:{self.owner}:{self.kind}:{crc32(self.original.encode()):08x}"

    @property
    def module(self) -> str:
        """The module's folder, relative to the repository; a dot for the root."""
        return str(Path(self.path).parent)

    @property
    def marker(self) -> str:
        """The text that replaces the message behind its first word."""
        return f"mutant-{crc32(self.id.encode()):08x}"

    @property
    def mutated(self) -> str:
        """The expression that takes the original's place."""
        if self.kind == "message":
            # The first word stays: tests find a task's messages by it.
            return f'join(" ", [\nsplit(" ", {self.original})[0], "{self.marker}."])'
        # Whatever it refers to stays: a validation has to name its variable.
        return f"(\n{self.original}\n) || true"


def find_sites(repository: Path, module: Path) -> list[Site]:
    """Return the sites of one module's `.tf` files, in the order in which they stand.

    Messages are those of the rules themselves, and the texts in the locals that the rules'
    messages refer to: each entry of a table of messages is one. A rule that shows such a table
    has no other message than its entries: broken itself, it would hide them all.
    """
    bodies = {
        path: read_blocks(path.read_text(encoding="utf-8"), str(path))
        for path in sorted(module.glob("*.tf"))
    }
    texts = {
        local: (str(path.relative_to(repository)), expression)
        for path, body in bodies.items()
        for block in body.named("locals")
        for local, expression in block.attributes.items()
    }
    named = {local: expression for local, (_, expression) in texts.items()}
    of_locals = {
        local: [
            _site(name, "message", f"local.{local}", part) for part in _sentences(expression)
        ]
        for local, (name, expression) in texts.items()
    }
    found = []
    shown: set[str] = set()
    for path, body in bodies.items():
        name = str(path.relative_to(repository))
        for owner, rule in _rules(body):
            text = rule.attributes["error_message"]
            used = _closure(_referred(text), named)
            shown.update(used)
            entries = [site.id for local in used for site in of_locals[local]]
            own = [
                _site(name, "message", owner, part)
                for part in (_shown_beside(text) if entries else [text])
            ]
            told = {*entries, *(message.id for message in own)}
            condition = _site(name, "rule", owner, rule.attributes["condition"])
            found += [replace(condition, messages=frozenset(told)), *own]
    found += [site for local in sorted(shown) for site in of_locals[local]]
    return sorted(found, key=lambda site: (site.path, site.start))


def apply(text: str, sites: Sequence[Site]) -> str:
    """Return a file's text with the mutants of these sites in it."""
    for site in sorted(sites, key=lambda site: site.start, reverse=True):
        text = text[: site.start] + site.mutated + text[site.end :]
    return text


def _site(path: str, kind: str, owner: str, expression: Expression) -> Site:
    start, end = expression.tokens[0].start, expression.tokens[-1].end
    return Site(path, kind, owner, start, end, expression.text, expression.line)


def _rules(body: Block) -> Iterator[tuple[str, Block]]:
    """Yield each rule with the address of the object that it belongs to."""
    prefix = {"variable": "var.", "data": "data.", "resource": ""}
    for block in body.blocks:
        owner = prefix.get(block.kind, f"{block.kind}.") + ".".join(block.labels)
        waiting = [block]
        while waiting:
            inner = waiting.pop(0)
            if inner.kind in _RULES:
                yield owner, inner
            waiting += inner.blocks


def _referred(expression: Expression) -> set[str]:
    return set(_LOCAL.findall(expression.text))


def _closure(names: set[str], locals_: dict[str, Expression]) -> list[str]:
    """Return the locals of these names, and those that they refer to."""
    found: set[str] = set()
    waiting = sorted(names)
    while waiting:
        name = waiting.pop()
        if name in locals_ and name not in found:
            found.add(name)
            waiting += sorted(_referred(locals_[name]))
    return sorted(found)


def _shown_beside(text: Expression) -> list[Expression]:
    """Return the texts of a rule's message that also shows texts of locals."""
    if [token.text for token in text.tokens[:3]] != ["join", "(", r'"\n"']:
        return list(_sentences(text))
    # Each line is a message.
    return list(_sentences(Expression(text.source, text.tokens[3:])))


def _sentences(expression: Expression) -> Iterator[Expression]:
    """Yield the texts in an expression; `join(…)` of sentences is one text."""
    tokens = [token for token in expression.tokens if token.kind != "newline"]
    position = 0
    while position < len(tokens):
        end = _end_of_join(tokens, position) or position + 1
        part = tokens[position:end]
        if any(
            token.kind == "string" and _SENTENCE.search(_INSERTED.sub("x", token.text))
            for token in part
        ):
            yield Expression(expression.source, part)
        position = end


def _end_of_join(tokens: Sequence[Token], position: int) -> int | None:
    """Return the position behind a call of join that begins here, None where none does."""
    if [token.text for token in tokens[position : position + 2]] != ["join", "("]:
        return None
    depth = 0
    for place in range(position + 1, len(tokens)):
        token = tokens[place]
        if token.kind == "mark":
            depth += (token.text in "([{") - (token.text in ")]}")
        if depth == 0:
            return place + 1
    return None
