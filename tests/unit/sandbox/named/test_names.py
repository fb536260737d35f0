"""Sandboxes are found by name, and those that have ended are not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mwaa_ecs.cli import app
from mwaa_ecs.errors import OperationError, UserError
from mwaa_ecs.processes import Identity
from mwaa_ecs.sandbox.keys import Keys
from mwaa_ecs.sandbox.named.background import LOG
from mwaa_ecs.sandbox.named.registry import Entry, entries, find, find_ready, registered

_KEYS = Keys("MWAAECSKEY", "secret-of-the-run")
# Stands for a sandbox: it registers its name, and ends as its arguments ask.
_SANDBOX = textwrap.dedent(
    """
    import sys
    from mwaa_ecs.sandbox.keys import Keys
    from mwaa_ecs.processes import interrupt_on_signals, wait_for_request
    from mwaa_ecs.sandbox.named.background import own_log
    from mwaa_ecs.sandbox.named.registry import registered
    interrupt_on_signals()
    name, how = sys.argv[1:]
    with registered(name, own_log()) as registration:
        registration.ready(endpoint_url="http://127.0.0.1:9", region="eu-west-1",
                           keys=Keys("MWAAECSKEY", "secret-of-the-run"))
        print("ready", flush=True)
        if how == "fails":
            sys.stdin.readline()
            raise RuntimeError("the scheduler ended with 1")
        wait_for_request()
    """
)


@contextmanager
def _sandbox(
    name: str, how: str = "stays", log: Path | None = None
) -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, **({LOG: str(log)} if log else {})}
    with subprocess.Popen(
        [sys.executable, "-c", _SANDBOX, name, how],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        try:
            yield process
        finally:
            process.kill()


def _run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["sandbox", *words])
    return done.exit_code, done.output


def test_a_sandbox_is_found_by_its_name_and_is_forgotten_at_its_end() -> None:
    with registered("mine") as registration:
        with pytest.raises(UserError, match="still starting"):
            find_ready("mine")
        registration.ready(endpoint_url="http://127.0.0.1:9", region="eu-west-1", keys=_KEYS)
        assert find_ready("mine").endpoint_url == "http://127.0.0.1:9"
        assert find_ready(None).name == "mine"
    assert entries() == []


def test_without_a_name_the_next_free_one_is_taken() -> None:
    with registered(None) as one, registered(None) as other:
        assert (one.entry.name, other.entry.name) == ("default", "default-2")
        with pytest.raises(UserError, match="2 sandboxes run: default, default-2"):
            find(None)
        with pytest.raises(UserError, match="Did you mean 'default'"):
            find("defaul")


def test_a_name_is_taken_once() -> None:
    with (
        registered("mine"),
        pytest.raises(UserError, match="'mine' runs already"),
        registered("mine"),
    ):
        pass


@pytest.mark.parametrize("name", ["", "-a", "../up", "a b", "x" * 41])
def test_a_name_that_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(UserError, match="--name is"), registered(name):
        pass


def test_only_its_user_can_read_the_keys(state: Path) -> None:
    with registered("mine") as registration:
        registration.ready(endpoint_url="http://127.0.0.1:9", region="eu-west-1", keys=_KEYS)
        assert state.stat().st_mode & 0o077 == 0
        assert (state / "mine.json").stat().st_mode & 0o077 == 0
        assert _KEYS.secret_access_key not in repr(registration.entry)
        assert _KEYS.secret_access_key not in _run("status", "--json")[1]


def test_a_folder_that_others_can_read_is_refused(state: Path) -> None:
    state.mkdir(mode=0o755)
    with pytest.raises(UserError, match=f"chmod 700 {state}"):
        entries()


def test_a_sandbox_without_a_folder_for_its_name_runs_and_warns(state: Path) -> None:
    state.write_text("a file is in the way")
    warnings: list[str] = []
    with registered(None, warn=warnings.append) as registration:
        registration.ready(endpoint_url="http://127.0.0.1:9", region="eu-west-1", keys=_KEYS)
    assert "no other command finds this sandbox" in warnings[0]
    with pytest.raises(UserError), registered("mine"):
        pass


def test_a_killed_sandbox_is_noticed_and_cleaned_up(state: Path) -> None:
    with _sandbox("mine") as process:
        assert find("mine").pid == process.pid
        process.kill()
        process.wait()
        with pytest.raises(OperationError, match="'mine' has ended: its process was killed"):
            find("mine")
    assert list(state.iterdir()) == []


def test_another_process_with_the_same_id_is_not_taken_for_the_sandbox() -> None:
    with registered("mine") as registration:
        me = Identity.find(os.getpid())
        assert me is not None
        entry = registration.entry
        assert entry.is_running
        assert not replace(entry, started=f"{me.started}1").is_running
        # A sandbox of another machine that shares the folder cannot be judged here.
        assert replace(entry, owner="elsewhere", started="1").is_running


def test_a_sandbox_in_the_background_that_fails_tells_why_once(
    state: Path, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    log.touch()
    with _sandbox("mine", "fails", log) as process:
        assert process.stdin is not None
        process.stdin.close()
        process.wait()
    code, told = _run("status")
    assert (code, "the scheduler ended with 1" in told) == (1, True)
    assert not log.exists()
    assert list(state.iterdir()) == []
    assert _run("status") == (
        1,
        "No sandbox runs. Start one: mwaa-ecs sandbox up --background\n",
    )


def test_down_ends_a_sandbox_by_its_name() -> None:
    with _sandbox("one") as one, _sandbox("other") as other:
        assert _run("down", "one") == (0, "The sandbox 'one' has ended.\n")
        assert one.wait() is not None
        assert other.poll() is None
        assert [entry.name for entry in entries()] == ["other"]
        assert _run("down", "--all") == (0, "The sandbox 'other' has ended.\n")
    assert _run("down") == (0, "No sandbox runs.\n")
    assert _run("down", "other")[0] == 2


def test_the_variables_of_a_sandbox_replace_those_that_lead_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "of a real account")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://elsewhere")
    monkeypatch.setenv("NO_PROXY", "intranet.example")
    with registered("mine") as registration:
        registration.ready(endpoint_url="http://127.0.0.1:9", region="eu-west-1", keys=_KEYS)
        code, told = _run("env")
        script = told + 'printf "%s\\n" "$AWS_ACCESS_KEY_ID" "${AWS_SESSION_TOKEN-none}" '
        script += '"${AWS_ENDPOINT_URL_S3-none}" "$NO_PROXY"'
        seen = subprocess.check_output(["sh", "-c", script], text=True).splitlines()
        assert (code, seen) == (
            0,
            ["MWAAECSKEY", "none", "none", "intranet.example,127.0.0.1,localhost"],
        )
        shown = json.loads(_run("env", "mine", "--format", "json")[1])
        assert shown["AWS_ENDPOINT_URL"] == "http://127.0.0.1:9"
        dotenv = _run("env", "--format", "dotenv")[1].splitlines()
        assert dict(line.split("=", 1) for line in dotenv) == shown


def test_the_variables_of_a_local_mwaa_let_scripts_trust_its_page() -> None:
    with registered("mine") as registration:
        registration.ready(
            endpoint_url="http://127.0.0.1:9",
            region="eu-west-1",
            keys=_KEYS,
            ca_bundle=Path("/tmp/ca-bundle.pem"),
        )
        shown = json.loads(_run("env", "--format", "json")[1])
    assert shown["REQUESTS_CA_BUNDLE"] == "/tmp/ca-bundle.pem"


def test_what_needs_airflow_is_refused_without_it() -> None:
    with registered("mine") as registration:
        registration.ready(endpoint_url="http://127.0.0.1:9", region="eu-west-1", keys=_KEYS)
        code, told = _run("login")
        assert (code, "'mine' runs no Airflow" in told) == (2, True)


def test_a_file_of_a_newer_version_is_read(state: Path) -> None:
    with registered("mine"):
        file = state / "mine.json"
        file.write_text(json.dumps({**json.loads(file.read_text()), "colour": "red"}))
        assert isinstance(find("mine"), Entry)
        file.write_text("{")
        with pytest.raises(UserError, match="cannot be read"):
            entries()
