"""`mwaa-ecs run`, `logs` and `tasks` against a local AWS."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from dag_side.world import TaskOfWorld, World, world
from mwaa_ecs.cli import app
from unit.sandbox.ecs_story import until


@pytest.fixture(scope="module")
def account() -> Iterator[World]:
    """An account with two tasks, `nightly` and `hourly`."""
    with world("etl:1") as made:
        made.add("nightly", TaskOfWorld("etl:1"))
        made.add("hourly", TaskOfWorld("etl:1"))
        made.write_index()
        yield made


def call(account: World, *words: str, **more: str) -> Result:
    """Run a command to its end, in the shell of somebody who works in the account."""
    return CliRunner().invoke(
        app, list(words), env={**account.aws.environment(), "COLUMNS": "80", **more}
    )


def start(account: World, *words: str, code: str = "") -> subprocess.Popen[str]:
    """Start a command as a process, which can get signals; after some code of Python's."""
    program = "from mwaa_ecs.cli import main\nmain()"
    return subprocess.Popen(
        [sys.executable, "-c", f"{code}{program}", *words],
        env={**os.environ, **account.aws.environment()},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def end_of(process: subprocess.Popen[str]) -> str:
    """Wait until a command that got Ctrl-C ends, and return what it said on stderr."""
    try:
        return process.communicate(timeout=60)[1]
    except subprocess.TimeoutExpired:
        # Tells an ignored or blocked signal from one that the command heard.
        status = Path(f"/proc/{process.pid}/status").read_text()
        process.kill()
        said = process.communicate()[1]
        raise AssertionError(f"it runs on after Ctrl-C\n{status}\n{said}") from None


def test_a_run_prints_the_containers_lines_alone_on_stdout(account: World) -> None:
    done = call(account, "run", "nightly", "--", "args", "--date", "2026-01-31")
    assert done.stdout == "<--date>\n<2026-01-31>\n"
    assert "nightly runs as arn:aws:ecs:" in done.stderr
    assert done.exit_code == 0, done.stderr


def test_a_run_ends_with_the_containers_exit_code(account: World) -> None:
    done = call(account, "run", "nightly", "--", "exit", "7")
    assert done.stdout == "about to exit\n"
    assert "exited with 7" in done.stderr
    assert done.exit_code == 7


def test_variables_come_from_the_command_line_and_from_the_shell(account: World) -> None:
    words = ("run", "nightly", "--env", "STAGE=dev", "--env", "TOKEN")
    done = call(account, *words, "--", "env", "STAGE", "TOKEN", TOKEN="t0k=en")
    assert done.stdout == "STAGE=dev\nTOKEN=t0k=en\n"


def test_the_command_that_is_printed_starts_nothing(account: World) -> None:
    before = call(account, "tasks", "--json").stdout
    done = call(account, "run", "nightly", "--cpu", "512", "--memory", "1024", "--dry-run")
    assert done.stdout.startswith("aws ecs run-task --region eu-west-1 --cli-input-json '")
    request = json.loads(done.stdout.partition("'")[2].rpartition("'")[0])
    assert request["cluster"] == "story"
    assert request["taskDefinition"] == "etl-nightly"
    assert request["overrides"]["cpu"] == "512"
    assert call(account, "tasks", "--json").stdout == before


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nigthly"], ["'nigthly'", "hourly, nightly"]),
        (["nightly", "--cpu", "512", "--memory", "64"], ["memory = 64", "1024"]),
        (["nightly", "--env", "=x"], ["--env"]),
        (["nightly", "--env", "NOT_EXPORTED"], ["'NOT_EXPORTED'", "exported"]),
        (["nightly", "--ssm-prefix", "/other"], ["/other/tasks/nightly"]),
        (["nightly", "--ssm-prefix", "mwaa"], ["'mwaa'", "slash"]),
        (["nightly", "--environment", "dev", "--region", "eu-west-1"], ["--region"]),
    ],
)
def test_what_cannot_start_is_told_in_one_message(
    account: World, words: list[str], told: list[str]
) -> None:
    done = call(account, "run", *words)
    assert done.exit_code in (2, 125)
    assert all(part in done.stderr for part in told), done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_ctrl_c_stops_the_task(account: World, tmp_path: Path) -> None:
    started = tmp_path / "started"
    process = start(account, "run", "nightly", "--", "wait", str(started))
    until(started.exists)
    process.send_signal(signal.SIGINT)
    said = end_of(process)
    assert process.returncode == 130, said
    newest = json.loads(call(account, "tasks", "nightly", "--json").stdout)[0]
    arn = newest["arn"]
    assert until(lambda: _status(account, arn) == "STOPPED")


