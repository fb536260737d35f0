"""The packages that an environment's requirements file installs."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import pytest
import uv

from mwaa_ecs.errors import OperationError
from mwaa_ecs.processes import run
from mwaa_ecs.sandbox.airflow.environment import AirflowEnvironment
from mwaa_ecs.sandbox.airflow.requirements import (
    install_requirements,
    missing_packages,
    requirement_lines,
)
from mwaa_ecs.sandbox.airflow.versions import AirflowVersion


def test_comments_and_constraints_are_skipped() -> None:
    text = """
    # no packages
    --constraint "https://example.org/constraints-3.12.txt"
    -c constraints.txt
    """
    assert requirement_lines(text) == []


def test_packages_are_read_without_their_comments() -> None:
    assert requirement_lines("humanize==4.9.0  # numbers\nrich>=13\n") == [
        "humanize==4.9.0",
        "rich>=13",
    ]


def test_a_package_from_an_address_is_installed_from_there() -> None:
    output = (
        "Would install 2 packages\n + a==1\n + b==2 (from file:///x/b-2-py3-none-any.whl)\n"
    )
    assert missing_packages(output) == ["a==1", "b @ file:///x/b-2-py3-none-any.whl"]


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    folder = tmp_path / "wheels"
    folder.mkdir()
    _wheel(folder, "flow", "2")
    _wheel(folder, "flow", "3")
    _wheel(folder, "helper", "1")
    _wheel(folder, "provider", "1", "flow", "helper")
    return folder


@pytest.fixture
def environment(tmp_path: Path, wheels: Path) -> AirflowEnvironment:
    """An environment whose Airflow is a package with one module, `flow`."""
    lock = tmp_path / "lock.txt"
    lock.write_text("flow==2\n")
    built = AirflowEnvironment(AirflowVersion("2.10.3", "3.11", lock), tmp_path / "env", "3.11")
    program = str(uv.find_uv_bin())
    venv = str(built.folder / "venv")
    python = str(built.interpreter)
    for words in (
        ["venv", "--quiet", "--python", sys.executable, venv],
        [
            "pip",
            "install",
            "--python",
            python,
            "--no-index",
            "--find-links",
            str(wheels),
            "flow==2",
        ],
    ):
        done = run([program, *words])
        assert done.returncode == 0, done.stderr
    return built


def test_a_provider_installs_no_second_airflow(
    environment: AirflowEnvironment, wheels: Path, tmp_path: Path
) -> None:
    lines = [f"--find-links {wheels}", "--no-index", "provider"]
    target = install_requirements(environment, lines, tmp_path / "requirements", {})
    assert target is not None
    modules = sorted(path.name for path in target.glob("*.py"))
    assert modules == ["helper.py", "provider.py"]


def test_another_version_than_mwaas_is_refused(
    environment: AirflowEnvironment, wheels: Path, tmp_path: Path
) -> None:
    lines = [f"--find-links {wheels}", "--no-index", "flow==3"]
    with pytest.raises(OperationError, match="flow==3"):
        install_requirements(environment, lines, tmp_path / "requirements", {})


def test_a_package_that_airflow_has_is_not_installed_again(
    environment: AirflowEnvironment, tmp_path: Path
) -> None:
    target = install_requirements(environment, ["--no-index", "flow"], tmp_path / "r", {})
    assert target is not None
    assert list(target.glob("*.py")) == []


def _wheel(folder: Path, name: str, version: str, *needs: str) -> None:
    info = f"{name}-{version}.dist-info"
    requires = "".join(f"Requires-Dist: {need}\n" for need in needs)
    files = {
        f"{name}.py": "",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\n"
        f"Version: {version}\n{requires}",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{info}/RECORD"] = "".join(f"{file},,\n" for file in (*files, f"{info}/RECORD"))
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as archive:
        for file, text in files.items():
            archive.writestr(file, text)
