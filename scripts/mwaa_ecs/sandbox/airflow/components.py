"""The programs that make up a running Airflow, and their settings, by version.

MWAA runs the same programs, each in containers of its own, and tasks on Celery workers. Here
the scheduler starts tasks itself, with the LocalExecutor.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mwaa_ecs.sandbox.airflow.versions import AirflowVersion

HOST = "127.0.0.1"
USER = "admin"

PREFIX = "/aws_mwaa/"
"""MWAA's own paths on the host of Airflow's page."""
LOGIN_PAGE = PREFIX + "aws-console-sso"

# Tasks that run at once. mw1.small of MWAA starts with five on one worker, and grows.
_PARALLELISM = 10
# A writer waits this long for another one, and a task for Airflow's API. Airflow's defaults of
# five seconds are too short for ten tasks that start at once.
_PATIENCE_SECONDS = 60

Settings = dict[str, str]


@dataclass(frozen=True)
class Secrets:
    """The secrets of one run: whoever knows none of them does not get in.

    Attributes:
        password: password of the only user, on Airflow 3.
        header: name of the header that logs in, on Airflow 2.
        signing: key of sessions and of Airflow's internal tokens.
        fernet: key of the connections in the database.
    """

    password: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    header: str = field(default_factory=lambda: f"X-{secrets.token_hex(32)}", repr=False)
    signing: str = field(default_factory=lambda: secrets.token_hex(32), repr=False)
    fernet: str = field(
        default_factory=lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        repr=False,
    )


@dataclass(frozen=True)
class Component:
    """A program of Airflow.

    Attributes:
        name: as Airflow names it.
        words: arguments of `airflow`.
        environ: variables that only this program gets.
    """

    name: str
    words: tuple[str, ...]
    environ: Mapping[str, str] = field(default_factory=dict)


def is_airflow_2(version: AirflowVersion) -> bool:
    """Return whether a version has Airflow 2's programs and REST API."""
    return version.number.startswith("2.")


def components(version: AirflowVersion, port: int) -> tuple[Component, ...]:
    """Return the programs of a version; the one with the page listens on `port`."""
    # Without --skip-serve-logs both listen on every address, for logs that are on this disk.
    scheduler = Component("scheduler", ("scheduler", "--skip-serve-logs"))
    triggerer = Component("triggerer", ("triggerer", "--skip-serve-logs"))
    page = ("--port", str(port), "--workers", "1")
    if is_airflow_2(version):
        web = Component("webserver", ("webserver", "--hostname", HOST, *page))
        return web, scheduler, triggerer
    api = Component("api-server", ("api-server", "--host", HOST, *page))
    return api, scheduler, Component("dag-processor", ("dag-processor",)), triggerer


def weak_settings() -> Settings:
    """Return settings that the options of an MWAA environment replace."""
    return {
        "AIRFLOW__CORE__PARALLELISM": str(_PARALLELISM),
        "AIRFLOW__CORE__MAX_ACTIVE_TASKS_PER_DAG": str(_PARALLELISM),
        "AIRFLOW__SCHEDULER__MIN_FILE_PROCESS_INTERVAL": "30",
        "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "30",
        "AIRFLOW__WEBSERVER__INSTANCE_NAME": "Local MWAA",
        "AIRFLOW__API__INSTANCE_NAME": "Local MWAA",
        "AIRFLOW__WORKERS__EXECUTION_API_TIMEOUT": str(_PATIENCE_SECONDS),
    }


def strong_settings(
    version: AirflowVersion, *, secret: Secrets, home: Path, database: str, port: int, page: str
) -> Settings:
    """Return settings that nothing replaces.

    Args:
        version: the version.
        secret: the secrets of the run.
        home: AIRFLOW_HOME.
        database: URL of the metadata database.
        port: the port that Airflow's own web server listens on.
        page: the address that a browser uses.
    """
    return {
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": database,
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__FERNET_KEY": secret.fernet,
        # A changed file shows within seconds; a file that does not change is read again
        # after MIN_FILE_PROCESS_INTERVAL, as on MWAA.
        "AIRFLOW__SCHEDULER__DAG_DIR_LIST_INTERVAL": "1",
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "1",
        "AIRFLOW__DAG_PROCESSOR__BUNDLE_REFRESH_CHECK_INTERVAL": "1",
        "AIRFLOW__CORE__MIN_SERIALIZED_DAG_UPDATE_INTERVAL": "0",
        "AIRFLOW__CORE__MIN_SERIALIZED_DAG_FETCH_INTERVAL": "1",
        **(
            _settings_2(secret, page)
            if is_airflow_2(version)
            else _settings_3(secret, home, port, page)
        ),
    }


def _settings_2(secret: Secrets, page: str) -> Settings:
    return {
        "AIRFLOW__WEBSERVER__SECRET_KEY": secret.signing,
        "AIRFLOW__WEBSERVER__BASE_URL": page,
        "AIRFLOW__WEBSERVER__COOKIE_SAMESITE": "Strict",
        "AIRFLOW__WEBSERVER__WARN_DEPLOYMENT_EXPOSURE": "False",
        "AIRFLOW__API__AUTH_BACKENDS": "airflow.api.auth.backend.session",
        # SQLite can serve one sandbox of one user with ten tasks.
        "_AIRFLOW__SKIP_DATABASE_EXECUTOR_COMPATIBILITY_CHECK": "1",
    }


def _settings_3(secret: Secrets, home: Path, port: int, page: str) -> Settings:
    return {
        "AIRFLOW__CORE__AUTH_MANAGER": "airflow.api_fastapi.auth.managers.simple."
        "simple_auth_manager.SimpleAuthManager",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(home / "passwords.json"),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "False",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://{HOST}:{port}/execution/",
        "AIRFLOW__API__BASE_URL": page,
        "AIRFLOW__API__SECRET_KEY": secret.signing,
        "AIRFLOW__WEBSERVER__SECRET_KEY": secret.signing,
        "AIRFLOW__API_AUTH__JWT_SECRET": secret.signing,
    }


def login_files(version: AirflowVersion, secret: Secrets) -> dict[str, str]:
    """Return the files of AIRFLOW_HOME that decide who gets in, by name."""
    if not is_airflow_2(version):
        return {"passwords.json": f'{{"{USER}": "{secret.password}"}}\n'}
    # The header's name is the secret: Airflow reads the user from that header only.
    variable = "HTTP_" + secret.header.upper().replace("-", "_")
    return {
        "webserver_config.py": "from flask_appbuilder.const import AUTH_REMOTE_USER\n"
        "AUTH_TYPE = AUTH_REMOTE_USER\n"
        f"AUTH_REMOTE_USER_ENV_VAR = {variable!r}\n"
        "AUTH_USER_REGISTRATION = True\n"
        'AUTH_USER_REGISTRATION_ROLE = "Admin"\n'
        "WTF_CSRF_ENABLED = True\n"
        "WTF_CSRF_TIME_LIMIT = None\n"
    }


def sqlite_url(file: Path) -> str:
    """Return Airflow's URL of an SQLite database."""
    return f"sqlite:///{file}?timeout={_PATIENCE_SECONDS}"


def login_link(page: str, token: str) -> str:
    """Return the address of a page that logs a browser in, as MWAA's console has it."""
    return f"{page}{LOGIN_PAGE}?login=true#{token}"