# Python drops what a handler raises while an answer is finalised.
LOSES_CTRL_C = """
import os, signal
from mwaa_ecs_operator.running import Runner
from urllib3.response import HTTPResponse
looks = []
describe, close = Runner.describe, HTTPResponse.close
def counted(*arguments):
    looks.append(describe(*arguments))
    return looks[-1]
def interrupted(answer):
    if len(looks) == 1:
        looks.append(None)
        os.kill(os.getpid(), signal.SIGINT)
    return close(answer)
Runner.describe, HTTPResponse.close = counted, interrupted
HTTPResponse.closed = property(lambda answer: False)
"""


def test_ctrl_c_stops_the_task_where_python_loses_it_in_an_answer(
    account: World, tmp_path: Path
) -> None:
    command = ("run", "nightly", "--", "wait", str(tmp_path / "started"))
    process = start(account, *command, code=LOSES_CTRL_C)
    said = end_of(process)
    assert process.returncode == 130, said


def test_a_timeout_stops_the_task(account: World, tmp_path: Path) -> None:
    done = call(account, "run", "nightly", "--timeout", "2", "--", "wait", str(tmp_path / "x"))
    assert done.exit_code == 124
    assert "--timeout of 2 seconds is over" in done.stderr


def test_a_detached_run_is_found_by_its_arn(account: World) -> None:
    done = call(account, "run", "hourly", "--detach", "--", "args", "detached")
    arn = done.stdout.strip()
    assert until(lambda: _status(account, arn) == "STOPPED")
    assert call(account, "logs", "hourly", "--run", arn).stdout == "<detached>\n"
    run = arn.rpartition("/")[2]
    assert f"{run[:8]}  <detached>\n" in call(account, "logs", "hourly").stdout
    table = call(account, "tasks", "hourly").stdout
    assert run in table
    assert "exit 0" in table


def test_lines_of_a_running_task_come_as_they_are_written(
    account: World, tmp_path: Path
) -> None:
    arn = call(
        account, "run", "hourly", "--detach", "--", "wait", str(tmp_path / "y")
    ).stdout.strip()
    process = start(account, "logs", "hourly", "--run", arn, "--follow")
    assert process.stdout is not None
    assert process.stdout.readline() == "waiting\n"
    process.send_signal(signal.SIGINT)
    said = end_of(process)
    assert process.returncode == 130, said
    account.story.ecs.stop_task(cluster="story", task=arn)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nightly", "--since", "soon"], ["'soon'", "15m"]),
        (["nightly", "--run", "abc"], ["'abc'", "ARN"]),
        (["nope"], ["'nope'", "hourly, nightly"]),
    ],
)
def test_lines_that_cannot_be_found_are_a_users_mistake(
    account: World, words: list[str], told: list[str]
) -> None:
    done = call(account, "logs", *words)
    assert done.exit_code == 2
    assert all(part in done.stderr for part in told), done.stderr


def _status(account: World, arn: str) -> str:
    answer = account.story.ecs.describe_tasks(cluster="story", tasks=[arn])
    return str(answer["tasks"][0]["lastStatus"])
