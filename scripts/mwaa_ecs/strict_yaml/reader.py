"""Reads YAML strictly: every value knows its line and column, and no value is guessed.

The reader accepts the YAML on which YAML 1.2 and JSON agree. It refuses scalars that YAML
readers take differently (yes, 010, 1_000, 2024-01-01), and syntax that hides where a value
comes from (anchors, merge keys, duplicate keys). Each message shows what to write instead.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from mwaa_ecs.files import shown_name
from mwaa_ecs.problems import Problem
from mwaa_ecs.strict_yaml.node import Node, kind_of
from mwaa_ecs.strict_yaml.scalars import BOOLEAN_WORDS, AmbiguousScalarError, plain_value

MAXIMUM_BYTES = 1_000_000
"""The size of the largest file that is read. A thousand tasks need about a tenth of it."""

MAXIMUM_DEPTH = 40

# The wheels of PyYAML contain libyaml, which is ten times as fast as the Python reader.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _StopReadingError(Exception):
    """The rest of a file cannot be read; the problem is already reported."""


def read_document(path: Path, report: Callable[[Problem], None]) -> Node | None:
    """Read a file that holds one mapping.

    Returns:
        The mapping; None where the file has problems, which are reported.
    """
    name = shown_name(path)
    text = _read_text(path, name, report)
    if text is None:
        return None
    found = _Builder(text, name, report).build()
    if found is not None and not isinstance(found.value, dict):
        what = f"the file is {kind_of(found.value)}, not a mapping (key: value)"
        report(found.problem("", what))
        return None
    return found


def _read_text(path: Path, name: str, report: Callable[[Problem], None]) -> str | None:
    try:
        # Reading from a pipe would never end.
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            what = "a folder" if stat.S_ISDIR(mode) else "not a regular file"
            report(Problem(name, 0, 0, "", f"it is {what}; expected a YAML file"))
            return None
        with path.open("rb") as file:
            # The open file is measured, because its path may lead to another one meanwhile.
            size = os.fstat(file.fileno()).st_size
            data = file.read(MAXIMUM_BYTES + 1)
    except OSError as error:
        report(Problem(name, 0, 0, "", f"it cannot be read: {error.strerror}"))
        return None
    if len(data) > MAXIMUM_BYTES:
        report(
            Problem(
                name, 0, 0, "",
                f"it has {max(size, len(data)):,} bytes; at most {MAXIMUM_BYTES:,} are "
                "accepted; split it",
            )
        )  # fmt: skip
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        what = f"byte 0x{data[error.start]:02x} is not UTF-8; is this a text file?"
        report(Problem(name, line, column, "", what))
        return None
    for number, line_text in enumerate(text.split("\n"), 1):
        blank = line_text[: len(line_text) - len(line_text.lstrip(" \t"))]
        if "\t" in blank and line_text.strip():
            column = blank.index("\t") + 1
            what = "a tab indents this line; YAML accepts spaces only; replace the tab"
            report(Problem(name, number, column, "", what))
            return None
    return text


class _Builder:
    """Builds nodes from libyaml's events, in one pass and without recursion."""

    def __init__(self, text: str, name: str, report: Callable[[Problem], None]) -> None:
        self.text = text
        self.name = name
        self.report = report
        self.good = True
        self.top: Node | None = None
        # Each open collection, with the key that waits for its value and the place of the key.
        self.stack: list[tuple[Node, list[tuple[str, tuple[int, int]]]]] = []

    def build(self) -> Node | None:
        documents = 0
        try:
            for event in yaml.parse(self.text, Loader=_LOADER):
                if isinstance(event, yaml.ScalarEvent):
                    self._scalar(event)
                elif isinstance(event, yaml.CollectionStartEvent):
                    self._begin(event)
                elif isinstance(event, yaml.CollectionEndEvent):
                    self._end()
                elif isinstance(event, yaml.AliasEvent):
                    self._refuse(
                        event, f"the alias *{event.anchor} is not accepted; write the value out"
                    )
                    self._put(Node(None, self.name, _place(event)))
                elif isinstance(event, yaml.DocumentStartEvent):
                    documents += 1
                    if documents > 1:
                        self._refuse(
                            event, "a second document begins here; a file must have one"
                        )
                        raise _StopReadingError
        except _StopReadingError:
            return None
        except yaml.YAMLError as error:
            self._syntax(error)
            return None
        if self.top is None or (self.top.value is None and self.good):
            what = "the file is empty; write {} if it adds nothing"
            self.report(Problem(self.name, 1, 1, "", what))
            return None
        return self.top if self.good else None

    def _refuse(self, event: Any, message: str) -> None:
        line, column = _place(event)
        self.report(Problem(self.name, line, column, self._path(), message))
        self.good = False

    def _path(self) -> str:
        parts: list[str] = []
        for node, waiting in self.stack:
            if isinstance(node.value, list):
                parts.append(str(len(node.value)))
            elif waiting:
                parts.append(waiting[0][0])
        return ".".join(parts)

    def _begin(self, event: Any) -> None:
        self._decorations(event)
        mapping = isinstance(event, yaml.MappingStartEvent)
        if self._wants_key():
            self._refuse(event, "a key must be a string, not a list or a mapping")
            raise _StopReadingError
        if len(self.stack) >= MAXIMUM_DEPTH:
            self._refuse(
                event, f"it is nested more than {MAXIMUM_DEPTH} levels deep; write it flatter"
            )
            raise _StopReadingError
        node = Node({} if mapping else [], self.name, _place(event))
        self._put(node, opens=True)
        self.stack.append((node, []))

    def _end(self) -> None:
        node, _ = self.stack.pop()
        if self.stack:
            if not node.static:
                self.stack[-1][0].static = False
            waiting = self.stack[-1][1]
            if waiting:
                waiting.pop()

    def _scalar(self, event: Any) -> None:
        self._decorations(event)
        if self._wants_key():
            self._key(event)
            return
        text: str = event.value
        value: Any = text
        if not event.style and event.implicit[0]:
            value = self._plain(event, text)
        place = _place(event)
        if isinstance(value, str):
            self._put(Node(value, self.name, place, static="${" not in text))
        else:
            self._put(Node(value, self.name, place, source=text))

    def _wants_key(self) -> bool:
        return bool(
            self.stack and isinstance(self.stack[-1][0].value, dict) and not self.stack[-1][1]
        )

    def _key(self, event: Any) -> None:
        node, waiting = self.stack[-1]
        key: str = event.value
        if not event.style:
            value = key if key in BOOLEAN_WORDS else self._plain(event, key)
            if key == "<<":
                self._refuse(
                    event, "the merge key << is not accepted; write the merged keys out"
                )
            elif not isinstance(value, str):
                what = f"the key is {kind_of(value)}; it must be a string"
                self._refuse(event, f"{what}; put it in quotes: {key!r}")
        if "${" in key:
            self._refuse(
                event, f"{key!r}: names are filled in values, not in keys; write the key out"
            )
        elif key in node.value:
            line, _ = node.value[key].key_place
            self._refuse(
                event, f"{key!r} is set twice; the first is in line {line}; remove one"
            )
        waiting.append((key, _place(event)))

    def _put(self, node: Node, *, opens: bool = False) -> None:
        if not self.stack:
            self.top = node
            return
        parent, waiting = self.stack[-1]
        if isinstance(parent.value, dict):
            key, node.key_place = waiting[0]
            parent.value[key] = node
            if not opens:
                waiting.pop()
        else:
            parent.value.append(node)
        if not node.static:
            parent.static = False

    def _decorations(self, event: Any) -> None:
        if event.anchor is not None:
            self._refuse(
                event,
                f"the anchor &{event.anchor} is not accepted; write values out, or use vars",
            )
        if event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self._refuse(event, f"the tag {tag} is not accepted; write the plain value")

    def _plain(self, event: Any, text: str) -> Any:
        """Return the value of an unquoted scalar; report one that readers disagree on."""
        try:
            return plain_value(text)
        except AmbiguousScalarError as error:
            self._refuse(event, str(error))
            return text

    def _syntax(self, error: yaml.YAMLError) -> None:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        lines = self.text.split("\n")
        near = lines[line - 1] if line <= len(lines) else ""
        hint = ""
        if "\t" in near:
            hint = "; this line has a tab, and YAML accepts spaces only"
        elif "${" in near:
            hint = '; inside { } and [ ] put ${...} in quotes: "${name}"'
        elif "mapping values" in what:
            hint = "; put a value with ': ' in quotes, and indent a mapping's keys equally"
        if isinstance(error, yaml.reader.ReaderError):
            before = self.text[: error.position]
            line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
            code = error.character if isinstance(error.character, int) else 0
            what = f"character #x{code:04x} is not accepted in YAML; is this a text file?"
        self.report(Problem(self.name, line, column, "", f"this is not YAML: {what}{hint}"))


def _place(event: Any) -> tuple[int, int]:
    mark = event.start_mark
    return mark.line + 1, mark.column + 1
