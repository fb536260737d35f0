"""Runs an environment's startup script and takes what it leaves in the environment.

MWAA sources it in bash on each component before the requirements are installed; what it exports
reaches Airflow. https://docs.aws.amazon.com/mwaa/latest/userguide/using-startup-script.html

Here it runs on the user's own machine, so what would change that machine is kept from it.
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

# MWAA's own limit.
_SECONDS = 300.0
# Commands that install for the whole machine, or for the user, and the one that leads to them.
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
# Of the shell's own, and where it stands.
_SHELLS = {"_", "SHLVL", "PWD", "OLDPWD", "HOME"}
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Startup:
    """What came of a startup script.

    Attributes:
        variables: what it exported.
        not_run: the commands that were kept from it, as it gave them.
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
    """Run a startup script in `folder`, which is its home too.

    `python` and `airflow` are those of `environment`. Commands that install packages do nothing
    but say so.

    Args:
        environment: the Airflow that is to run.
        script: its text, as it lies in the bucket.
        folder: made; the script's output is kept there as `startup.log`.
        environ: what the component has in its environment. The script sees it and cannot
            change it for others.
        seconds: how long it may take.

    Raises:
        OperationError: it ended with another code than 0, or did not end in time.
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
        said = last_lines(log.read_text(encoding="utf-8", errors="replace"))
        raise OperationError(f"The environment's startup script {ended}:\n{said}")
    # It is not there if the script replaced the shell by another program.
    found = json.loads(left.read_text()) if left.exists() else {}
    found["PATH"] = os.pathsep.join(
        place for place in found.get("PATH", own_path).split(os.pathsep) if place not in ahead
    )
    return Startup(
        variables={
            name: value
            for name, value in found.items()
            if _NAME.fullmatch(name)
            and name not in _SHELLS
            and name not in environ
            and not name.startswith("AWS_")
            and value != (own_path if name == "PATH" else given.get(name))
        },
        not_run=tuple(not_run.read_text(errors="replace").splitlines()),
    )


def _program(source: Path, left: Path) -> str:
    """Return what bash runs: the script, and then, however it ends, a note of its variables.

    After it too, since it may have an EXIT trap of its own.
    """
    tell = shlex.join(
        [
            sys.executable,
            "-I",
            "-c",
            "import json, os, sys; open(sys.argv[1], 'w').write(json.dumps(dict(os.environ)))",
            str(left),
        ]
    )
    return (
        f"trap {shlex.quote(tell)} EXIT\n. {shlex.quote(str(source))}\nset -- $?\n"
        f"{tell}\nexit $1"
    )


def _run(
    program: str, folder: Path, environ: Mapping[str, str], log: Path, seconds: float
) -> int | None:
    """Return bash's exit code, or None where it was ended because of its time."""
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
    """Make programs that do nothing but say and note that they do nothing."""
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
