"""`mwaa-ecs init`: what it writes, and what it refuses."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from mwaa_ecs.cli import app
from mwaa_ecs.distribution import own_version
from mwaa_ecs.environments.fetched_types import fetched_modules
from mwaa_ecs.hcl import read_variables
from mwaa_ecs.lint import lint
from mwaa_ecs.sandbox.example import load_example
from unit.sandbox.mwaa.conftest import Mwaa, mwaa_in

REMOTE = "git::https://example.com/terraform-aws-mwaa-ecs-operator.git?ref=v1.0.0"


@pytest.fixture(scope="module")
def mwaa() -> Iterator[Mwaa]:
    """An account with the MWAA environment `demo`."""
    with mwaa_in("eu-west-1") as made:
        made.route_out_by_nat()
        made.create()
        yield made


def call(mwaa: Mwaa, *words: str) -> Result:
    return CliRunner().invoke(
        app, ["init", *words], env={**mwaa.aws.environment(), "COLUMNS": "80"}
    )


def texts(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_folder_has_what_the_environment_says(mwaa: Mwaa, tmp_path: Path) -> None:
    folder = tmp_path / "infra"
    done = call(mwaa, str(folder), "--environment", "demo", "--image", "acme/My_ETL:1.4")
    assert done.exit_code == 0, done.stderr
    written = texts(folder)
    for value in (
        mwaa.account.mwaa_execution_role_name,
        *mwaa.account.subnet_ids,
        mwaa.account.dags_bucket_name,
    ):
        assert f'"{value}"' in written["terraform.tfvars"]
    assert 'task="my-etl"' in written["dags/my-etl.py"].replace("'", '"')
    assert "*.tfstate" in written[".gitignore"]
    assert f"mwaa-ecs sandbox run {folder}" in done.stdout
    example = load_example(folder)
    assert [dag.id for dag in example.dags] == ["my-etl"]
    assert list(example.images) == ["acme/My_ETL:1.4"]
    assert not lint(folder, fetched_modules(folder), []).findings
    given = {line.split()[0] for line in written["terraform.tfvars"].splitlines()[1:]}
    assert given | {"name"} == set(read_variables(folder))


@pytest.mark.skipif(shutil.which("terraform") is None, reason="there is no terraform")
@pytest.mark.parametrize(
    "more",
    [[], ["--environments", "--source", REMOTE], ["--source", "team/mwaa-ecs-operator/aws"]],
)
def test_its_hcl_is_formatted(mwaa: Mwaa, tmp_path: Path, more: list[str]) -> None:
    call(mwaa, str(tmp_path), "--environment", "demo", *more)
    done = subprocess.run(
        ["terraform", "fmt", "-check", "-diff", "-recursive", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_a_remote_source_is_kept_with_its_version_and_brings_a_workflow(
    mwaa: Mwaa, tmp_path: Path
) -> None:
    assert call(mwaa, str(tmp_path), "--environment", "demo", "--source", REMOTE).exit_code == 0
    written = texts(tmp_path)
    assert f'source = "{REMOTE}"' in written["main.tf"]
    assert '.git//modules/dags?ref=v1.0.0"' in written["main.tf"]
    address = "git+https://example.com/terraform-aws-mwaa-ecs-operator.git@v1.0.0"
    assert written["requirements.txt"].splitlines() == [
        f"mwaa-ecs[sandbox] @ {address}",
        f"mwaa-ecs-operator @ {address}#subdirectory=modules/dags/operator",
    ]
    workflow = yaml.safe_load(written[".github/workflows/check.yml"])
    assert workflow["permissions"] == {}
    assert workflow["jobs"]["sandbox"]["permissions"] == {"contents": "read"}


def test_a_source_in_a_registry_has_the_version_of_the_tool(mwaa: Mwaa, tmp_path: Path) -> None:
    source = "team/mwaa-ecs-operator/aws"
    assert call(mwaa, str(tmp_path), "--environment", "demo", "--source", source).exit_code == 0
    written = texts(tmp_path)
    version = own_version()
    for address in (source, f"{source}//modules/dags"):
        assert f'source  = "{address}"\n  version = "{version}"' in written["main.tf"]
    assert written["requirements.txt"] == f"mwaa-ecs[sandbox]=={version}\n"


def test_environments_have_account_and_region(mwaa: Mwaa, tmp_path: Path) -> None:
    done = call(mwaa, str(tmp_path), "--environment", "demo", "--environments")
    assert done.exit_code == 0, done.stderr
    checked = CliRunner().invoke(app, ["render", str(tmp_path / "environments"), "--check"])
    # Nothing is rendered yet; the YAML itself is right.
    assert "demo.tfvars.json" in checked.output
    rendered = CliRunner().invoke(app, ["render", str(tmp_path / "environments")])
    assert rendered.exit_code == 0, rendered.output


def test_nothing_is_overwritten(mwaa: Mwaa, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text("# mine\n")
    done = call(mwaa, str(tmp_path), "--environment", "demo")
    assert done.exit_code == 2
    assert "main.tf" in done.stderr
    assert texts(tmp_path) == {"main.tf": "# mine\n"}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--environment", "dmeo"], ["'dmeo'", "demo"]),
        (["--environment", "demo", "--bucket", "b"], ["--bucket"]),
        (["--environment", "demo", "--image", "a b"], ["--image 'a b'"]),
        (["--environment", "demo", "--task", "My Task"], ["--task 'My Task'"]),
        ([], ["--region", "--role", "--subnets", "--bucket", "--environment"]),
        (["--environments"], ["--environment NAME"]),
        (
            ["--region", "eu-west-1", "--role", "r", "--bucket", "b", "--subnets", "vpc-1"],
            ["'vpc-1'", "subnet-"],
        ),
    ],
)
def test_a_mistake_is_told_and_writes_nothing(
    mwaa: Mwaa, tmp_path: Path, words: list[str], told: list[str]
) -> None:
    done = call(mwaa, str(tmp_path / "new"), *words)
    assert done.exit_code == 2
    assert all(part in " ".join(done.stderr.split()) for part in told), done.stderr
    assert not (tmp_path / "new").exists()


def test_without_an_environment_the_values_are_given(mwaa: Mwaa, tmp_path: Path) -> None:
    words = ["--region", "eu-west-1", "--role", "arn:aws:iam::111111111111:role/a/mwaa-role"]
    done = call(mwaa, str(tmp_path), *words, "--subnets", "subnet-1,subnet-2", "--bucket", "b")
    assert done.exit_code == 0, done.stderr
    assert '= "mwaa-role"' in (tmp_path / "terraform.tfvars").read_text()
