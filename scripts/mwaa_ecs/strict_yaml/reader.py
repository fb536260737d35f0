"""Reads YAML strictly: every value knows its line and column, nothing is guessed.

The YAML that is taken is what YAML 1.2 and JSON agree on. What two readers could take
differently (yes, 010, 1_000, 2024-01-01), or what hides where a value comes from (anchors,
merge keys, duplicate keys), is refused with a message that says what to write.
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
from mwaa_ecs.strict_yaml.scalars import TRUTHS, AmbiguousScalarError, plain_value

MAXIMUM_BYTES = 1_000_000
"""The largest file that is read: a thousand tasks need about a tenth of it."""

MAXIMUM_DEPTH = 40

# libyaml where the wheel has it: ten times as fast.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _StopReadingError(Exception):
    """The rest of a file cannot be read; the problem is told already."""


def read_document(path: Path, report: Callable[[Problem], None]) -> Node | None:
    """Read a file that holds one mapping.

    Returns:
        The mapping; None where the file could not be understood, with every reason reported.
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
        # Of a pipe, the reading would never end.
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            what = "a folder" if stat.S_ISDIR(mode) else "no ordinary file"
            report(Problem(name, 0, 0, "", f"it is {what}; a file with YAML is wanted"))
            return None
        with path.open("rb") as file:
            # Asked of the open file: what is read is what was measured.
            size = os.fstat(file.fileno()).st_size
            data = file.read(MAXIMUM_BYTES + 1)
    except OSError as error:
        report(Problem(name, 0, 0, "", f"it cannot be read: {error.strerror}"))
        return None
    if len(data) > MAXIMUM_BYTES:
        report(
            Problem(
                name, 0, 0, "",
                f"it has {max(size, len(data)):,} bytes; at most {MAXIMUM_BYTES:,} are read",
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
            what = "a tab indents this line; YAML takes blanks only"
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
        # Open collections, each with the key that waits for its value, and the path to it.
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
                    self._refuse(event, f"*{event.anchor} is an alias; write the value out")
                    self._put(Node(None, self.name, _place(event)))
                elif isinstance(event, yaml.DocumentStartEvent):
                    documents += 1
                    if documents > 1:
                        self._refuse(event, "a second document begins here; one a file is read")
                        raise _StopReadingError
        except _StopReadingError:
            return None
        except yaml.YAMLError as error:
            self._syntax(error)
            return None
        if self.top is None or (self.top.value is None and self.good):
            what = "the file is empty; say {} if it shall add nothing"
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
            self._refuse(event, "a key must be a string; this one is a list or a mapping")
            raise _StopReadingError
        if len(self.stack) >= MAXIMUM_DEPTH:
            self._refuse(event, f"it is nested more than {MAXIMUM_DEPTH} deep")
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
        # A list's next element gets its number from the list's length; nothing to do.

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
            value = key if key in TRUTHS else self._plain(event, key)
            if key == "<<":
                self._refuse(event, "<< merges a mapping; write its keys out")
            elif not isinstance(value, str):
                shown = "nothing" if value is None else key
                self._refuse(event, f"a key must be a string: {shown}; say {key!r} in quotes")
        if "${" in key:
            self._refuse(event, f"{key!r}: names are filled in values, not in keys")
        elif key in node.value:
            line, _ = node.value[key].key_place
            self._refuse(event, f"{key!r} is given twice; the first is in line {line}")
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
            self._refuse(event, f"&{event.anchor} is an anchor; write values out, or use vars")
        if event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self._refuse(event, f"{tag} is a tag; tags are not read, write the plain value")

    def _plain(self, event: Any, text: str) -> Any:
        """Return what an unquoted scalar means, if every reader of YAML agrees."""
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
            hint = "; there is a tab in this line, YAML takes blanks"
        elif "${" in near:
            hint = '; inside { } and [ ] a value with ${...} needs quotes, "${name}"'
        elif "mapping values" in what:
            hint = "; a value with ': ' in it needs quotes, a mapping's keys one indent"
        if isinstance(error, yaml.reader.ReaderError):
            before = self.text[: error.position]
            line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
            code = error.character if isinstance(error.character, int) else 0
            what = f"character #x{code:04x} cannot stand in a text; is this a text file?"
        self.report(Problem(self.name, line, column, "", f"this is no YAML: {what}{hint}"))


def _place(event: Any) -> tuple[int, int]:
    mark = event.start_mark
    return mark.line + 1, mark.column + 1
