"""The wheels in an environment of each Python that the package names, but this one.

On this one, `make test` runs the unit tests, and e2e/test_packages.py the wheels.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import uv

from built_packages import build
from versions.wheels import REPOSITORY

pytestmark = pytest.mark.versions

PYTHONS = re.findall(
    r"Python :: (3\.\d+)", (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
)
THIS = f"{sys.version_info.major}.{sys.version_info.minor}"
# Parts of the tool that need no checkout and no sandbox.
PARTS = ("cost", "iam", "lint", "migrate", "plan", "task_runs", "terraform")
TESTS = [str(REPOSITORY / "tests" / "unit" / part) for part in PARTS]


def interpreter(version: str) -> str | None:
    """Return the program of a version of Python; None where there is none."""
    found = subprocess.run(
        [
            *(uv.find_uv_bin(), "python", "find", "--no-python-downloads", "--no-project"),
            *("--system", version),
        ],
        # The programs of pyenv on PATH run only in the version that this variable names.
        env={**os.environ, "PYENV_VERSION": version},
        capture_output=True,
        text=True,
        check=False,
    )
    return found.stdout.strip() if found.returncode == 0 else None


def run(*words: str) -> str:
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        words, cwd=REPOSITORY, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return build(tmp_path_factory.mktemp("dist"))


def test_this_python_is_one_of_them() -> None:
    assert THIS in PYTHONS


@pytest.mark.parametrize("version", [one for one in PYTHONS if one != THIS])
def test_the_wheels_pass_the_unit_tests(
    version: str, wheels: list[Path], tmp_path: Path
) -> None:
    program = interpreter(version)
    if program is None:
        pytest.skip(f"there is no Python {version} on PATH")
    python = str(tmp_path / "bin" / "python")
    tool = uv.find_uv_bin()
    run(tool, "venv", "--quiet", "--python", program, str(tmp_path))
    lock = str(REPOSITORY / "requirements" / "dev.txt")
    run(tool, "pip", "sync", "--quiet", "--python", python, "--require-hashes", lock)
    given = (str(wheel) for wheel in wheels)
    run(tool, "pip", "install", "--quiet", "--no-deps", "--python", python, *given)
    where = "import sys, mwaa_ecs; print(*sys.version_info[:2], mwaa_ecs.__file__)"
    major, minor, file = run(python, "-c", where).split()
    assert f"{major}.{minor}" == version
    assert Path(file).is_relative_to(tmp_path)
    # The checkout's own packages stay out of the way.
    words = ("-m", "pytest", "-o", "pythonpath=tests", "-p", "no:cacheprovider", "-q")
    assert " passed" in run(python, *words, *TESTS)
