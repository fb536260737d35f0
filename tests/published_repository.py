"""This repository as a consumer gets it: committed, with the tag of its version."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from mwaa_ecs.distribution import own_version

REPOSITORY = Path(__file__).resolve().parent.parent
_GIT = ("git", "-c", "user.name=test", "-c", "user.email=test@example.com")


def publish(target: Path) -> None:
    """Commit a copy of the working tree into a new repository, with a tag.

    Args:
        target: a folder that is not there yet.
    """
    target.mkdir()
    names = _git(
        REPOSITORY, "ls-files", "-z", "--cached", "--others", "--exclude-standard"
    ).split("\0")
    for name in filter(None, names):
        source = REPOSITORY / name
        if source.is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target / name)
    _git(target, "init", "--quiet")
    _git(target, "add", "--all")
    _git(target, "commit", "--quiet", "--message", "Release")
    _git(target, "tag", tag())


def tag() -> str:
    """Return the tag of this version."""
    return f"v{own_version()}"


def _git(folder: Path, *words: str) -> str:
    # The caller may be a hook of git, whose variables name another repository.
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(
        [*_GIT, *words], cwd=folder, env=environ, capture_output=True, text=True, check=True
    )
    return done.stdout
