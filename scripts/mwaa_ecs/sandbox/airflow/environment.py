"""Builds a virtual environment for one Airflow version, once, in the user's cache folder."""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uv

from mwaa_ecs.errors import OperationError, UserError
from mwaa_ecs.processes import CancelledError, run
from mwaa_ecs.sandbox.airflow.versions import AirflowVersion

CACHE_VARIABLE = "MWAA_ECS_CACHE_DIR"
"""Environment variable with the folder that environments are kept in between runs."""

# Every locked version runs on these. The version that MWAA uses is tried first.
_PYTHONS = ("3.12", "3.11")
_READY = "ready"


@dataclass(frozen=True)
class AirflowEnvironment:
    """An installed Airflow, with a migrated database to start each run from."""

    version: AirflowVersion
    folder: Path
    python: str

    @property
    def airflow(self) -> Path:
        """The `airflow` program."""
        return self.folder / "venv" / "bin" / "airflow"

    @property
    def interpreter(self) -> Path:
        """The Python that this Airflow is installed for."""
        return self.airflow.with_name("python")

    def command(self, program: Path, *words: str) -> list[str]:
        """Return the command that runs a program of ours in Airflow's Python."""
        # -P keeps Python from importing modules from the folder of the program.
        return [str(self.interpreter), "-P", str(program), *words]

    @property
    def database(self) -> Path:
        """An SQLite database after `airflow db migrate`. Copy it; never write to it."""
        return self.folder / "home" / "airflow.db"


def cache_folder(environ: Mapping[str, str] | None = None) -> Path:
    """Return the folder that environments are kept in."""
    environ = os.environ if environ is None else environ
    if named := environ.get(CACHE_VARIABLE):
        return Path(named).expanduser()
    base = environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser() / "mwaa-ecs"


class BuildCancelledError(OperationError):
    """The build was cancelled."""


def prepare(
    version: AirflowVersion, cancelled: threading.Event | None = None
) -> AirflowEnvironment:
    """Return the environment of an Airflow version, and build it if it does not exist.

    If several processes need the same one, one builds it and the others wait.

    Args:
        version: The Airflow version.
        cancelled: Event that another thread sets to cancel the build.

    Returns:
        The environment, ready to use.

    Raises:
        BuildCancelledError: `cancelled` was set during the build.
        UserError: No Python was found that the version runs on, or the cache folder cannot be
            written to.
        OperationError: The installation or the database migration failed.
    """
    python = _find_python(version)
    folder = cache_folder() / f"airflow-{version.number}-{version.digest}-py{python.version}"
    environment = AirflowEnvironment(version, folder, python.version)
    if (folder / _READY).exists():
        return environment
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with locked(folder.with_suffix(folder.suffix + ".lock")):
            if not (folder / _READY).exists():
                _build(environment, python, cancelled or threading.Event())
    except PermissionError as error:
        raise UserError(
            f"{CACHE_VARIABLE}: cannot write {error.filename}; name a folder that can be"
            " written to"
        ) from None
    return environment


def airflow_settings(home: Path, dags: Path) -> dict[str, str]:
    """Return the variables that every Airflow command here runs with."""
    return {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(dags),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__DATABASE__LOAD_DEFAULT_CONNECTIONS": "False",
        # The same value as in MWAA: credentials and region come from the environment.
        "AIRFLOW_CONN_AWS_DEFAULT": "aws://",
        # Airflow must not call any host outside this machine.
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "SCARF_ANALYTICS": "false",
        "DO_NOT_TRACK": "1",
        "NO_COLOR": "1",
        "PYTHONWARNINGS": "ignore",
    }


def link_folders(home: Path, settings: Mapping[str, str]) -> None:
    """Link the folders of DAGs and plugins into AIRFLOW_HOME, where MWAA has them.

    Args:
        home: AIRFLOW_HOME.
        settings: the variables of Airflow.
    """
    for name in ("dags", "plugins"):
        folder, link = settings.get(f"AIRFLOW__CORE__{name.upper()}_FOLDER"), home / name
        if folder is not None and not link.exists():
            link.symlink_to(folder)


@dataclass(frozen=True)
class _Python:
    version: str
    program: str


def _find_python(version: AirflowVersion) -> _Python:
    candidates = [version.python, *(other for other in _PYTHONS if other != version.python)]
    running = f"{sys.version_info.major}.{sys.version_info.minor}"
    for candidate in candidates:
        if candidate == running:
            return _Python(candidate, sys.executable)
        found = run(
            [_uv(), "python", "find", "--no-python-downloads", "--no-project", candidate]
        )
        if found.returncode == 0 and found.stdout.strip():
            return _Python(candidate, found.stdout.strip())
    raise UserError(
        f"--airflow: Airflow {version.number} runs on Python {' or '.join(sorted(_PYTHONS))}, "
        f"and none was found; install Python {version.python}"
    )


def _build(
    environment: AirflowEnvironment, python: _Python, cancelled: threading.Event
) -> None:
    def step(what: str, argv: list[str], extra: Mapping[str, str] | None = None) -> None:
        _run(what, argv, extra or {}, cancelled)

    shutil.rmtree(environment.folder, ignore_errors=True)
    try:
        venv = environment.folder / "venv"
        interpreter = str(venv / "bin" / "python")
        step(
            "virtual environment",
            [_uv(), "venv", "--quiet", "--python", python.program, str(venv)],
        )
        install = [_uv(), "pip", "install", "--quiet", "--python", interpreter, "--no-deps"]
        lock = str(environment.version.lock)
        step("installation", [*install, "--require-hashes", "--requirement", lock])
        home = environment.folder / "home"
        home.mkdir()
        step(
            "database migration",
            [str(environment.airflow), "db", "migrate"],
            airflow_settings(home, home / "dags"),
        )
        (environment.folder / _READY).touch()
    except BaseException:
        shutil.rmtree(environment.folder, ignore_errors=True)
        raise


def _run(
    what: str, argv: list[str], extra: Mapping[str, str], cancelled: threading.Event
) -> None:
    try:
        done = run(argv, env={**os.environ, **extra}, cancelled=cancelled)
    except CancelledError:
        raise BuildCancelledError(f"Airflow's {what} was cancelled") from None
    if done.returncode:
        output = f"{done.stdout}\n{done.stderr}".strip()[-2000:]
        raise OperationError(f"Airflow's {what} failed: {output}")


def _uv() -> str:
    return str(uv.find_uv_bin())


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Let one process at a time change an environment."""
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
