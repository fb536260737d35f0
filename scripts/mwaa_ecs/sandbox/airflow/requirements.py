"""Installs an MWAA environment's requirements beside an Airflow that is kept between runs."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import uv

from mwaa_ecs.errors import OperationError
from mwaa_ecs.processes import run
from mwaa_ecs.sandbox.airflow.environment import AirflowEnvironment

# MWAA requires a constraints file. Here the lock file takes its place, so none is downloaded.
_CONSTRAINT = re.compile(r"^\s*(?:-c|--constraint)[\s=]")
_WOULD_INSTALL = re.compile(
    r"^ \+ (?P<name>[\w.-]+)==(?P<version>\S+)(?: \(from (?P<url>.+)\))?$", re.M
)


def requirement_lines(text: str) -> list[str]:
    """Return the lines of a requirements file that name a package or an option."""
    lines = (re.sub(r"(^|\s)#.*$", "", line).strip() for line in text.splitlines())
    return [line for line in lines if line and not _CONSTRAINT.match(line)]


def install_requirements(
    environment: AirflowEnvironment,
    lines: Sequence[str],
    folder: Path,
    environ: Mapping[str, str],
) -> Path | None:
    """Install the packages of a requirements file into `folder/site-packages`.

    A package that Airflow has already keeps the version that MWAA ships. It is not installed
    again, because a second Airflow in the folder would hide the first.

    Args:
        environment: The Airflow to install beside.
        lines: Lines of the requirements file.
        folder: Folder to install below; it is created if needed.
        environ: Variables that a startup script exported, for the installer.

    Returns:
        The folder to put on PYTHONPATH; None without lines.

    Raises:
        OperationError: A package cannot be installed: there is no network, it does not exist,
            or a version other than MWAA's is required. The message has the installer's text.
    """
    if not lines:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    all_lines, missing = folder / "requirements.txt", folder / "missing.txt"
    target = folder / "site-packages"
    all_lines.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def pip(*words: str) -> str:
        python = str(environment.interpreter)
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
    listed = pip("--dry-run", "--constraint", lock, "--requirement", str(all_lines))
    # The options, such as --index-url, are needed again for the second step.
    options = [line for line in lines if line.startswith("--")]
    missing.write_text(
        "\n".join([*options, *missing_packages(listed)]) + "\n", encoding="utf-8"
    )
    target.mkdir(exist_ok=True)
    pip("--quiet", "--no-deps", "--target", str(target), "--requirement", str(missing))
    return target


def missing_packages(output: str) -> list[str]:
    """Return the packages that `uv pip install --dry-run` lists, as requirements."""
    return [
        f"{match['name']} @ {match['url']}"
        if match["url"]
        else f"{match['name']}=={match['version']}"
        for match in _WOULD_INSTALL.finditer(output)
    ]
