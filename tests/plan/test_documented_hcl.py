"""Every block of HCL in the documentation can be planned as it is pasted.

It is planned outside this repository: its sources lead to a registry, and to a tag in git.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from mwaa_ecs.distribution import own_version, registry_source
from mwaa_ecs.hcl import read_blocks
from mwaa_ecs.hcl.literals import read_literal
from mwaa_ecs.sandbox.account import Account
from mwaa_ecs.sandbox.local_aws import LocalAws
from mwaa_ecs.terraform import Terraform, find_terraform

REPOSITORY = Path(__file__).resolve().parents[2]
GENERATED = re.compile(r"<!-- BEGIN GENERATED.*?<!-- END GENERATED[^\n]*", re.S)
BLOCK = re.compile(r"^```(?:hcl|terraform)\n(.*?)^```", re.M | re.S)


pytestmark = pytest.mark.usefixtures("loopback_registry")


@dataclass(frozen=True)
class Block:
    """A block of HCL and its page."""

    page: str
    number: int
    text: str

    @property
    def is_call(self) -> bool:
        """Whether it calls a module of this repository; else it is arguments of the root."""
        return "module " in self.text


def blocks() -> list[Block]:
    pages = [
        REPOSITORY / "README.md",
        *sorted(REPOSITORY.glob("docs/*.md")),
        *sorted(REPOSITORY.glob("modules/*/README.md")),
    ]
    return [
        Block(str(page.relative_to(REPOSITORY)), number, text)
        for page in pages
        for number, text in enumerate(BLOCK.findall(GENERATED.sub("", page.read_text())), 1)
        if re.search(r"^(module|tasks)\b", text, re.M)
    ]


def configuration(found: list[Block], account: Account) -> str:
    """Return a configuration in which all blocks can be planned in the local AWS.

    Blocks of one task each share a call: a call of the root takes 1 s of processor time.
    """
    parts, tasks = ['provider "aws" {}'], {}
    for number, block in enumerate(found):
        arguments = {} if block.is_call else read_blocks(block.text, block.page).attributes
        names = list(read_literal(arguments["tasks"])) if [*arguments] == ["tasks"] else []
        if len(names) == 1:
            tasks[f"{names[0]}_{number}"] = f"one(values({arguments['tasks'].text}))"
        else:
            text = block.text if block.is_call else call_of_the_root(block.text)
            parts.append(f"# {block.page}, block {block.number}\n{renamed(text, number)}")
    if tasks:
        lines = "\n".join(f"{name} = {task}" for name, task in tasks.items())
        default = f'default_task = "{next(iter(tasks))}"'
        parts.append(call_of_the_root(f"tasks = {{\n{lines}\n}}\n{default}\n"))
    # These names stand for the reader's own.
    whole = "\n".join(parts)
    whole = re.sub(r'\["subnet-\w+", "subnet-\w+"\]', json.dumps(account.subnet_ids), whole)
    whole = re.sub(r"vpc-0a\w+", account.vpc_id, whole)
    return whole.replace("AmazonMWAA-demo", account.mwaa_execution_role_name)


def call_of_the_root(arguments: str) -> str:
    """Return a call of the root module with arguments of its README."""
    return (
        'module "airflow_ecs" {\n'
        f'  source = "{registry_source()}"\n  version = "{own_version()}"\n'
        '  name = "etl"\n'
        f'  network = {{ subnet_ids = ["subnet-a", "subnet-b"] }}\n{arguments}}}\n'
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("documented")
    # The files that the reader has beside the configuration.
    (folder / "dags" / "team").mkdir(parents=True)
    (folder / "dags" / "team" / "nightly.py").write_text("")
    (folder / "requirements.txt").write_text("")
    # As `mwaa-ecs plugins pack` leaves them.
    (folder / "plugins").mkdir()
    (folder / "plugins" / "hooks.py").write_text("")
    (folder / "plugins.zip").write_bytes(b"PK\x05\x06" + bytes(18))
    listed = {"hooks.py": hashlib.sha256(b"").hexdigest()}
    (folder / "plugins.zip.json").write_text(json.dumps(listed))
    return folder


def plan(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(find_terraform()), "plan", "-input=false", "-no-color"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def renamed(text: str, number: int) -> str:
    """Return a block whose names are its own, so that many stand in one configuration."""
    for kind in ("module", "output", "resource", "data"):
        text = re.sub(rf'^({kind} (?:"[\w-]+" )?"[\w-]+)"', rf'\1_{number}"', text, flags=re.M)
    return re.sub(r"\bmodule\.(\w+)", rf"module.\1_{number}", text)


@pytest.mark.parametrize("of", ["root", "modules"])
def test_every_block_is_planned(
    folder: Path, account: Account, local_aws: LocalAws, of: str
) -> None:
    """One plan has all blocks, which takes a tenth of the time of a plan for each."""
    found = [
        block for block in blocks() if block.page.startswith("modules/") == (of == "modules")
    ]
    if of == "root":
        assert {"README.md", "docs/tasks.md"} <= {block.page for block in found}
    else:
        assert {Path(block.page).parent.name for block in found} == {
            path.name for path in (REPOSITORY / "modules").iterdir()
        }
    (folder / "main.tf").write_text(configuration(found, account))
    Terraform(folder).init()
    done = plan(folder)
    assert done.returncode == 0, done.stderr
    # One of modules/network shows a check of subnets that the reader has.
    assert of == "modules" or "Warning" not in done.stdout


COPY = re.compile(
    r'^\| `(source = ".*")` \| `(source = ".*")` and `(version = ".*")` \|$', re.M
)


def test_a_copied_example_finds_its_modules_by_what_its_readme_tells(tmp_path: Path) -> None:
    examples = sorted((REPOSITORY / "examples").iterdir())
    for example in examples:
        copy = tmp_path / example.name
        shutil.copytree(example, copy, ignore=shutil.ignore_patterns(".*"))
        changes = COPY.findall((copy / "README.md").read_text())
        assert changes, example.name
        for file in copy.glob("*.tf"):
            text = file.read_text()
            for here, source, version in changes:
                text = text.replace(f"  {here}\n", f"  {source}\n  {version}\n")
            assert '= ".' not in text, file
            file.write_text(text)
    calls = (f'module "{one.name}" {{ source = "./{one.name}" }}\n' for one in examples)
    (tmp_path / "main.tf").write_text("".join(calls))
    found = subprocess.run(
        [str(find_terraform()), "get", "-no-color"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stderr


def test_docs_show_twelve_tasks_in_a_few_lines_each() -> None:
    tasks = [block for block in blocks() if block.page == "docs/tasks.md" and not block.is_call]
    assert len(tasks) == 12
    assert max(len(block.text.splitlines()) for block in tasks) <= 16
