"""Finds where a configuration refers to something."""

from __future__ import annotations

import re
from pathlib import Path

from mwaa_ecs.hcl.files import read_source, terraform_files
from mwaa_ecs.hcl.lexer import Source


def places_of(folder: Path, name: str) -> list[tuple[Path, int]]:
    """Return file and line of each reference to a name, e.g. `terraform.workspace`.

    Comments, and texts outside `${...}`, do not count.

    Raises:
        HclError: a file cannot be read.
    """
    pattern = re.compile(rf"\b{re.escape(name)}\b")
    inside = re.compile(rf"[$%]\{{[^}}]*?\b{re.escape(name)}\b")
    found = []
    for path in terraform_files(folder):
        text = read_source(path)
        if name not in text:
            continue
        if path.name.endswith(".json"):
            starts = [match.end() for match in inside.finditer(text)]
            found += [(path, text.count("\n", 0, start) + 1) for start in starts]
            continue
        source = Source(text, str(path))
        tokens = source.tokens()
        # Outside strings, tokens leave out the comments between them.
        covered = [token for token in tokens if token.kind in ("string", "heredoc")]
        for token in covered:
            found += [
                (path, source.place(token.start + match.end() - 1)[0])
                for match in inside.finditer(token.text)
            ]
        names = {token.start for token in tokens if token.kind == "name"}
        found += [
            (path, source.place(match.start())[0])
            for match in pattern.finditer(text)
            if match.start() in names
        ]
    return sorted(set(found))
