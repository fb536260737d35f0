"""Runs an MWAA environment's startup script, and returns the variables that it exports.

MWAA sources the script in bash on each component, before it installs the requirements. Airflow
gets the variables that it exports.
https://docs.aws.amazon.com/mwaa/latest/userguide/using-startup-script.html

Here the script runs on the user's own machine, so commands that would change the machine do
nothing.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mwaa_ecs.errors import OperationError
from mwaa_ecs.processes import end_group, start, watched
from mwaa_ecs.sandbox.airflow.environment import AirflowEnvironment
from mwaa_ecs.sandbox.airflow.log import last_lines
from mwaa_ecs.sandbox.airflow.program import INHERITED

# The limit that MWAA has.
_SECONDS = 300.0
# Commands that install packages for the machine or the user, and `sudo`, which can run them.
_NOT_RUN = (
    "sudo",
    "yum",
    "dnf",
    "microdnf",
    "rpm",
    "amazon-linux-extras",
    "apt",
    "apt-get",
    "dpkg",
    "pip",
    "pip3",
)
# Variables that bash sets itself, and the script's folder as HOME.
_SHELL_VARIABLES = {"_", "SHLVL", "PWD", "OLDPWD", "HOME"}
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Startup:
    """The result of a startup script.

    Attributes:
        variables: Variables that it exported.
        not_run: Commands of it that did nothing, with their arguments.
    """

    variables: Mapping[str, str]
    not_run: tuple[str, ...]


def run_startup_script(
    environment: AirflowEnvironment,
    script: bytes,
    folder: Path,
    environ: Mapping[str, str],
    seconds: float = _SECONDS,
) -> Startup:
    """Run a startup script.

    `python` and `airflow` are those of `environment`. Commands that install packages do
    nothing, and print that.

    Args:
        environment: The Airflow that the script is for.
        script: Content of the script.
        folder: Folder that is created for it. It is the script's working folder and HOME, and
            keeps its output as `startup.log`.
        environ: Variables of the MWAA component. The script can read them; changes to them are
            not returned.
        seconds: Limit of its run time.

    Returns:
        The variables that it exported, and the commands that did nothing.

    Raises:
        OperationError: It ended with another code than 0, or did not end in time.
    """
    folder.mkdir(parents=True)
    source, left, not_run = folder / "startup.sh", folder / "left.json", folder / "not-run"
    source.write_bytes(script)
    own_path = os.environ.get("PATH", os.defpath)
    ahead = [str(_shims(folder / "bin", not_run)), str(environment.airflow.parent)]
    given = {
        **{name: os.environ[name] for name in INHERITED if name in os.environ},
        **environ,
        "HOME": str(folder),
        "PATH": os.pathsep.join([*ahead, own_path]),
    }
    log = folder / "startup.log"
    code = _run(_program(source, left), folder, given, log, seconds)
    if code != 0:
        ended = f"ended with {code}" if code is not None else f"took more than {seconds:g} s"
        output = last_lines(log.read_text(encoding="utf-8", errors="replace"))
        raise OperationError(f"The environment's startup script {ended}:\n{output}")
    # The file is missing if the script replaced the shell with another program.
    found = json.loads(left.read_text()) if left.exists() else {}
    found["PATH"] = os.pathsep.join(
        place for place in found.get("PATH", own_path).split(os.pathsep) if place not in ahead
    )
    return Startup(
        variables={
            name: value
            for name, value in found.items()
            if _NAME.fullmatch(name)
            and name not in _SHELL_VARIABLES
            and name not in environ
            and not name.startswith("AWS_")
            and value != (own_path if name == "PATH" else given.get(name))
        },
        not_run=tuple(not_run.read_text(errors="replace").splitlines()),
    )


def _program(source: Path, left: Path) -> str:
    """Return the program for bash: the script, and a command that stores the variables.

    The command runs in an EXIT trap, and again after the script, which can replace the trap.
    """
    write_variables = shlex.join(
        [
            sys.executable,
            "-I",
            "-c",
            "import json, os, sys; open(sys.argv[1], 'w').write(json.dumps(dict(os.environ)))",
            str(left),
        ]
    )
    return (
        f"trap {shlex.quote(write_variables)} EXIT\n. {shlex.quote(str(source))}\nset -- $?\n"
        f"{write_variables}\nexit $1"
    )


def _run(
    program: str, folder: Path, environ: Mapping[str, str], log: Path, seconds: float
) -> int | None:
    """Return bash's exit code; None if it exceeded its time and was stopped."""
    bash = shutil.which("bash")
    if bash is None:
        raise OperationError("The environment's startup script needs bash; install it")
    with log.open("wb") as output:
        process = start(
            [bash, "-c", program],
            cwd=folder,
            env=environ,
            stdout=output,
            ends_with_us=True,
        )
        with watched(process):
            try:
                return process.wait(timeout=seconds)
            except subprocess.TimeoutExpired:
                end_group(process)
                return None
            except BaseException:
                end_group(process)
                raise


def _shims(folder: Path, not_run: Path) -> Path:
    """Create programs that only print, and write to `not_run`, that they were not run."""
    folder.mkdir()
    not_run.touch()
    for name in _NOT_RUN:
        shim = folder / name
        shim.write_text(
            f'#!/bin/sh\necho "{name} $*" >>{shlex.quote(str(not_run))}\n'
            f'echo "{name} $*: not run in the sandbox" >&2\n'
        )
        shim.chmod(0o755)
    return folder
