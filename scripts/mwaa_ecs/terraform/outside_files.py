"""Files outside a configuration's folder that its strings name, e.g. `file("../sql/x.sql")`."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from mwaa_ecs.errors import UserError
from mwaa_ecs.hcl.files import read_source, terraform_files
from mwaa_ecs.hcl.lexer import Source

# A path begins a string or a string inside a template, and ends where a template or a pattern
# of `fileset` begins.
_PATH = re.compile(
    r'"(?:\$\{path\.(?P<base>module|root|cwd)\}/?)?'
    r'(?P<path>(?:[^/"$%*?{}\\\n]+/)*\.\.(?:/[^"$%*?{}\\\n]*)?)(?P<end>["$%*?{])'
)
_TEXTS = ("string", "heredoc")
_MOST_BYTES = 100_000_000


def outside_files(folders: list[Path], root: Path, stays: Callable[[Path], bool]) -> set[Path]:
    """Return the files and folders that a configuration's strings name outside its folders.

    A name that a template goes on stands for the folder that it is in.

    Args:
        folders: the root's folder and its local modules.
        root: the root's folder, which `path.root` and plain relative paths begin at.
        stays: whether a path is not copied.

    Raises:
        UserError: a folder that is named is too large to copy, or a file cannot be read.
    """
    found: set[Path] = set()
    for folder in folders:
        for named, place in _named(folder, root):
            if named in found or not named.exists():
                continue
            if any(named.is_relative_to(inside) for inside in folders):
                continue
            if named.is_dir() and _is_large(named, stays):
                raise UserError(
                    f"{place}: {str(named)!r} is outside the configuration and has more than "
                    f"{_MOST_BYTES // 1_000_000} MB. The sandbox works on a copy. Name a "
                    "smaller folder, or a file in it"
                )
            found.add(named)
    return found


def _named(folder: Path, root: Path) -> Iterator[tuple[Path, str]]:
    for file in terraform_files(folder):
        text = read_source(file)
        if ".." not in text:
            continue
        # JSON has no comments, and quotes inside its strings are escaped.
        source = Source(text.replace('\\"', '"') if file.suffix == ".json" else text, str(file))
        for start, piece in [(0, source.text)] if file.suffix == ".json" else _strings(source):
            for match in _PATH.finditer(piece):
                path = match["path"]
                if match["end"] != '"':
                    path = path.rpartition("/")[0]
                base = folder if match["base"] == "module" else root
                line, column = source.place(start + match.start())
                yield Path(os.path.normpath(base / path)), f"{file}:{line}:{column}"


def _strings(source: Source) -> list[tuple[int, str]]:
    try:
        tokens = source.tokens()
    except RecursionError:
        raise source.error(0, "it is nested too deeply to be read") from None
    return [(token.start, token.text) for token in tokens if token.kind in _TEXTS]


def _is_large(folder: Path, stays: Callable[[Path], bool]) -> bool:
    left = _MOST_BYTES
    for current, folders, files in os.walk(folder):
        here = Path(current)
        folders[:] = [name for name in folders if not stays(here / name)]
        left -= sum((here / name).stat().st_size for name in files if not stays(here / name))
        if left < 0:
            return True
    return False
