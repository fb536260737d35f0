"""Runs a program in Airflow's own Python, with its output in a file."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from mwaa_ecs.processes import end_group, start, wait, watched
from mwaa_ecs.sandbox.airflow.environment import (
    AirflowEnvironment,
    airflow_settings,
    link_folders,
)

# The only variables of the user's environment that Airflow gets.
INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR")

INSIDE = Path(__file__).with_name("inside.py")

# The database is a copy of one that this Airflow has migrated. Whether it is up to date takes
# 0.8 s of processor time to find out.
COPIED_DATABASE = {"AIRFLOW__DATABASE__CHECK_MIGRATIONS": "False"}


def inside(environment: AirflowEnvironment, *words: str) -> list[str]:
    """Return the command that runs `inside.py` with arguments."""
    return environment.command(INSIDE, *words)


def run_inside(
    environment: AirflowEnvironment,
    words: Sequence[str],
    *,
    dags: Path,
    home: Path,
    environ: Mapping[str, str],
) -> tuple[Path, Path]:
    """Run `inside.py` with a new database, and wait for its end.

    Args:
        environment: The Airflow whose Python runs it.
        words: Arguments of `inside.py`.
        dags: Folder of the DAGs.
        home: Folder for AIRFLOW_HOME, the database and the output; it is created if needed.
        environ: Variables to add to a clean environment.

    Returns:
        The file with the output, and the database.
    """
    home.mkdir(parents=True, exist_ok=True)
    database = home / "airflow.db"
    shutil.copyfile(environment.database, database)
    settings = {**environ, **airflow_settings(home, dags), **COPIED_DATABASE}
    link_folders(home, settings)
    log = home / "dag.log"
    with log.open("wb") as output:
        process = start(
            inside(environment, *words),
            cwd=home,
            env={
                **{key: os.environ[key] for key in INHERITED if key in os.environ},
                **settings,
            },
            stdout=output,
            ends_with_us=True,
        )
        with watched(process):
            try:
                wait(process)
            except BaseException:
                end_group(process)
                raise
    return log, database
