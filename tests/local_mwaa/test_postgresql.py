"""A local MWAA on a PostgreSQL database of the user's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager

import pytest

from local_mwaa.local_airflow import LocalAirflow, local_airflow
from local_mwaa.postgresql import Postgresql, postgresql
from mwaa_ecs.errors import UserError
from mwaa_ecs.sandbox.airflow import AirflowEnvironment, find_version, prepare
from mwaa_ecs.sandbox.airflow.postgresql import HeldDatabase, Metadata, read_database_url

VERSION = "3.0.6"

pytestmark = [pytest.mark.airflow, pytest.mark.versions]


@pytest.fixture(scope="module")
def server() -> Iterator[Postgresql]:
    with postgresql() as running:
        yield running


@pytest.fixture(scope="module")
def environment() -> AirflowEnvironment:
    return prepare(find_version(VERSION))


def _claimed(environment: AirflowEnvironment, url: str) -> Metadata:
    with HeldDatabase(environment, read_database_url(url)) as held:
        return held.claim(environment)


def _refused(environment: AirflowEnvironment, url: str) -> str:
    with pytest.raises(UserError) as refused:
        _claimed(environment, url)
    assert "secret" not in str(refused.value)
    return str(refused.value)


def test_a_database_that_cannot_be_opened_is_refused_in_the_servers_words(
    environment: AirflowEnvironment, server: Postgresql
) -> None:
    elsewhere = server.url("airflow").replace(f":{server.port}", ":1")
    assert "Connection refused" in _refused(environment, elsewhere)
    wrong = server.url("airflow", password="secret")
    assert "password authentication failed" in _refused(environment, wrong)
    assert 'database "airflow" does not exist' in _refused(environment, server.url("airflow"))


def test_a_database_with_tables_of_others_is_refused_and_stays_as_it_is(
    environment: AirflowEnvironment, server: Postgresql
) -> None:
    url = server.create("taken")
    server.run("CREATE SCHEMA mine; CREATE TABLE mine.dag (id int)", "taken")
    assert "has tables that no sandbox created (dag)" in _refused(environment, url)
    left = "SELECT count(*) FROM pg_tables WHERE schemaname IN ('public', 'mine')"
    assert server.run(left, "taken") == "1"


def test_one_sandbox_at_a_time_uses_a_database(
    environment: AirflowEnvironment, server: Postgresql
) -> None:
    url = server.create("shared")
    with HeldDatabase(environment, read_database_url(url)) as held:
        held.claim(environment)
        assert "is in use by another sandbox" in _refused(environment, url)
    assert _claimed(environment, url)


def test_a_database_with_the_tables_of_another_version_is_refused(
    environment: AirflowEnvironment, server: Postgresql
) -> None:
    url = server.create("older")
    _claimed(environment, url)
    server.run("UPDATE mwaa_ecs_sandbox SET airflow = '2.10.3'", "older")
    assert "has the tables of Airflow 2.10.3" in _refused(environment, url)


def test_runs_and_connections_are_there_after_a_new_start(
    server: Postgresql, tmp_path_factory: pytest.TempPathFactory
) -> None:
    url = server.create("kept")

    def up(name: str) -> AbstractContextManager[LocalAirflow]:
        return local_airflow(VERSION, tmp_path_factory.mktemp(name), database=url)

    with up("first") as airflow:
        airflow.switch_on("hello_world")
        airflow.trigger("hello_world", "first", {})
        airflow.all_succeed("hello_world", ["first"])
        bank = {"connection_id": "bank", "conn_type": "http", "password": "of the bank"}
        airflow.call("POST", "/connections", body=bank)
    with up("second") as airflow:
        assert airflow.runs("hello_world") == {"first": "success"}
        airflow.trigger("hello_world", "second", {})
        airflow.all_succeed("hello_world", ["second"])
        # Airflow answers with the password's stars only if it can decrypt it.
        assert airflow.call("GET", "/connections/bank")["password"] == "***"
