"""What `--database` of `mwaa-ecs sandbox up` takes."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from mwaa_ecs.cli import app
from mwaa_ecs.sandbox.airflow.postgresql import read_database_url
from mwaa_ecs.sandbox.named.registry import FOLDER


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg2"])
def test_each_usual_scheme_leads_to_postgresql(scheme: str) -> None:
    found = read_database_url(f"{scheme}://me:secret@db:5433/airflow")
    assert found.libpq == "postgresql://me:secret@db:5433/airflow"
    assert found.airflow == "postgresql+psycopg2://me:secret@db:5433/airflow"


def test_the_password_is_not_shown() -> None:
    found = read_database_url("postgresql://me:secret@[::1]/airflow")
    assert found.shown == "postgresql://me@[::1]/airflow"


def test_a_password_with_the_sign_of_a_variable_reaches_airflow_as_it_is() -> None:
    found = read_database_url("postgresql://me:$HOME%40@db/airflow")
    assert found.airflow == "postgresql+psycopg2://me:%24HOME%40@db/airflow"


def test_a_user_without_a_password_may_have_a_pgpass_file() -> None:
    assert read_database_url("postgresql://me@db/airflow").libpq == "postgresql://me@db/airflow"


@pytest.mark.parametrize(
    ("url", "wrong"),
    [
        ("mysql://me@db/airflow", "a URL of 'mysql', not of PostgreSQL"),
        ("sqlite:////tmp/airflow.db", "a URL of 'sqlite', not of PostgreSQL"),
        ("airflow", "a URL of 'airflow', not of PostgreSQL"),
        ("postgresql://me@db:54321x/airflow", "its port is not a number"),
        ("postgresql:///airflow", "has no host"),
        ("postgresql://me@db", "has no name of a database"),
        ("postgresql://me@db/a/b", "has no name of a database"),
        ("postgresql://me@db/airflow?sslmode=require", "has parameters ('sslmode=require')"),
    ],
)
def test_another_url_is_the_users_mistake_before_anything_starts(
    url: str, wrong: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(FOLDER, str(tmp_path / "state"))
    done = CliRunner().invoke(app, ["sandbox", "up", "--airflow", "--database", url])
    assert (done.exit_code, wrong in done.output) == (2, True)
    assert "postgresql://user:password@127.0.0.1:5432/airflow" in done.output
