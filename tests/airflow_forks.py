"""Runs of Airflow in forks of one process that has imported it: see many_dags.py.

Seconds of processor time to import Airflow and build its execution API, and of a run of a DAG
of one task in a fork that has both, and the models of AWS's services:

    2.10.3     2.6    0.6
    3.0.6      5.1    0.8
    3.3.1      6.1    0.7
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mwaa_ecs.processes import run as run_program
from mwaa_ecs.sandbox.airflow import AirflowEnvironment, DagRun
from mwaa_ecs.sandbox.airflow.environment import airflow_settings
from mwaa_ecs.sandbox.airflow.program import COPIED_DATABASE, INHERITED, INSIDE
from mwaa_ecs.sandbox.airflow.run import read_run


@dataclass(frozen=True)
class ForkedRun:
    """What one fork does.

    Attributes:
        words: Arguments of inside.py.
        dags: Folder with the DAG files.
        home: Folder for AIRFLOW_HOME; it must not exist.
        environ: Variables to add to a clean environment. PYTHONPATH must be the same in all.
    """

    words: Sequence[str]
    dags: Path
    home: Path
    environ: Mapping[str, str]

    def result(self, environment: AirflowEnvironment, dag_id: str) -> DagRun:
        """How a DAG that it ran has ended."""
        return read_run(environment, dag_id, self.home / "dag.log", self.home / "airflow.db")


def run_forked(environment: AirflowEnvironment, runs: Sequence[ForkedRun], base: Path) -> None:
    """Do all runs, and wait for their end.

    Args:
        environment: The Airflow that does them.
        runs: The runs, each with a database of its own.
        base: Folder for the AIRFLOW_HOME of the process that forks; it must not exist.
    """
    for home in (base, *(one.home for one in runs)):
        home.mkdir(parents=True)
        shutil.copyfile(environment.database, home / "airflow.db")
    inherited = {key: os.environ[key] for key in INHERITED if key in os.environ}
    file = base / "runs.json"
    file.write_text(
        json.dumps(
            [
                {
                    "words": list(one.words),
                    "environ": {
                        **inherited,
                        **one.environ,
                        **airflow_settings(one.home, one.dags),
                        **COPIED_DATABASE,
                    },
                }
                for one in runs
            ]
        )
    )
    (path,) = {one.environ.get("PYTHONPATH", "") for one in runs}
    program = Path(__file__).with_name("many_dags.py")
    done = run_program(
        environment.command(program, str(INSIDE), str(file)),
        cwd=base,
        env={**inherited, **airflow_settings(base, base / "dags"), "PYTHONPATH": path},
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
