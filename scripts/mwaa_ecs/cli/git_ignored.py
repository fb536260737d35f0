"""Says which files with secrets git would take along."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from rich.markup import escape

from mwaa_ecs.cli.output import errors
from mwaa_ecs.processes import run

_NOT_IGNORED = 1
"""Exit code of `git check-ignore` for a file that is not ignored; 128 is an error."""


def advise_ignoring(files: Iterable[Path]) -> None:
    """Print what to write into .gitignore, for files that git does not ignore.

    Args:
        files: states and plans on this machine. They hold the values of secrets as plain text.
    """
    git = shutil.which("git")
    for file in files if git is not None else ():
        asked = [str(git), "check-ignore", "--quiet", "--", file.name]
        if not file.parent.is_dir() or run(asked, cwd=file.parent).returncode != _NOT_IGNORED:
            continue
        pattern = f"*{file.suffix}" if file.suffix else file.name
        also = f" and {pattern}.*" if file.suffix == ".tfstate" else ""
        errors.print(
            f"[yellow]not ignored by git:[/] {escape(str(file))}; it may hold secrets as plain "
            f"text. Write {escape(pattern + also)} into .gitignore",
            soft_wrap=True,
        )
