"""Starts Airflow's programs, keeps them running, and ends them."""

from __future__ import annotations

import os
import random
import shutil
import socket
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from mwaa_ecs.errors import OperationError
from mwaa_ecs.processes import (
    end_group,
    end_processes_in,
    forget,
    kill_group,
    pause,
    run,
    start,
    watch_folder,
)
from mwaa_ecs.sandbox.airflow.client import AirflowClient
from mwaa_ecs.sandbox.airflow.components import (
    HOST,
    Component,
    Secrets,
    components,
    login_files,
    sqlite_url,
    strong_settings,
    weak_settings,
)
from mwaa_ecs.sandbox.airflow.environment import (
    AirflowEnvironment,
    airflow_settings,
    link_folders,
)
from mwaa_ecs.sandbox.airflow.log import last_lines
from mwaa_ecs.sandbox.airflow.postgresql import Metadata
from mwaa_ecs.sandbox.airflow.program import INHERITED, inside

_START_SECONDS = 240.0
_POLL_SECONDS = 0.5
_END_SECONDS = 5.0
# A program that ends so soon after its start would only end again.
_TOO_SOON_SECONDS = 20.0
PORTS = range(20_000, 32_768)
"""Below those that Linux and macOS give to connections, of which Airflow's start makes many."""


@dataclass
class _Running:
    component: Component
    process: subprocess.Popen[bytes]
    since: float = field(default_factory=time.monotonic)


