"""The pytest plugin, as a team's own repository uses it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

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
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options],
        cwd=repository,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **environ},
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
    code, said = run(repository)
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
