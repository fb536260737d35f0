"""Wheels that only these tests use, each pinned by its hash in requirements/."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


def pinned(file: str) -> dict[str, str]:
    """Return the pinned requirements of a file in requirements/, by the version they bring.

    A line is `name==version --hash=…  # the version of what is in it`.
    """
    text = (REPOSITORY / "requirements" / file).read_text()
    found = re.findall(r"^(\S+==\S+ --hash=\S+) +# (\S+)$", text, re.M)
    return {version: requirement for requirement, version in found}


def fetch(requirement: str, folder: Path) -> Path:
    """Download a wheel; return its file.

    Args:
        requirement: one of `pinned`.
        folder: an existing folder, where it is written.
    """
    lock = folder / "lock.txt"
    lock.write_text(requirement + "\n")
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"),
            *("--disable-pip-version-check", "--only-binary", ":all:", "--require-hashes"),
            *("--dest", str(folder), "--requirement", str(lock)),
        ],
        check=True,
    )
    (wheel,) = folder.glob("*.whl")
    return wheel
