"""Both packages as wheels in an empty environment, outside this repository."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from zipfile import ZipFile

import pytest
import uv

from built_packages import PACKAGES, build
from mwaa_ecs.distribution import own_version

REPOSITORY = Path(__file__).resolve().parents[2]
VERSION = own_version()


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Source archives of both packages, and the wheels that are built out of these."""
    folder = tmp_path_factory.mktemp("dist")
    build(folder)
    return folder


@dataclass
class Installed:
    """An environment with the wheels, and an empty folder to work in."""

    venv: Path
    folder: Path

    @property
    def environ(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if name not in ("PYTHONPATH", "VIRTUAL_ENV")
        }
        return {**kept, "PATH": f"{self.venv / 'bin'}:{os.environ['PATH']}", "COLUMNS": "200"}

    def run(self, *words: str, code: int = 0, environ: Mapping[str, str] | None = None) -> str:
        done = subprocess.run(
            [str(self.venv / "bin" / words[0]), *words[1:]],
            cwd=self.folder,
            env={**self.environ, **(environ or {})},
            capture_output=True,
            text=True,
            check=False,
        )
        said = done.stdout + done.stderr
        assert done.returncode == code, said
        assert "Traceback" not in said
        return said


def install(dist: Path, top: Path, *requirements: str) -> Installed:
    venv, folder = top / "venv", top / "work"
    folder.mkdir()
    subprocess.run(
        [uv.find_uv_bin(), "venv", "--quiet", "--python", sys.executable, str(venv)], check=True
    )
    subprocess.run(
        [
            *(uv.find_uv_bin(), "pip", "install", "--quiet", "--python", str(venv)),
            *("--find-links", str(dist), "--constraint", str(dist / "versions.txt")),
            *requirements,
        ],
        check=True,
    )
    return Installed(venv, folder)


@pytest.fixture(scope="module")
def versions(dist: Path) -> Path:
    """What the development lock pins, so that an install needs no download."""
    lock = (REPOSITORY / "requirements" / "dev.txt").read_text()
    pins = re.findall(r"^[\w.-]+==[\w.]+", lock, re.M)
    (dist / "versions.txt").write_text("\n".join(pins))
    return dist


