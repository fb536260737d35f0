"""`mwaa-ecs sandbox` as a user runs it: output, exit code, and no leftovers."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from typer.testing import CliRunner

from mwaa_ecs.cli import app
from mwaa_ecs.errors import UserError
from mwaa_ecs.sandbox.engines import select_engine
from mwaa_ecs.terraform import find_terraform

REPOSITORY = Path(__file__).resolve().parents[2]
HELLO_WORLD = str(REPOSITORY / "examples" / "hello-world")
COMMAND = [str(Path(sys.executable).with_name("mwaa-ecs"))]

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    """Return the folder in which the command creates its temporary folders."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    return folder


@pytest.fixture
def start(temporary: Path) -> Iterator[Start]:
    """Start the command; processes that still run at the end are killed."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str, **environ: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [*COMMAND, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "TMPDIR": str(temporary), "COLUMNS": "120", **environ},
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def refusal(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., str]]:
    """Run the command with wrong input; check exit code and leftovers, return the message.

    In this process: another one would take 3 s of processor time to import moto.
    """
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))

    def refusal(*arguments: str, **environ: str) -> str:
        environ = {"TMPDIR": str(temporary), "COLUMNS": "120", **environ}
        find_terraform.cache_clear()  # another test may have found it on another PATH
        done = CliRunner().invoke(app, arguments, env=environ)
        assert isinstance(done.exception, SystemExit), done.exception
        assert done.exit_code == 2, done.output
        assert list(temporary.iterdir()) == []
        return " ".join(re.sub(r"[│╭╮╰╯─]", " ", done.stderr).split())

    yield refusal
    find_terraform.cache_clear()


def test_no_terraform(refusal: Callable[..., str], tmp_path: Path) -> None:
    said = refusal("sandbox", "run", HELLO_WORLD, PATH=str(tmp_path))
    assert said.startswith("error: Terraform: no program named 'terraform' on PATH")
    assert "1.9.0 or newer" in said


def test_a_terraform_too_old(refusal: Callable[..., str], tmp_path: Path) -> None:
    old = tmp_path / "terraform"
    old.write_text('#!/bin/sh\necho \'{"terraform_version": "1.5.7"}\'\n')
    old.chmod(0o755)
    said = refusal("sandbox", "run", HELLO_WORLD, PATH=f"{tmp_path}:{os.environ['PATH']}")
    assert "is version 1.5.7; 1.9.0 or newer is required" in said


def test_an_example_that_is_not_a_folder(refusal: Callable[..., str]) -> None:
    said = refusal("sandbox", "run", str(REPOSITORY / "examples" / "helo-world"))
    assert "there is no folder" in said
    assert "hello-world" in said


def test_an_airflow_that_mwaa_does_not_ship(refusal: Callable[..., str]) -> None:
    said = refusal("sandbox", "run", HELLO_WORLD, "--airflow", "2.0.2")
    assert "--airflow: '2.0.2' is not a version of MWAA that the sandbox can run" in said
    assert "3.0.6" in said


def test_an_engine_that_does_not_exist(refusal: Callable[..., str]) -> None:
    said = refusal("sandbox", "run", HELLO_WORLD, "--engine", "lxc")
    assert "'lxc' is not one of 'auto', 'docker', 'podman', 'stand-in'" in said


def test_an_engine_that_is_not_installed(refusal: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "terraform").symlink_to(_which("terraform"))
    said = refusal("sandbox", "run", HELLO_WORLD, "--engine", "podman", PATH=str(tmp_path))
    assert said.startswith("error: engine is 'podman', but podman is not installed")


def test_a_report_that_cannot_be_written(refusal: Callable[..., str], tmp_path: Path) -> None:
    said = refusal(
        "sandbox", "run", HELLO_WORLD, "--json", str(tmp_path / "no" / "report.json")
    )
    assert "--json: there is no folder" in said


def test_a_port_that_is_in_use(refusal: Callable[..., str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = refusal("sandbox", "up", "--engine", "stand-in", "--port", str(port))
    assert str(port) in said
    assert "in use" in said


def test_a_port_out_of_range(refusal: Callable[..., str]) -> None:
    assert "Invalid value for '--port': Input should be less than or equal to 65535" in refusal(
        "sandbox", "up", "--port", "70000"
    )


def test_a_role_that_does_not_exist_stops_before_anything_is_created(
    refusal: Callable[..., str], tmp_path: Path, attaching_path: str
) -> None:
    example = _example(tmp_path, "AmazonMWAA-dmeo", "var.subnet_ids", "operator")
    said = refusal("sandbox", "run", str(example), "--engine", "stand-in", PATH=attaching_path)
    assert "AmazonMWAA-dmeo" in said


def test_each_mistake_in_the_configuration_is_named(
    refusal: Callable[..., str], tmp_path: Path, attaching_path: str
) -> None:
    example = _example(tmp_path, "AmazonMWAA-demo", '["subnet-0a1b2c3d"]', "my task")
    said = refusal("sandbox", "run", str(example), "--engine", "stand-in", PATH=attaching_path)
    assert "network.subnet_ids has 1 (subnet-0a1b2c3d)" in said
    assert "my task" in said


def _example(folder: Path, role: str, subnets: str, task: str) -> Path:
    example = folder / "example"
    example.mkdir()
    (example / "main.tf").write_text(
        f"""
        variable "subnet_ids" {{
          type = list(string)
        }}
        module "airflow_ecs" {{
          source                   = "{os.path.relpath(REPOSITORY, example)}"
          name                     = "mine"
          mwaa_execution_role_name = "{role}"
          network                  = {{ subnet_ids = {subnets} }}
          tasks                    = {{ "{task}" = {{ image = "hello-world:latest" }} }}
        }}
        """
    )
    return example


def test_a_file_of_faults_with_a_mistake(refusal: Callable[..., str], tmp_path: Path) -> None:
    faults = tmp_path / "faults.yaml"
    faults.write_text("faults:\n  - call: s3:ListBuckets\n")
    said = refusal("sandbox", "up", "--engine", "stand-in", "--faults", str(faults))
    assert "with call it must have one of error, lost, delay and answer" in said


def test_up_serves_until_ctrl_c_and_leaves_nothing(
    start: Start, temporary: Path, tmp_path: Path
) -> None:
    faults = tmp_path / "faults.yaml"
    faults.write_text(
        "faults:\n  - call: s3:ListBuckets\n    error: SlowDown\n    status: 503\n"
    )
    process = start("sandbox", "up", "--engine", "stand-in", "--faults", str(faults))
    assert process.stdout is not None
    exports: dict[str, str] = {}
    for line in process.stdout:
        if found := re.match(r"export (\w+)=(.*)$", line):
            exports[found[1]] = found[2]
        if "Ctrl-C" in line:
            break
    client = boto3.client(
        "s3",
        endpoint_url=exports["AWS_ENDPOINT_URL"],
        aws_access_key_id=exports["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=exports["AWS_SECRET_ACCESS_KEY"],
        region_name=exports["AWS_REGION"],
        config=Config(retries={"total_max_attempts": 1}),
    )
    with pytest.raises(ClientError, match="SlowDown"):
        client.list_buckets()
    assert len(client.list_buckets()["Buckets"]) == 1
    with contextlib.suppress(urllib.error.HTTPError):
        urllib.request.urlopen(exports["AWS_ENDPOINT_URL"])
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert "is refused: The request is not signed" in errors
    assert "Requests that were refused: 1" in errors
    assert process.returncode == 0
    assert list(temporary.iterdir()) == []


def test_ctrl_c_in_the_middle_of_an_apply_cleans_up(start: Start, temporary: Path) -> None:
    """Terraform starts the provider itself here, as a user's does, and ends it."""
    process = start("sandbox", "run", HELLO_WORLD, "--engine", "stand-in")
    assert process.stdout is not None
    for line in process.stdout:
        if "Terraform plan" in line:
            break
    time.sleep(2)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=180)
    assert process.returncode == 1
    assert errors.strip() == "interrupted: everything that was started is cleaned up"
    assert list(temporary.iterdir()) == []


