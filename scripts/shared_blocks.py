"""Copies blocks of HCL that Terraform cannot name once: types, descriptions, lists.

A block stands once, between `# BEGIN SHARED <name>` and `# END SHARED <name>`. A copy
stands between `# BEGIN GENERATED <name>: make docs` and `# END GENERATED <name>`, as deep as
its marker. Blocks may hold others: their markers are not copied.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path

_SHARED = r"^(?P<indent> *)# BEGIN SHARED {name}\n(?P<text>.*?)^ *# END SHARED {name}\n"
_GENERATED = (
    r"^(?P<indent> *)# BEGIN GENERATED (?P<name>[\w-]+): make docs\n"
    r"(?P<text>.*?)^ *# END GENERATED (?P=name)\n"
)
_MARKER = re.compile(r"^ *# (?:BEGIN|END) (?:SHARED|GENERATED) .*\n", re.M)


class SharedBlockError(Exception):
    """A block is missing, or stands twice."""


def stale_files(root: Path) -> Iterator[tuple[Path, str]]:
    """Yield each file of HCL whose copies are stale.

    Args:
        root: The repository.

    Yields:
        The file, and its text with the copies brought up to date.

    Raises:
        SharedBlockError: A copy has no block to copy, or a block stands twice.
    """
    files = sorted((*root.glob("*.tf"), *root.glob("modules/*/*.tf")))
    old = {file: file.read_text(encoding="utf-8") for file in files}
    new = dict(old)
    # A block that holds a copy of another one is itself copied: again, until nothing changes.
    while (following := _copied(new)) != new:
        new = following
    yield from ((file, text) for file, text in new.items() if text != old[file])


def without_markers(text: str) -> str:
    """Return HCL without the lines that mark blocks and copies."""
    return _MARKER.sub("", text)


def _copied(files: Mapping[Path, str]) -> dict[Path, str]:
    """Return the files with every copy as its block is now."""
    return {
        file: re.sub(
            _GENERATED,
            lambda found: _copy(files, found),
            text,
            flags=re.M | re.S,
        )
        for file, text in files.items()
    }


def _copy(files: Mapping[Path, str], found: re.Match[str]) -> str:
    """Return a copy between its markers."""
    name, indent = found["name"], found["indent"]
    text = textwrap.indent(_block(files, name), indent)
    return (
        f"{indent}# BEGIN GENERATED {name}: make docs\n{text}{indent}# END GENERATED {name}\n"
    )


def _block(files: Mapping[Path, str], name: str) -> str:
    """Return a shared block without the markers in it, and without its indentation."""
    pattern = re.compile(_SHARED.format(name=re.escape(name)), re.M | re.S)
    found = [match for text in files.values() for match in pattern.finditer(text)]
    if len(found) != 1:
        raise SharedBlockError(
            f"`# BEGIN SHARED {name}` with its END stands {len(found)} times, expected once"
        )
    text = without_markers(found[0]["text"])
    return re.sub(rf"^{found[0]['indent']}", "", text, flags=re.M)
