"""Who gets in to the page of a local MWAA, and how DAGs reach it."""

from __future__ import annotations

import io
import json
import os
import sys
from datetime import UTC, datetime, timedelta
from importlib.machinery import SourceFileLoader
from pathlib import Path
from typing import Any

import pytest

from mwaa_ecs.sandbox.airflow.components import Secrets, components, strong_settings
from mwaa_ecs.sandbox.airflow.door import KEYS, CliResult, Door, Tokens
from mwaa_ecs.sandbox.airflow.versions import find_version, known_versions
from mwaa_ecs.sandbox.dag_sync import BucketChanges, BucketDags, WatchedFolder
from mwaa_ecs.sandbox.local_aws.calls import Call, Journal
from mwaa_ecs.sandbox.mwaa.cli_commands import refusal
from mwaa_ecs.sandbox.mwaa_environment import MwaaEnvironment
from mwaa_ecs.sandbox.role_keys import RoleKeys

_HOST = "127.0.0.1:8080"
_MWAA = MwaaEnvironment(
    name="demo", airflow_version="3.0.6", bucket="bucket", dag_folder="dags", role_arn="role"
)


class _Client:
    """Stands for the calls to Airflow; no request below is forwarded to it."""

    url = "http://127.0.0.1:9"
    cookie = "session"

    def new_session(self) -> str:
        return "airflow-session"

    def admit(self, environ: dict[str, Any]) -> None:
        del environ
        raise OSError("no Airflow runs here")


def _door() -> Door:
    client: Any = _Client()
    return Door(
        8080,
        client,
        role_keys=lambda: {"AccessKeyId": "AKIA"},
        run_cli=lambda command: CliResult(True, command.encode(), b""),
    )


def _ask(
    door: Door, method: str, path: str, body: bytes = b"", **headers: str
) -> tuple[int, dict[str, list[str]], bytes]:
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "HTTP_HOST": _HOST,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
    }
    told: list[Any] = []
    chunks = door(environ, lambda *answer: told.append(answer))
    status, pairs = told[0]
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return int(status.split()[0]), found, b"".join(chunks)


def _log_in(door: Door) -> tuple[int, str]:
    token = door.link().rpartition("#")[2]
    status, headers, _ = _ask(door, "POST", "/aws_mwaa/login", f"token={token}".encode())
    cookies = [one.partition(";")[0] for one in headers["Set-Cookie"]]
    assert _ask(door, "POST", "/aws_mwaa/login", f"token={token}".encode())[0] == 403
    return status, "; ".join(cookies)


def test_nobody_gets_in_without_a_login() -> None:
    assert _ask(_door(), "GET", "/")[0] == 401
    assert _ask(_door(), "GET", "/", cookie="mwaa_ecs_door=guessed")[0] == 401
    assert _ask(_door(), "GET", "/api/v2/dags", authorization="Bearer guessed")[0] == 401


def test_a_link_logs_in_once_and_its_cookie_then_leads_to_airflow() -> None:
    door = _door()
    status, cookies = _log_in(door)
    assert status == 200
    # Airflow does not answer here, so the door's own refusal would be another status.
    assert _ask(door, "GET", "/", cookie=cookies)[0] == 502


def test_scripts_after_mwaas_guide_get_airflows_own_session() -> None:
    assert "session=airflow-session" in _log_in(_door())[1]


@pytest.mark.parametrize(
    "foreign",
    [
        {"host": "evil.example"},
        {"host": "127.0.0.1:81"},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
    ],
)
def test_no_other_site_gets_in_even_with_the_cookie(foreign: dict[str, str]) -> None:
    door = _door()
    _, cookies = _log_in(door)
    assert _ask(door, "GET", "/", b"", cookie=cookies, **foreign)[0] == 403


def test_the_role_keys_are_for_airflow_alone() -> None:
    door = _door()
    _, cookies = _log_in(door)
    assert _ask(door, "GET", KEYS, cookie=cookies)[0] == 403
    status, _, body = _ask(door, "GET", KEYS, authorization=door.keys_token)
    assert (status, json.loads(body)) == (200, {"AccessKeyId": "AKIA"})