@pytest.mark.airflow
@pytest.mark.engine
def test_the_demo_runs_a_real_container(
    start: Start, temporary: Path, tmp_path: Path, attaching_path: str
) -> None:
    try:
        engine = select_engine("auto", images={})
    except UserError as error:
        pytest.skip(f"no container engine: {error}")
    if engine.name == "stand-in":
        pytest.skip(f"no container engine: {engine.describe()}")
    report_file = tmp_path / "report.json"
    words = ("sandbox", "run", HELLO_WORLD, "--engine", engine.name, "--json", str(report_file))
    process = start(*words, PATH=attaching_path)
    output, errors = process.communicate(timeout=1800)
    assert process.returncode == 0, output + errors
    report = json.loads(report_file.read_text())
    assert report["ok"] is True
    assert report["engine"] == engine.name
    assert [run["dag_id"] for run in report["dag_runs"]] == [
        "hello_world",
        "example_ecs_operator",
    ]
    for run in report["dag_runs"]:
        assert "Hello from Docker!" in run["container_lines"]
    assert "Hello from Docker!" in output
    assert report["second_plan"] == []
    assert report["left_over"] == []
    assert list(temporary.iterdir()) == []


def _which(program: str) -> Path:
    found = next(
        Path(folder) / program
        for folder in os.environ["PATH"].split(os.pathsep)
        if (Path(folder) / program).exists()
    )
    return found.resolve()