class AirflowService:
    """A running Airflow, for as long as its `with` block.

    Args:
        environment: the installed Airflow.
        home: the folder for AIRFLOW_HOME; it must not exist. Its parent must be one that
            `sweep_folders` finds, so that nothing survives a kill.
        dags: the folder of the DAGs.
        settings: what the MWAA environment gives Airflow: options, plugins, variables.
        aws: variables with which Airflow reaches the local AWS.
        page: the address that a browser uses.
        database: the metadata database. Default: SQLite, in `home`.
        tell: receives a line when a program ends on its own.
    """

    def __init__(
        self,
        environment: AirflowEnvironment,
        *,
        home: Path,
        dags: Path,
        settings: Mapping[str, str],
        aws: Mapping[str, str],
        page: str,
        database: Metadata | None = None,
        tell: Callable[[str], None] = lambda _line: None,
    ) -> None:
        self.environment = environment
        self.home = home
        self.port = free_port()
        self._secret = Secrets() if database is None else Secrets(fernet=database.fernet_key)
        self._tell = tell
        self._database = database
        self._lock = threading.Lock()
        self._running: dict[str, _Running] = {}
        self._ending = threading.Event()
        self._failure = ""
        self._keeper = threading.Thread(target=self._keep, daemon=True, name="airflow-keeper")
        version = environment.version
        self.client = AirflowClient(version, f"http://{HOST}:{self.port}", self._secret)
        strong = strong_settings(
            version,
            secret=self._secret,
            home=home,
            database=database.url if database else sqlite_url(home / "airflow.db"),
            port=self.port,
            page=page,
        )
        self.environ: dict[str, str] = {
            **{name: os.environ[name] for name in INHERITED if name in os.environ},
            **weak_settings(),
            **settings,
            **airflow_settings(home, dags),
            **strong,
            **aws,
        }
        # Airflow starts `airflow` by name.
        self.environ["PATH"] = os.pathsep.join(
            [str(environment.airflow.parent), self.environ.get("PATH", os.defpath)]
        )
        # As Airflow's own DAG processor does: modules beside the DAGs can be imported.
        own = [settings["PYTHONPATH"]] if "PYTHONPATH" in settings else []
        drivers = [str(database.drivers)] if database else []
        self.environ["PYTHONPATH"] = os.pathsep.join([*own, str(dags), *drivers])

    def __enter__(self) -> AirflowService:
        self._prepare()
        watch_folder(self.home.parent)
        try:
            for component in components(self.environment.version, self.port):
                self._start(component)
            self._wait_until_healthy()
            self._keeper.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End every program and every task that they started."""
        self._ending.set()
        with self._lock:
            running = list(self._running.values())
        for one in running:
            one.process.terminate()
        limit = time.monotonic() + _END_SECONDS
        for one in running:
            # The processes of tasks lead groups of their own; those that are left end last.
            left = max(0.1, limit - time.monotonic())
            try:
                one.process.wait(timeout=left)
            except subprocess.TimeoutExpired:
                kill_group(one.process)
                one.process.wait()
            end_group(one.process, 0.1)
            forget(one.process)
        end_processes_in(self.home.parent)

    def process_of(self, name: str) -> int:
        """Return the process id of a program.

        Raises:
            KeyError: there is no such program, or it does not run.
        """
        with self._lock:
            return self._running[name].process.pid

    def log_of(self, name: str) -> Path:
        """Return the file with a program's output."""
        return self.home / f"{name}.log"

    def check(self) -> None:
        """Check that Airflow still runs.

        Raises:
            OperationError: a program ends again and again.
        """
        if self._failure:
            raise OperationError(self._failure)

    # -- helpers ---------------------------------------------------------------------------

    def _prepare(self) -> None:
        self.home.mkdir(mode=0o700)
        link_folders(self.home, self.environ)
        for name, text in login_files(self.environment.version, self._secret).items():
            file = self.home / name
            file.touch(mode=0o600)
            file.write_text(text, encoding="utf-8")
        if self._database is None:
            database = self.home / "airflow.db"
            shutil.copyfile(self.environment.database, database)
            with closing(sqlite3.connect(database)) as connection:
                # Readers do not wait for the writer then.
                connection.execute("PRAGMA journal_mode=WAL")
        elif not self._database.is_migrated:
            done = run(inside(self.environment, "airflow", "db", "migrate"), env=self.environ)
            if done.returncode:
                raise OperationError(
                    "Airflow's database migration failed:\n"
                    f"{last_lines(done.stdout + done.stderr)}"
                )

    def _start(self, component: Component) -> None:
        with self.log_of(component.name).open("ab") as output:
            process = start(
                inside(self.environment, "airflow", *component.words),
                cwd=self.home,
                env={**self.environ, **component.environ},
                stdout=output,
                ends_with_us=True,
            )
        with self._lock:
            self._running[component.name] = _Running(component, process)

    def _wait_until_healthy(self) -> None:
        limit = time.monotonic() + _START_SECONDS
        while not self.client.is_healthy():
            for one in self._running.values():
                if one.process.poll() is not None:
                    raise OperationError(self._ended(one))
            if time.monotonic() > limit:
                raise OperationError(
                    f"Airflow {self.environment.version.number} is not healthy after "
                    f"{_START_SECONDS:g} s"
                )
            pause(_POLL_SECONDS)

    def _keep(self) -> None:
        """Start a program again that ended, as MWAA does."""
        while not self._ending.wait(_POLL_SECONDS):
            with self._lock:
                ended = [
                    one for one in self._running.values() if one.process.poll() is not None
                ]
            for one in ended:
                forget(one.process)
                if time.monotonic() - one.since < _TOO_SOON_SECONDS:
                    self._failure = self._ended(one)
                    self._tell(self._failure)
                    return
                self._tell(
                    f"Airflow's {one.component.name} ended with {one.process.returncode}; "
                    "it is started again"
                )
                self._start(one.component)

    def _ended(self, one: _Running) -> str:
        log = self.log_of(one.component.name).read_text(encoding="utf-8", errors="replace")
        return (
            f"Airflow's {one.component.name} ended with {one.process.returncode}:\n"
            f"{last_lines(log)}"
        )


def free_port() -> int:
    """Return a port that nothing listens on, and that no connection takes before Airflow does.

    Raises:
        OperationError: every port of `PORTS` is taken.
    """
    for port in random.sample(PORTS, len(PORTS)):
        with socket.socket() as tried, suppress(OSError):
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind((HOST, port))
            return port
    raise OperationError(
        f"Airflow needs a free port of {HOST} from {PORTS[0]} to {PORTS[-1]}, and all are "
        "taken. End programs that listen there"
    )