def test_the_role_keys_stay_the_same_until_half_an_hour_before_they_end() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    made: list[str] = []

    class Sts:
        def watcher(self, service: str) -> Sts:
            return self

        def assume_role(self, **_: str) -> dict[str, Any]:
            made.append(f"AKIA{len(made)}")
            names = ("AccessKeyId", "SecretAccessKey", "SessionToken")
            ends = now + timedelta(hours=1)
            return {"Credentials": {**dict.fromkeys(names, made[-1]), "Expiration": ends}}

    local: Any = Sts()
    keys = RoleKeys(local, "role", lambda: now)
    assert {keys()["AccessKeyId"] for _ in range(3)} == {"AKIA0"}
    now += timedelta(minutes=31)
    assert keys()["AccessKeyId"] == "AKIA1"
    assert keys()["Expiration"] == "2026-01-01T01:31:00Z"


def test_the_cli_endpoint_answers_as_mwaas_does() -> None:
    door = _door()
    token = f"Bearer {door.cli_tokens.new()}"
    assert _ask(door, "POST", "/aws_mwaa/cli", b"dags list")[0] == 403
    status, _, body = _ask(door, "POST", "/aws_mwaa/cli", b"dags list", authorization=token)
    assert (status, json.loads(body)) == (200, {"stdout": "ZGFncyBsaXN0", "stderr": ""})


@pytest.mark.parametrize(
    ("command", "on_2", "on_3"),
    [
        ("dags list -o json", True, True),
        ("version", True, True),
        ("tasks run load one 2026-01-31", True, False),
        ("assets list", False, True),
        ("users create", False, False),
        ("db reset -y", False, False),
        ("config list", False, False),
        ("--help", False, False),
        ("", False, False),
    ],
)
def test_the_cli_endpoint_runs_the_commands_that_mwaa_runs(
    command: str, on_2: bool, on_3: bool
) -> None:
    found = {is_2: refusal(command.split(), is_2=is_2) for is_2 in (True, False)}
    assert {is_2: not why for is_2, why in found.items()} == {True: on_2, False: on_3}
    assert all("It must be one of" in why for why in found.values() if why)


def test_a_token_is_not_valid_after_its_time() -> None:
    tokens = Tokens()
    assert not tokens.holds(tokens.new(0.0), use=False)


@pytest.mark.parametrize("number", known_versions())
def test_every_program_listens_on_the_loopback_only(number: str) -> None:
    version = find_version(number)
    words = {one.name: one.words for one in components(version, 8081)}
    page = words.get("webserver") or words["api-server"]
    assert "127.0.0.1" in page
    assert "--skip-serve-logs" in words["scheduler"]
    assert "--skip-serve-logs" in words["triggerer"]


def test_secrets_are_not_shown() -> None:
    secret = Secrets()
    settings = strong_settings(
        find_version("3.0.6"),
        secret=secret,
        home=Path("/home"),
        database="sqlite://",
        port=1,
        page="http://127.0.0.1:2",
    )
    assert secret.signing in settings["AIRFLOW__API_AUTH__JWT_SECRET"]
    assert not any(value in repr(secret) for value in (secret.password, secret.signing))