@pytest.fixture(scope="module")
def base(versions: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The tool without any extra, beside a pytest of one's own."""
    return install(versions, tmp_path_factory.mktemp("base"), f"mwaa-ecs=={VERSION}", "pytest")


def metadata(dist: Path, name: str) -> Message:
    (wheel,) = dist.glob(f"{name}-*.whl")
    with ZipFile(wheel) as archive:
        return message_from_bytes(archive.read(f"{name}-{VERSION}.dist-info/METADATA"))


@pytest.mark.parametrize("name", ["mwaa_ecs", "mwaa_ecs_operator"])
def test_a_package_index_shows_what_it_is(dist: Path, name: str) -> None:
    found = metadata(dist, name)
    assert found["Version"] == VERSION
    assert found["License-Expression"] == "Apache-2.0"
    assert found["License-File"] == "LICENSE"
    assert found["Description-Content-Type"] == "text/markdown"
    urls = [line.split(", ")[0] for line in found.get_all("Project-URL", [])]
    assert urls == ["Repository", "Documentation", "Changelog", "Issues"]
    assert "Framework :: Apache Airflow" in found.get_all("Classifier", [])


def test_the_operator_requires_nothing_and_is_known_to_airflow(dist: Path) -> None:
    found = metadata(dist, "mwaa_ecs_operator").get_all("Requires-Dist", [])
    assert all("extra == 'airflow'" in line for line in found)
    (wheel,) = dist.glob("mwaa_ecs_operator-*.whl")
    with ZipFile(wheel) as archive:
        entry_points = archive.read(f"mwaa_ecs_operator-{VERSION}.dist-info/entry_points.txt")
    assert b"[airflow.plugins]" in entry_points


def test_the_license_is_the_repositorys() -> None:
    ours, operators = ((package / "LICENSE").read_bytes() for package in PACKAGES)
    assert ours == operators


@pytest.mark.parametrize(
    ("words", "module", "extra"),
    [
        (["sandbox", "run", "."], "uv", "sandbox"),
        (["migrate", "dags", "--out", "out"], "libcst", "migrate"),
    ],
)
def test_a_command_whose_extra_is_missing_says_what_to_install(
    base: Installed, words: list[str], module: str, extra: str
) -> None:
    said = base.run("mwaa-ecs", *words, code=2)
    assert f"needs the Python module {module}" in said
    assert f"pip install 'mwaa-ecs[{extra}]=={VERSION}'" in said


def test_plan_checks_without_their_extra_say_what_to_install(base: Installed) -> None:
    (base.folder / "test_plan.py").write_text("def test_it(mwaa_ecs_plan): ...\n")
    said = base.run("pytest", "-p", "no:cacheprovider", code=1)
    assert "needs the Python module tftest" in said
    assert f"pip install 'mwaa-ecs[testing]=={VERSION}'" in said


ALL_HELP = """
from typer.testing import CliRunner
import typer.main
from mwaa_ecs.cli import app
for name in typer.main.get_command(app).list_commands(None):
    done = CliRunner().invoke(app, [name, "--help"])
    assert done.exit_code == 0, (name, done.output)
"""


def test_every_command_has_its_help_without_any_extra(base: Installed) -> None:
    assert f"mwaa-ecs {VERSION}" in base.run("mwaa-ecs", "--version")
    base.run("python", "-c", ALL_HELP)


DEV = """
region: eu-west-1
account_id: "{account}"
backend: {{type: local, path: dev.tfstate}}
inputs:
  region: ${{region}}
  mwaa_execution_role_name: {role}
  subnet_ids: {subnets}
  dags_bucket_name: {bucket}
"""

RULES = """
def test_a_task_has_no_public_address(mwaa_ecs_every_plan):
    (task,) = mwaa_ecs_every_plan.tasks.values()
    network = task.contract["network_configuration"]["awsvpcConfiguration"]
    assert network["assignPublicIp"] == "DISABLED"
    assert sorted(network["subnets"]) == {subnets}
"""


@pytest.mark.airflow
def test_from_wheels_and_a_registry_alone_to_a_containers_line(
    versions: Path,
    loopback_registry: None,
    attached_commands: None,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """init, lint, sandbox run, render, plan and plan checks, from an empty folder."""
    top = tmp_path_factory.mktemp("consumer")
    whole = install(versions, top, f"mwaa-ecs[sandbox,testing]=={VERSION}")
    given = ("--region", "eu-west-1", "--role", "AmazonMWAA-demo", "--bucket", "mine")
    subnets = ("--subnets", "subnet-0a1b2c3d,subnet-1b2c3d4e")
    whole.run("mwaa-ecs", "init", "infra", *given, *subnets)
    assert "2 module calls, 0 findings" in whole.run("mwaa-ecs", "lint", "infra")
    report = whole.folder / "report.json"
    words = ("sandbox", "run", "infra", "--engine", "stand-in", "--json", str(report))
    whole.run("mwaa-ecs", *words)
    found = json.loads(report.read_text())
    (run,) = found["dag_runs"]
    assert run["container_lines"] == ["the container of hello-world would run here"]
    assert (found["second_plan"], found["left_over"]) == ([], [])

    # Values come from the YAML alone now.
    (whole.folder / "infra" / "terraform.tfvars").unlink()
    folder = whole.folder / "infra" / "environments"
    folder.mkdir()
    with local_aws(whole) as aws:
        (folder / "dev.yaml").write_text(
            DEV.format(
                account="123456789012",
                role=aws["MWAA execution role"],
                subnets=json.dumps(aws["private subnets"].split(", ")),
                bucket=aws["DAGs bucket"],
            )
        )
        whole.run("mwaa-ecs", "render", "infra/environments")
        keys = {name: value for name, value in aws.items() if name.startswith("AWS_")}
        said = whole.run("mwaa-ecs", "plan", "dev", "--dir", "infra/environments", environ=keys)
        assert "create" in said
    tests = whole.folder / "infra" / "tests"
    tests.mkdir()
    (tests / "test_rules.py").write_text(
        RULES.format(subnets=sorted(aws["private subnets"].split(", ")))
    )
    (whole.folder / "infra" / "pytest.ini").write_text("[pytest]\nmwaa_ecs_aws = local\n")
    assert "1 passed" in whole.run("pytest", "--rootdir", "infra", "-c", "infra/pytest.ini")


@contextmanager
def local_aws(installed: Installed) -> Iterator[dict[str, str]]:
    """Run `mwaa-ecs sandbox up`; yield its variables, and its account by what it prints."""
    process = subprocess.Popen(
        [str(installed.venv / "bin" / "mwaa-ecs"), "sandbox", "up", "--engine", "stand-in"],
        cwd=installed.folder,
        env=installed.environ,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        found: dict[str, str] = {}
        for line in process.stdout:
            if export := re.match(r"export (\w+)=(.*)$", line):
                found[export[1]] = shlex.split(export[2])[0]
            elif thing := re.match(r"  (\S.*?)  +(\S.*)$", line):
                found[thing[1]] = thing[2].strip()
            if "Ctrl-C ends it" in line:
                break
        yield found
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
