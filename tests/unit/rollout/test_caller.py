"""Wrong AWS settings through the real botocore: one message, and never a stack trace."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from mwaa_ecs.environments.settings import Backend, Settings
from mwaa_ecs.errors import OperationError, UserError
from mwaa_ecs.rollout.caller import Caller, find_caller
from mwaa_ecs.strict_yaml import Node

BACKEND = Backend("local", {"path": "dev.tfstate"}, Node({}, "dev.yaml", (1, 1)))
KEYS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret"}

SSO = """
[profile sso]
sso_start_url = https://example.invalid/start
sso_region = eu-west-1
sso_account_id = 111111111111
sso_role_name = admin
"""
PROCESS = "[profile process]\ncredential_process = /bin/false\n"


@pytest.fixture
def aws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of one's own for AWS settings."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    return tmp_path


def find(**settings: str) -> Caller:
    given = Settings("eu-west-1", "111111111111", BACKEND, **settings)
    return find_caller("dev", given, boto3.Session, os.environ)


@pytest.mark.parametrize(
    ("variables", "config", "message"),
    [
        ({}, "", "there are no AWS credentials; log in"),
        ({"AWS_PROFILE": "nope"}, "", "no profile 'nope'"),
        ({}, "[broken\n", "AWS settings or credentials are wrong: .*config"),
        ({**KEYS, "AWS_ENDPOINT_URL": "foo"}, "", "AWS settings are wrong: .*foo"),
        ({"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE"}, "", "AWS settings or credentials are wrong"),
        ({"AWS_PROFILE": "sso"}, SSO, "the login has expired; run aws sso login"),
        ({"AWS_PROFILE": "process"}, PROCESS, "AWS settings or credentials are wrong"),
        (
            {
                "AWS_ROLE_ARN": "arn:aws:iam::111111111111:role/ci",
                "AWS_WEB_IDENTITY_TOKEN_FILE": "/nowhere/token",
            },
            "",
            "name a file that cannot be read: /nowhere/token",
        ),
    ],
)
def test_wrong_settings_are_the_users_mistake_and_named(
    aws: Path,
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    config: str,
    message: str,
) -> None:
    (aws / "config").write_text(config)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(UserError, match=message):
        find()


def test_broken_credentials_are_named(aws: Path) -> None:
    (aws / "credentials").write_text("[default\naws_access_key_id = x\n")
    with pytest.raises(UserError, match=r"credentials are wrong: .*credentials"):
        find()


@pytest.mark.usefixtures("aws")
def test_a_profile_of_the_yaml_that_is_not_there_is_named() -> None:
    with pytest.raises(UserError, match=r"no profile 'data-dev'; the name is from dev\.yaml"):
        find(profile="data-dev")


IDENTITY = (
    "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>222222222222</Account>"
    "<Arn>arn:aws:iam::222222222222:user/me</Arn><UserId>x</UserId></GetCallerIdentityResult>"
    "</GetCallerIdentityResponse>"
)


@pytest.fixture
def rude(aws: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An STS that says who is calling, and drops the connection when a role is assumed."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                asked = connection.recv(65536)
                if b"\r\n\r\n" in asked and not asked.split(b"\r\n\r\n", 1)[1]:
                    asked += connection.recv(65536)
                if b"GetCallerIdentity" in asked:
                    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(IDENTITY)}\r\n"
                    connection.sendall(f"{head}Connection: close\r\n\r\n{IDENTITY}".encode())

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.getsockname()[1]}")
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    yield
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join(timeout=10)
    assert aws


@pytest.mark.usefixtures("rude")
def test_a_connection_that_is_dropped_is_a_failure_and_no_mistake() -> None:
    with pytest.raises(OperationError, match="dev: AWS does not answer"):
        find(role_arn="arn:aws:iam::111111111111:role/rollout")
