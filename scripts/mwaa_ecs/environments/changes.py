"""Changes that rendering makes: a line each, with its fields and environments."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from mwaa_ecs.environments.render import Rendered
from mwaa_ecs.files import shown_name
from mwaa_ecs.problems import listed

# Where a text can be cut, so that a tag is shown as a whole.
_CUT = re.compile(r"[:/@,; ]")
_LONGEST = 100
_FIELDS = 3


@dataclass(frozen=True)
class _Change:
    """A change of one field: its old and new value as text; None where there is none."""

    field: str
    old: str | None
    new: str | None

    def __str__(self) -> str:
        old, new = (None if one is None else _cut(one) for one in (self.old, self.new))
        if old is None:
            return f"+ {self.field} = {new}"
        if new is None:
            return f"- {self.field} = {old}"
        return f"~ {self.field}: {old} -> {new}"


def change_lines(rendered: Iterable[Rendered]) -> list[str]:
    """Return a line for each change of the files' values, and for each new file.

    Environments, and fields, with the same change share its line.
    """
    lines: list[str] = []
    fields: dict[tuple[str | None, str | None], dict[str, list[str]]] = {}
    for one in rendered:
        if not one.is_stale:
            continue
        old, new = _values(one.old), _values(one.new)
        if old is None:
            what = "new file" if one.old is None else "it is not JSON, and is written anew"
            lines.append(f"+ {shown_name(one.path)}: {what}")
            continue
        changes = list(_changes(old, new, ""))
        if not changes:
            lines.append(f"~ {shown_name(one.path)}: only its layout changes")
        for change in changes:
            where = fields.setdefault((change.old, change.new), {})
            where.setdefault(change.field, []).append(one.name)
    for (before, after), where in fields.items():
        by_names: dict[tuple[str, ...], list[str]] = {}
        for field, names in where.items():
            by_names.setdefault(tuple(names), []).append(field)
        for environments, found in by_names.items():
            shown = listed(found, _FIELDS)
            lines.append(f"{_Change(shown, before, after)}  ({', '.join(environments)})")
    return lines


def _values(text: str | None) -> dict[str, Any] | None:
    try:
        found = json.loads(text) if text is not None else None
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _changes(old: Any, new: Any, path: str) -> Iterator[_Change]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys()):
            inner = f"{path}.{key}" if path else key
            if key not in new:
                yield _Change(inner, _text(old[key]), None)
            elif key not in old:
                yield _Change(inner, None, _text(new[key]))
            else:
                yield from _changes(old[key], new[key], inner)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from _changes(before, after, f"{path}.{number}")
    elif isinstance(old, str) and isinstance(new, str):
        if old != new:
            yield _Change(path, *_difference(old, new))
    elif old != new or type(old) is not type(new):
        yield _Change(path, _text(old), _text(new))


def _difference(old: str, new: str) -> tuple[str, str]:
    """Return the parts that differ, as JSON: of an image with another tag, the two tags.

    Environments have images of different accounts, and change the same tag.
    """
    start = 0
    for found in _CUT.finditer(old):
        if new[: found.end()] != old[: found.end()]:
            break
        start = found.end()
    end = 0
    for found in reversed(list(_CUT.finditer(old, start))):
        tail = old[found.start() :]
        if not new[start:].endswith(tail):
            break
        end = len(tail)
    parts = (text[start : len(text) - end] for text in (old, new))
    lead, trail = ("..." if start else ""), ("..." if end else "")
    before, after = (f"{lead}{part}{trail}" for part in parts)
    return _text(before), _text(after)


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
