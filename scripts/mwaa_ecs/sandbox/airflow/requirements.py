"""Installs an environment's own requirements beside an Airflow that is kept between runs."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import uv

from mwaa_ecs.errors import OperationError
from mwaa_ecs.processes import run
from mwaa_ecs.sandbox.airflow.environment import AirflowEnvironment

# MWAA wants a constraints file named; here the lock file is it, so nothing is fetched for that.
_CONSTRAINT = re.compile(r"^\s*(?:-c|--constraint)[\s=]")
_WOULD_INSTALL = re.compile(
    r"^ \+ (?P<name>[\w.-]+)==(?P<version>\S+)(?: \(from (?P<url>.+)\))?$", re.M
)


def wanted(text: str) -> list[str]:
    """Return the lines of a requirements file that ask for something."""
    lines = (re.sub(r"(^|\s)#.*$", "", line).strip() for line in text.splitlines())
    return [line for line in lines if line and not _CONSTRAINT.match(line)]


def install_requirements(
    environment: AirflowEnvironment,
    lines: Sequence[str],
    folder: Path,
    environ: Mapping[str, str],
) -> Path | None:
    """Install what the lines of a requirements file ask for into `folder/site-packages`.

    Packages that Airflow has too come in the version that MWAA ships, and are not installed
    again: a second Airflow there would hide the first.

    environ: what a startup script left for it, beside the process's own environment.

    Returns:
        The folder to put on PYTHONPATH; None where nothing is asked for.

    Raises:
        OperationError: it cannot be installed: no network, no such package, or a version other
            than MWAA's is asked for. The message has the installer's own words.
    """
    if not lines:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    asked, missing = folder / "requirements.txt", folder / "missing.txt"
    target = folder / "site-packages"
    asked.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def pip(*words: str) -> str:
        python = str(environment.airflow.with_name("python"))
        done = run(
            [str(uv.find_uv_bin()), "pip", "install", "--python", python, *words],
            env={**os.environ, **environ, "NO_COLOR": "1"},
        )
        if done.returncode:
            raise OperationError(
                f"The environment's requirements ({', '.join(lines)}) cannot be installed "
                f"beside Airflow {environment.version.number}: {done.stderr.strip()[-2000:]}"
            )
        return done.stderr

    lock = str(environment.version.lock)
    told = pip("--dry-run", "--constraint", lock, "--requirement", str(asked))
    # Where packages are looked for counts again.
    options = [line for line in lines if line.startswith("--")]
    missing.write_text("\n".join([*options, *not_installed(told)]) + "\n", encoding="utf-8")
    target.mkdir(exist_ok=True)
    pip("--quiet", "--no-deps", "--target", str(target), "--requirement", str(missing))
    return target


def not_installed(told: str) -> list[str]:
    """Return what `uv pip install --dry-run` would install, as lines of a requirements file."""
    return [
        f"{match['name']} @ {match['url']}"
        if match["url"]
        else f"{match['name']}=={match['version']}"
        for match in _WOULD_INSTALL.finditer(told)
    ]