class _Bucket:
    """A bucket in memory, with the calls of S3 that the synchronisation makes."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def get_paginator(self, name: str) -> _Bucket:
        assert name == "list_objects_v2"
        return self

    def paginate(self, **_: str) -> list[dict[str, Any]]:
        found = [{"Key": k, "ETag": str(hash(v))} for k, v in self.objects.items()]
        return [{"Contents": found}]

    def download_file(self, _bucket: str, key: str, path: str) -> None:
        Path(path).write_bytes(self.objects[key])

    class exceptions:  # noqa: N801
        class NoSuchKey(Exception):  # noqa: N818
            """There is no such object."""

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803
        del Bucket
        if Key not in self.objects:
            raise self.exceptions.NoSuchKey
        return {"Body": io.BytesIO(self.objects[Key])}

    def put_object(self, *, Bucket: str, Key: str, Body: bytes) -> None:  # noqa: N803
        del Bucket
        self.objects[Key] = Body

    def delete_object(self, *, Bucket: str, Key: str) -> None:  # noqa: N803
        del Bucket
        del self.objects[Key]


def test_a_saved_file_of_the_users_reaches_airflow_and_a_removed_one_leaves(
    tmp_path: Path,
) -> None:
    bucket, mine, here = _Bucket(), tmp_path / "mine", tmp_path / "dags"
    mine.mkdir()
    (mine / "load.py").write_text("one")
    watched = WatchedFolder(bucket, _MWAA, mine, lambda _line: None)
    synced = BucketDags(bucket, _MWAA, here)

    assert (watched.upload(), synced.sync()) == (["load.py"], ["load.py"])
    assert (watched.upload(), synced.sync()) == ([], [])
    (mine / "load.py").write_text("another")
    watched.upload()
    synced.sync()
    assert (here / "load.py").read_text() == "another"
    (mine / "load.py").unlink()
    watched.upload()
    synced.sync()
    assert list(here.iterdir()) == []


def test_a_saved_airflowignore_keeps_the_lines_of_the_module(tmp_path: Path) -> None:
    bucket, key = _Bucket(), "dags/.airflowignore"
    bucket.objects[key] = b"mwaa_ecs_operator/\n"
    watched = WatchedFolder(bucket, _MWAA, tmp_path, lambda _line: None)
    for mine in (b"drafts/\n", b"old/\n"):
        (tmp_path / ".airflowignore").write_bytes(mine)
        os.utime(tmp_path / ".airflowignore", ns=(0, len(mine)))
        watched.upload()
        assert bucket.objects[key] == b"mwaa_ecs_operator/\n" + mine
    (tmp_path / ".airflowignore").unlink()
    watched.upload()
    assert bucket.objects[key] == b"mwaa_ecs_operator/\n"


def test_a_helpers_change_lets_airflow_read_the_dags_again(tmp_path: Path) -> None:
    bucket, here = _Bucket(), tmp_path / "dags"
    bucket.objects = {"dags/load.py": b"import helper", "dags/helper.py": b"one"}
    synced = BucketDags(bucket, _MWAA, here)
    synced.sync()
    before = (here / "load.py").stat().st_mtime_ns
    bucket.objects["dags/helper.py"] = b"two"
    synced.sync()
    assert (here / "load.py").stat().st_mtime_ns > before


def test_the_second_of_two_changes_within_a_second_is_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    bucket, here = _Bucket(), tmp_path / "dags"
    synced = BucketDags(bucket, _MWAA, here)
    for line in ("first", "again", "third"):
        bucket.objects["dags/load.py"] = f"line = '{line}'".encode()
        synced.sync()
        # As Airflow imports a DAG file: with its compiled form beside it.
        code = SourceFileLoader("load", str(here / "load.py")).get_code("load")
        assert code is not None
        assert line in code.co_consts


class _Aws:
    """Stands for the local AWS: its recorded calls."""

    def __init__(self) -> None:
        journal = Journal()
        self.mark, self.calls_since = journal.mark, journal.since
        self._journal = journal

    def call(self, service: str, action: str) -> None:
        self._journal.add(Call(0.0, service, action, "eu-west-1", "123456789012", 200, "boto3"))


def test_the_bucket_is_looked_at_after_a_change_of_anybodys_and_not_again() -> None:
    aws: Any = _Aws()
    changes = BucketChanges(aws)

    def look() -> bool:
        with changes.pending() as changed:
            return changed

    assert [look(), look()] == [True, False]
    aws.call("ecs", "RunTask")
    assert look() is False
    aws.call("s3", "PutObject")
    assert [look(), look()] == [True, False]
    changes.expect_one()
    with pytest.raises(OSError, match="cut off"), changes.pending():
        raise OSError("cut off")
    assert [look(), look()] == [True, False]
    # A file that arrives while the bucket is listed may be missing in the list.
    aws.call("s3", "PutObject")
    with changes.pending():
        aws.call("s3", "PutObject")
    assert [look(), look()] == [True, False]
