"""The pytest plugin, as a team's own repository uses it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

import mwaa_ecs.sandbox.local_aws  # noqa: F401  # once, for all forks
from mwaa_ecs.environments import EnvironmentFolder, load_module
from mwaa_ecs.plan import UnknownValueError
from mwaa_ecs.plan.partly_known import known_part
from mwaa_ecs.plan.raw import CONTRACTS
from mwaa_ecs.terraform import find_terraform
from mwaa_ecs.testing.planner import plan_on_a_copy

MAIN = """
terraform {
  backend "s3" {}
}
variable "word" { type = string }
resource "terraform_data" "this" { input = var.word }
output "word" { value = var.word }
"""

TESTS = """
import pytest

def test_the_word(mwaa_ecs_plan):
    plan = mwaa_ecs_plan("dev")
    assert plan.one("terraform_data")["input"] == "hello"
    assert plan.one("terraform_data").unknown == {"id", "output"}

def test_the_inventory(mwaa_ecs_plan, mwaa_ecs_inventory):
    mwaa_ecs_inventory(mwaa_ecs_plan("dev"), "golden/dev.yaml")
"""

DEV = """
region: us-gov-west-1
account_id: "111111111111"
backend: {type: s3, bucket: none, key: none}
inputs: {word: hello}
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    for name, text in (
        ("main.tf", MAIN),
        ("environments/dev.yaml", DEV),
        ("tests/test_plans.py", TESTS),
        ("pytest.ini", "[pytest]\nmwaa_ecs_aws = local\n"),
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return tmp_path


def run(repository: Path, *options: str, **environ: str) -> tuple[int, str]:
    """Run pytest in a fork of this process, which has imported moto.

    A process of its own takes 2.5 s of processor time more.
    """
    with tempfile.TemporaryFile("w+") as output:
        child = os.fork()
        if child == 0:
            code = 70
            try:
                for descriptor in (1, 2):
                    os.dup2(output.fileno(), descriptor)
                sys.stdout = sys.stderr = os.fdopen(1, "w")
                sys.path.insert(0, str(repository))
                sys.dont_write_bytecode = True
                os.chdir(repository)
                os.environ.update(environ)
                find_terraform.cache_clear()
                code = pytest.main(["-p", "no:cacheprovider", *options])
                sys.stdout.flush()
            finally:
                os._exit(code)
        _, status = os.waitpid(child, 0)
        output.seek(0)
        return os.waitstatus_to_exitcode(status), output.read()


def run_alone(repository: Path) -> tuple[int, str]:
    """Run pytest in a process of its own, as a team does."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"],
        cwd=repository,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def files(repository: Path) -> list[str]:
    found = (path.relative_to(repository) for path in repository.rglob("*") if path.is_file())
    return sorted(map(str, found))


def test_an_inventory_is_missed_written_and_compared(repository: Path) -> None:
    before = files(repository)
    code, said = run_alone(repository)
    assert code == 1
    assert "golden/dev.yaml: there is no such inventory yet" in said
    # Nothing is left in the team's folder: the plan was made on a copy.
    assert files(repository) == before
    assert run(repository, "--mwaa-ecs-update")[0] == 0
    code, said = run(repository)
    assert (code, "2 passed" in said) == (0, True)
    golden = repository / "tests/golden/dev.yaml"
    golden.write_text(golden.read_text().replace("hello", "other"))
    code, said = run(repository)
    assert code == 1
    assert "golden/dev.yaml differs; if that is intended, run pytest" in said
    assert "tests/test_plans.py::test_the_inventory --mwaa-ecs-update" in said
    assert "-    input: other\n+    input: hello" in said.replace("\nE   ", "\n")


EVERY = """
def test_the_word(mwaa_ecs_every_plan, mwaa_ecs_inventory):
    plan = mwaa_ecs_every_plan
    assert (plan.environment, plan.region, plan.account_id)[1:] == ("us-gov-west-1", "1" * 12)
    for data in plan.of_kind("terraform_data"):
        assert data["input"] == "hello"

def test_the_inventory(mwaa_ecs_every_plan, mwaa_ecs_inventory):
    mwaa_ecs_inventory(mwaa_ecs_every_plan, f"golden/{mwaa_ecs_every_plan.environment}.yaml")

def test_a_type(mwaa_ecs_every_plan):
    assert mwaa_ecs_every_plan.of_kind("terraform_dat") == []
"""


def test_every_environment_of_the_folder_is_tested_by_itself(repository: Path) -> None:
    (repository / "tests/test_plans.py").write_text(EVERY)
    other = DEV.replace("hello", "other").replace("key: none", "key: other")
    (repository / "environments/new.yaml").write_text(other)
    gone = repository / "tests/golden/gone.yaml"
    gone.parent.mkdir()
    gone.write_text("environment: gone\ncounts: {}\n")
    code, said = run(repository)
    assert code == 1
    assert "test_the_word[new]" in said
    assert "FAILED tests/test_plans.py::test_the_word[dev]" not in said
    # pytest itself shows only the two values.
    assert "plan is <plan of new>\ndata is <terraform_data.this>" in said
    assert "gone.yaml: there is no environment 'gone' any more; delete the file" in said
    assert "'terraform_dat' is not a type of resource; did you mean 'terraform_data'?" in said


# A module with the names of this one, whose contracts have an unknown part.
INNER = """
variable "ssm_prefix" {}
resource "terraform_data" "group" {}
output "contracts" {
  value = { etl = { cluster = var.ssm_prefix, groups = [terraform_data.group.id] } }
}
"""
CALLS = """
module "jobs" {
  source     = "./inner"
  for_each   = toset(["a.b", "c"])
  ssm_prefix = each.key
}
module "team" {
  source = "./team"
  count  = 1
}
"""
TEAM = 'module "jobs" {\n  source = "../inner"\n  ssm_prefix = "team"\n}\n'


def test_contracts_are_found_in_modules_of_every_depth(
    repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (repository / "main.tf").write_text(f"{MAIN}{CALLS}")
    for name, text in (("inner", INNER), ("team", TEAM)):
        (repository / name).mkdir()
        (repository / name / "main.tf").write_text(text)
    module = load_module(repository)
    (dev,) = EnvironmentFolder(repository / "environments", module).load(["dev"])
    plan = plan_on_a_copy(dev, module, tmp_path_factory.mktemp("copy"), dict)
    change = plan.raw["output_changes"][CONTRACTS]
    found = known_part(change["after"], change["after_unknown"], "x")
    assert {address: tasks["etl"]["cluster"] for address, tasks in found.items()} == {
        'module.jobs["a.b"]': "a.b",
        'module.jobs["c"]': "c",
        "module.team[0].module.jobs": "team",
    }
    with pytest.raises(UnknownValueError):
        _ = found["module.team[0].module.jobs"]["etl"]["groups"][0]
    # Neither an inventory nor a rule about outputs sees it.
    assert plan.outputs == {"word": "hello"}
    assert not list(repository.rglob(f"{CONTRACTS}.tf"))


def test_a_plan_is_kept_while_nothing_changes(repository: Path) -> None:
    tool = repository / ".bin/terraform"
    tool.parent.mkdir()
    real = shutil.which("terraform")
    tool.write_text(f'#!/bin/sh\necho "$1" >> "{tool}.log"\nexec {real} "$@"\n')
    tool.chmod(0o755)
    environ = {"PATH": f"{tool.parent}:{os.environ['PATH']}"}

    def plans() -> int:
        options = ("-p", "cacheprovider", "-k", "test_the_word")
        assert run(repository, *options, **environ)[0] == 0
        return Path(f"{tool}.log").read_text().split().count("plan")

    assert [plans(), plans()] == [1, 1]
    (kept,) = (repository / ".pytest_cache").rglob("mwaa-ecs-plans/*.json")
    assert kept.stat().st_mode & 0o077 == 0
    # Whatever the local account may be made from counts too.
    (repository / "tests/subnets.json").write_text("[]")
    assert plans() == 2


def test_without_credentials_nothing_is_planned(repository: Path) -> None:
    environ = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    code, said = run(repository, "--mwaa-ecs-aws=real", **environ)
    assert code == 1
    assert "dev: there are no AWS credentials" in said


def test_wrong_yaml_fails_with_its_place(repository: Path) -> None:
    (repository / "environments/dev.yaml").write_text(DEV.replace("word: hello", "wrod: hello"))
    code, said = run(repository)
    assert code == 1
    assert "environments/dev.yaml:5:10: inputs.wrod: unknown key" in said
    assert "did you mean 'word'" in said


def test_the_plugin_asks_nothing_of_a_run_that_does_not_use_it(repository: Path) -> None:
    (repository / "tests/test_plans.py").write_text("def test_nothing():\n    pass\n")
    (repository / "environments/dev.yaml").unlink()
    assert run(repository)[0] == 0
