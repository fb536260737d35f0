"""Builds both packages as a release does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import uv

REPOSITORY = Path(__file__).resolve().parent.parent
PACKAGES = (REPOSITORY, REPOSITORY / "modules" / "dags" / "operator")


def build(folder: Path) -> list[Path]:
    """Build source archives, and wheels out of these; return the wheels.

    Args:
        folder: an existing folder, where they are written.
    """
    for package in PACKAGES:
        subprocess.run(
            [
                *(uv.find_uv_bin(), "build", "--quiet", "--no-build-isolation"),
                *("--python", sys.executable, "--out-dir", str(folder), str(package)),
            ],
            # hatchling is in this environment.
            env={**os.environ, "VIRTUAL_ENV": sys.prefix},
            check=True,
        )
    return sorted(folder.glob("*.whl"))
