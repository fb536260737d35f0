"""Runs in Airflow's own Python: imports Airflow once, and does each run in a fork.

    python -P many_dags.py INSIDE FILE     INSIDE is the sandbox's inside.py; FILE has the runs

See airflow_forks.py, which starts it.
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import inspect
import json
import os
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any

_AT_ONCE = 2
_USED = (
    "airflow.__main__",
    "airflow.cli.commands.dag_command",
    "airflow.models.dagbag",
    "airflow.providers.amazon.aws.operators.ecs",
    "airflow.providers.amazon.aws.triggers.ecs",
)
_USED_IN_3 = ("airflow.dag_processing.dagbag", "airflow.sdk")
_SERVICES = ("ecs", "logs", "ssm")


def main(inside: str, file: str) -> None:
    """Do every run of the file, some at once."""
    spec: Any = importlib.util.spec_from_file_location("inside", inside)
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    with program.importing_airflow():
        _import_airflow(program)
    running = 0
    for run in json.loads(Path(file).read_text()):
        if running == _AT_ONCE:
            os.wait()
            running -= 1
        running += 1
        if os.fork() == 0:
            try:
                _run(program, run)
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(0)
    for _ in range(running):
        os.wait()


def _import_airflow(program: Any) -> None:
    for name in _USED:
        importlib.import_module(name)
    for name in _USED_IN_3:
        with suppress(ImportError):  # Airflow 2, or before 3.2
            importlib.import_module(name)
    importlib.import_module("airflow.models").import_all_models()
    # Each run maps all models to their tables otherwise.
    importlib.import_module("sqlalchemy.orm").configure_mappers()
    # The amazon provider looks for its caller, for each client, and reads the source code of
    # all callers: 0.1 s of processor time. Without lines of context nothing is read.
    inspect.stack.__defaults__ = (0,)
    _build_execution_api(program)
    program.share_service_models()
    session = importlib.import_module("boto3").Session(region_name="eu-west-1")
    for service in _SERVICES:
        session.client(service)


def _build_execution_api(program: Any) -> None:
    program.share_execution_api()
    program.build_one_api_version()
    try:
        supervisor = importlib.import_module("airflow.sdk.execution_time.supervisor")
    except ImportError:  # Airflow 2
        return
    asyncio.run(_ask(supervisor.in_process_api_server().app))


async def _ask(app: Any) -> None:
    """Ask the execution API once, because it builds its versions for the first request."""
    httpx: Any = importlib.import_module("httpx")
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://airflow") as client:
        (await client.get("/health")).raise_for_status()


def _run(program: Any, run: dict[str, Any]) -> None:
    home = run["environ"]["AIRFLOW_HOME"]
    os.environ.clear()
    os.environ.update(run["environ"])
    os.chdir(home)
    output = os.open(Path(home) / "dag.log", os.O_CREAT | os.O_WRONLY)
    os.dup2(output, 1)
    os.dup2(output, 2)
    try:
        _configure(home)
        program.main(run["words"])
    except Exception:
        traceback.print_exc()


def _configure(home: str) -> None:
    """Have Airflow read again what it read when it was imported."""
    configuration: Any = importlib.import_module("airflow.configuration")
    settings: Any = importlib.import_module("airflow.settings")
    os.environ["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] = f"sqlite:///{home}/airflow.db"
    os.environ["AIRFLOW__LOGGING__BASE_LOG_FOLDER"] = f"{home}/logs"
    configuration.AIRFLOW_HOME = settings.AIRFLOW_HOME = home
    settings.dispose_orm()
    settings.configure_vars()
    settings.configure_orm()
    configuration.secrets_backend_list[:] = configuration.initialize_secrets_backends()


if __name__ == "__main__":
    main(*sys.argv[1:])
