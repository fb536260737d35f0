"""A PostgreSQL database of the user's for Airflow's metadata, as MWAA has one.

A sandbox uses an empty database, or one that a sandbox filled with the same version of Airflow
before. It changes no other, and drops nothing.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import urllib.parse
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uv

from mwaa_ecs.errors import OperationError, UserError
from mwaa_ecs.processes import forget, kill_group, run, start
from mwaa_ecs.sandbox.airflow.components import Secrets
from mwaa_ecs.sandbox.airflow.environment import AirflowEnvironment, locked
from mwaa_ecs.sandbox.airflow.program import INHERITED

_INSIDE = Path(__file__).with_name("inside_postgresql.py")
_DRIVERS = Path(__file__).with_name("postgresql_drivers.txt")
_SCHEMES = ("postgresql", "postgres", "postgresql+psycopg2")
_FORM = "It must be like postgresql://user:password@127.0.0.1:5432/airflow"
_SHOWN_TABLES = 3


@dataclass(frozen=True)
class DatabaseUrl:
    """Where a PostgreSQL database is.

    Attributes:
        address: user, password, host, port and name, as in a URL.
        shown: the URL without the password.
    """

    address: str
    shown: str

    @property
    def libpq(self) -> str:
        """The URL as PostgreSQL's own programs take it."""
        return f"postgresql://{self.address}"

    @property
    def airflow(self) -> str:
        """The URL as Airflow takes it."""
        return f"postgresql+psycopg2://{self.address}"


def read_database_url(text: str) -> DatabaseUrl:
    """Return the database that `--database` names.

    Raises:
        UserError: it is not a URL of a PostgreSQL database.
    """
    parts = urllib.parse.urlsplit(text)
    if parts.scheme not in _SCHEMES:
        raise UserError(
            f"--database is a URL of {parts.scheme or text[:20]!r}, not of PostgreSQL. {_FORM}"
        )
    try:
        port = parts.port
    except ValueError:
        raise UserError(f"--database: its port is not a number up to 65535. {_FORM}") from None
    name = parts.path.removeprefix("/")
    if not parts.hostname or not name or "/" in name:
        missing = "host" if not parts.hostname else "name of a database"
        raise UserError(f"--database has no {missing}. {_FORM}")
    if parts.query or parts.fragment:
        # psycopg2 and asyncpg take different ones.
        raise UserError(
            f"--database has parameters ({parts.query or parts.fragment!r}), which are not "
            f"supported. {_FORM}"
        )
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    place = f"{host}:{port}/{name}" if port else f"{host}/{name}"
    if parts.username is None:
        return DatabaseUrl(place, f"postgresql://{place}")
    # Airflow would take a dollar sign for a variable.
    user, password = (
        urllib.parse.quote(urllib.parse.unquote(one or ""), safe="")
        for one in (parts.username, parts.password)
    )
    login = user if parts.password is None else f"{user}:{password}"
    return DatabaseUrl(f"{login}@{place}", f"postgresql://{user}@{place}")


@dataclass(frozen=True)
class Metadata:
    """A database that an Airflow may use.

    Attributes:
        url: its URL as Airflow takes it.
        fernet_key: the key of the connections and variables in it.
        drivers: folder with the packages that reach it.
        is_migrated: whether it has the tables of this version.
    """

    url: str
    fernet_key: str
    drivers: Path
    is_migrated: bool


