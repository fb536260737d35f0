#!/usr/bin/env python3
"""Checks the words of code, messages and docs, and the shape of HCL.

Usage: check_words.py [PATH ...]

PATH is a file or folder of the repository; the default is the whole repository. Each finding is
one line: place, phrase, and what to write instead.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

_KINDS = (".py", ".tf", ".hcl", ".md", ".yaml", ".yml", ".sh")
_HCL = (".tf", ".hcl")
_COLUMNS = 120

# These two contain the phrases that they are about.
_OWN = ("scripts/check_words.py", "tests/unit/test_check_words.py")

_THINGS = (
    "ARN|YAML|JSON|account|cluster|environment|file|folder|hash|id|key|link|list|map|module|name|"
    "number|object|pair|path|policy|role|string|table|task|text|value|word|zip"
)
_PHRASES = [
    (re.compile(pattern), instead)
    for pattern, instead in (
        (r"\b[Ll]egal (is|are|values)\b", "must be, must be one of, accepted values"),
        (r"\b[Ss]ay\b(?! that\b)", "set, run, pass, use, write"),
        (r"\b(is|are|was|were|be|been) said\b", "is set, is shown, is reported"),
        (rf"(?<!there )(?<!There )\b(is|are) no (whole |valid )?({_THINGS})s?\b", "is not a"),
        (r"\b(is|are) wanted\b", "is expected"),
        (r"\b[Tt]ruth values?\b", "true or false"),
        (r"\b[Mm]ade or given\b", "created or existing"),
        (r"\b(can|cannot|could|to) be had\b", "is available, is not available"),
        (r"\bon order\b", "injected"),
        (r"\bmend(s|ed)?\b", "fix"),
        (r"\bcalled? off\b", "cancel"),
        (r"\b[Gg]iven or made\b", "existing or created"),
        (r"\bthe article's six parameters\b", "the six shared parameters"),
        (
            r"\bpip install '?mwaa-ecs\b(?!\S*( @ |==))",
            "with the version, for example mwaa-ecs==1.0.0",
        ),
    )
]
_COMMENT = re.compile(r"^\s*(?:#|//)\s*(?P<text>.*)")
_BAD_START = re.compile(r"(Of|Who|Whom|Whose|Whoever|Not by|What|By)\b(?!.*\?$)")
_PACKAGES = ("scripts/", "modules/")
_DOCSTRING = re.compile(r'^\s*"""(?P<text>.*)')
_LOCAL = re.compile(r"^  (_\w+)\s*=")
_USE = re.compile(r"\blocal\.(_\w+)")


@dataclass(frozen=True, order=True)
class Finding:
    """A line that breaks a rule, and what to write instead."""

    path: str
    line: int
    phrase: str
    instead: str

    def __str__(self) -> str:
        """Return `path:line: "phrase": write instead`."""
        return f'{self.path}:{self.line}: "{self.phrase}": {self.instead}'


def check_text(path: str, text: str) -> Iterator[Finding]:
    """Return the findings of one file that need no other file.

    Args:
        path: the file's path in the repository; its ending decides which rules hold.
        text: the file's content.
    """
    in_comment = False
    for number, line in enumerate(text.splitlines(), start=1):
        for pattern, instead in _PHRASES:
            for found in pattern.finditer(line):
                yield Finding(path, number, found[0], f"write {instead}")
        if not path.endswith(".md"):
            comment = _COMMENT.match(line)
            if comment and not in_comment and (start := _BAD_START.match(comment["text"])):
                yield Finding(path, number, f"# {start[0]}", "begin with a thing in the code")
            docstring = path.startswith(_PACKAGES) and _DOCSTRING.match(line)
            if docstring and (start := _BAD_START.match(docstring["text"])):
                yield Finding(path, number, f'"""{start[0]}', "begin with a thing in the code")
            in_comment = comment is not None and comment["text"].strip("#-= ") != ""
        if path.endswith(_HCL) and len(line) > _COLUMNS:
            yield Finding(
                path, number, f"{line.strip()[:30]}...", f"break it: {len(line)} columns"
            )


def check_locals(files: dict[str, str]) -> Iterator[Finding]:
    """Return uses of locals with `_` before their names outside their own `locals` block.

    Args:
        files: the `.tf` files of one folder, by path.
    """
    # `terraform fmt` puts the brace that ends a block into the first column.
    for path, text in files.items():
        lines = text.splitlines()
        own: set[str] = set()
        for number, line in enumerate(lines, start=1):
            if line == "locals {":
                end = lines.index("}", number)
                own = {found[1] for one in lines[number:end] if (found := _LOCAL.match(one))}
            elif line == "}":
                own = set()
            for name in _USE.findall(line):
                if name not in own:
                    yield Finding(
                        path,
                        number,
                        f"local.{name}",
                        f"name it {name.lstrip('_')}: it is shared",
                    )


def check(paths: Iterable[str]) -> list[Finding]:
    """Return the findings of files of the repository, in order of place."""
    found: list[Finding] = []
    folders: dict[str, dict[str, str]] = defaultdict(dict)
    for path in paths:
        text = (ROOT / path).read_text()
        found += check_text(path, text)
        if path.endswith(".tf"):
            folders[str(Path(path).parent)][path] = text
    for files in folders.values():
        found += check_locals(files)
    return sorted(found)


def tracked(below: Iterable[str]) -> list[str]:
    """Return git's files below some paths that have words to check."""
    done = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", *below],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [
        path
        for path in sorted(filter(None, done.stdout.split("\0")))
        if path.endswith(_KINDS) and path not in _OWN and (ROOT / path).is_file()
    ]


def main(arguments: list[str]) -> int:
    """Print the findings; return 1 if there are any."""
    paths = tracked(arguments)
    found = check(paths)
    for one in found:
        print(one)
    if found:
        print(f"{len(found)} findings in {len(paths)} files", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
