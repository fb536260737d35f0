"""Debian's PostgreSQL, for as long as a test."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from local_mwaa.local_airflow import PATIENCE
from mwaa_ecs.processes import watched
from unit.sandbox.ecs_story import until

_HOST = "127.0.0.1"
_USER, _PASSWORD = "airflow", "secret$HOME"
# PostgreSQL refuses to run as root; Debian's package creates this user.
_SYSTEM_USER = "postgres"


@dataclass(frozen=True)
class Postgresql:
    """A running server.

    Attributes:
        port: the port that it listens on, on the loopback.
        programs: the folder of its programs.
    """

    port: int
    programs: Path

    def url(self, name: str, *, password: str = _PASSWORD) -> str:
        """Return the URL of a database."""
        return f"postgresql://{_USER}:{password}@{_HOST}:{self.port}/{name}"

    def run(self, sql: str, name: str = "postgres") -> str:
        """Run SQL in a database, and return the rows."""
        done = subprocess.run(
            [self.programs / "psql", "-qtAX", "-d", self.url(name), "-c", sql],
            check=True,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        return done.stdout.strip()

    def create(self, name: str) -> str:
        """Create an empty database, and return its URL."""
        self.run(f"CREATE DATABASE {name}")
        return self.url(name)

    def answers(self) -> bool:
        """Return whether it takes connections."""
        try:
            self.run("SELECT 1")
        except subprocess.CalledProcessError:
            return False
        return True


def _programs() -> Path:
    """Return the folder of the newest PostgreSQL's programs.

    Raises:
        Skipped: there is none on this machine.
    """
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda one: int(one.parts[-3])
    )
    known = shutil.which("initdb")
    if not found and known is None:
        pytest.skip(
            "no PostgreSQL is installed here: there is no initdb on the PATH, nor below "
            "/usr/lib/postgresql (Debian: apt-get install postgresql)"
        )
    return found[-1].parent if found else Path(str(known)).resolve().parent


@contextmanager
def postgresql() -> Iterator[Postgresql]:
    """A server with an administrator, on a free port of the loopback, in a folder of its own.

    Raises:
        Skipped: PostgreSQL is not installed.
    """
    programs = _programs()
    with socket.create_server((_HOST, 0)) as free:
        port = int(free.getsockname()[1])
    folder = Path(tempfile.mkdtemp(prefix="mwaa-ecs-postgresql-"))
    password = folder / "password"
    password.write_text(_PASSWORD)
    user = None
    if os.geteuid() == 0:
        user = _SYSTEM_USER
        owner = pwd.getpwnam(user)
        for path in (folder, password):
            os.chown(path, owner.pw_uid, owner.pw_gid)
    data = str(folder / "data")
    init: list[str | Path] = [programs / "initdb", "-D", data, "-U", _USER, "--no-sync"]
    init += ["--auth=scram-sha-256", f"--pwfile={password}", "--encoding=UTF8", "--no-locale"]
    try:
        subprocess.run(init, check=True, user=user, cwd=folder, capture_output=True)
        server: list[str | Path] = [programs / "postgres", "-D", data, "-k", folder, "-F"]
        server += ["-h", _HOST, "-p", str(port)]
        process = subprocess.Popen(
            server, user=user, cwd=folder, stderr=subprocess.DEVNULL, start_new_session=True
        )
        with watched(process):
            try:
                running = Postgresql(port, programs)
                until(running.answers, PATIENCE)
                yield running
            finally:
                process.send_signal(signal.SIGINT)  # waits for no client
                process.wait()
    finally:
        shutil.rmtree(folder)