class HeldDatabase:
    """A database that no other sandbox can use for as long as the `with` block.

    Args:
        environment: an installed Airflow.
        url: where the database is.
    """

    def __init__(self, environment: AirflowEnvironment, url: DatabaseUrl) -> None:
        self._environment = environment
        self._url = url
        self._process: subprocess.Popen[bytes] | None = None
        self._found: dict[str, Any] = {}

    def __enter__(self) -> HeldDatabase:
        self._process = start(
            self._environment.command(_INSIDE),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={
                **{name: os.environ[name] for name in INHERITED if name in os.environ},
                "PYTHONPATH": str(_drivers(self._environment)),
                "MWAA_ECS_DATABASE": self._url.libpq,
            },
            ends_with_us=True,
        )
        try:
            self._found = self._answer()
            self._refuse_what_is_not_ours()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let other sandboxes use the database."""
        if self._process is not None:
            kill_group(self._process)
            self._process.communicate()
            forget(self._process)

    @property
    def described(self) -> str:
        """The server and the URL, in words."""
        return f"PostgreSQL {self._found['server']}, {self._url.shown}"

    def claim(self, environment: AirflowEnvironment) -> Metadata:
        """Return the database for a version of Airflow.

        Raises:
            UserError: it has the tables of another version, or nobody may create some.
        """
        version = environment.version.number
        earlier = self._found.get("airflow")
        if earlier is not None and earlier != version:
            raise self._refused(
                f"has the tables of Airflow {earlier}, and Airflow {version} is to start. Run "
                f"--airflow {earlier}, or name a database for each version"
            )
        if earlier is None:
            self._found |= {"airflow": version, "fernet_key": Secrets().fernet}
            assert self._process is not None
            assert self._process.stdin is not None
            line = {name: self._found[name] for name in ("airflow", "fernet_key")}
            self._process.stdin.write(json.dumps(line).encode() + b"\n")
            self._process.stdin.flush()
            self._answer()
        return Metadata(
            self._url.airflow,
            self._found["fernet_key"],
            _drivers(environment),
            self._found.get("revisions") == _revisions(environment),
        )

    # -- helpers ---------------------------------------------------------------------------

    def _answer(self) -> dict[str, Any]:
        assert self._process is not None
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        try:
            answer = dict(json.loads(line))
        except ValueError:
            told = (line + self._process.stdout.read()).decode(errors="replace").strip()
            raise OperationError(
                f"The driver of PostgreSQL failed:\n{told[-2000:] or 'it ended'}"
            ) from None
        if "error" in answer:
            raise self._refused(f"cannot be used: {answer['error']}")
        return answer

    def _refuse_what_is_not_ours(self) -> None:
        tables = self._found["tables"]
        if tables and "airflow" not in self._found:
            shown = ", ".join(tables[:_SHOWN_TABLES])
            more = ", …" if len(tables) > _SHOWN_TABLES else ""
            raise self._refused(
                f"has tables that no sandbox created ({shown}{more}). Name an empty database, "
                "or one that a sandbox used before"
            )
        if not self._found["is_free"]:
            raise self._refused(
                "is in use by another sandbox. End that one, or name another database"
            )

    def _refused(self, why: str) -> UserError:
        return UserError(f"--database: {self._url.shown} {why}")


def _drivers(environment: AirflowEnvironment) -> Path:
    """Return the folder with the drivers, and install them there if needed.

    They are no part of the environment, because nobody else needs them.
    """
    folder = environment.folder / "postgresql"
    with locked(environment.folder.with_suffix(environment.folder.suffix + ".lock")):
        if not folder.exists():
            draft = folder.with_name("postgresql.draft")
            shutil.rmtree(draft, ignore_errors=True)
            done = run(
                [
                    *(str(uv.find_uv_bin()), "pip", "install", "--quiet", "--no-deps"),
                    *("--python", str(environment.interpreter)),
                    *("--target", str(draft)),
                    *("--require-hashes", "--requirement", str(_DRIVERS)),
                ]
            )
            if done.returncode:
                raise OperationError(
                    f"The drivers of PostgreSQL cannot be installed: {done.stderr.strip()}"
                )
            draft.rename(folder)
    return folder


def _revisions(environment: AirflowEnvironment) -> list[str]:
    """Return the revision of the tables of a version of Airflow."""
    with closing(sqlite3.connect(f"file:{environment.database}?mode=ro", uri=True)) as template:
        return [one for (one,) in template.execute("SELECT version_num FROM alembic_version")]
