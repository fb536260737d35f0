"""What each part of modules/task-definition costs Terraform in the plan of many tasks.

Usage: python benchmarks/tasks_elimination.py [--tasks 100] [--rounds 3]

A copy of the module has one `terraform_data` a task in place of its AWS resources, with the
same preconditions. So the processor time is that of Terraform alone, without provider and AWS.
Each variant lacks one part more than the one before it, and all plan in turns.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tasks import ROOT, run_terraform

from mwaa_ecs.hcl import Block, read_blocks

MODULE = ROOT / "modules" / "task-definition"
CALL = """\
variable "names" { type = set(string) }

module "task" {
  source = "./module"

  name               = "bench"
  execution_role_arn = "arn:aws:iam::123456789012:role/execution"
  tasks = {
    for name in var.names : name => {
      image       = "etl:1.4"
      command     = ["python", "-m", name]
      environment = { STAGE = "prod" }
    }
  }
}
"""
PLACE = """
locals {
  region     = "eu-west-1"
  partition  = "aws"
  account_id = "123456789012"
}
"""


@dataclass
class Parts:
    """The parts of the module that a variant has."""

    for_each: str = "local.task_names"
    preconditions: bool = True
    messages: bool = True
    validations: bool = True
    locals_: bool = True


VARIANTS: dict[str, Callable[[], Parts]] = {
    "the tasks themselves in `for_each`": lambda: Parts("var.tasks"),
    "the module": Parts,
    "without preconditions": lambda: Parts(preconditions=False),
    "and without the locals of their messages": lambda: Parts(
        preconditions=False, messages=False
    ),
    "and without validations": lambda: Parts(
        preconditions=False, messages=False, validations=False
    ),
    "one resource a task, and no module's locals": lambda: Parts(
        "{ for name, task in var.tasks : name => name }", False, False, False, False
    ),
}


def write(folder: Path, parts: Parts, tasks: int) -> None:
    """Write a configuration whose module has these parts."""
    module = folder / "module"
    module.mkdir(parents=True)
    for file in MODULE.glob("*.tf"):
        if not file.name.startswith(("data", "outputs", "versions")):
            (module / file.name).write_text("\n\n".join(blocks(file, parts)))
    text = "local.container_definitions[each.key]" if parts.locals_ else "each.key"
    rules = preconditions() if parts.preconditions else ""
    (module / "resource.tf").write_text(
        f'{PLACE}\nresource "terraform_data" "this" {{\n  for_each = {parts.for_each}\n'
        f"  input    = {text}\n\n  lifecycle {{\n{rules}\n  }}\n}}\n"
    )
    (folder / "main.tf").write_text(CALL)
    names = [f"task{number:03}" for number in range(tasks)]
    (folder / "terraform.tfvars.json").write_text(json.dumps({"names": names}))


def blocks(file: Path, parts: Parts) -> list[str]:
    """Return the variables and locals of a file that a variant has."""
    text = file.read_text()
    body = read_blocks(text, file.name)
    found = []
    if parts.locals_ and (parts.messages or not file.name.startswith("errors_")):
        found += [text[block.start : block.end] for block in body.named("locals")]
    for variable in body.named("variable"):
        rules = [] if parts.validations else variable.named("validation")
        found.append(without(text[: variable.end], rules)[variable.start :])
    return found


def without(text: str, found: Sequence[Block]) -> str:
    """Return a text without some of its blocks, which are in its order."""
    for block in reversed(found):
        text = text[: block.start] + text[block.end :]
    return text


def preconditions() -> str:
    """Return the preconditions of the task definition."""
    text = (MODULE / "main.tf").read_text()

    def rules(block: Block) -> list[Block]:
        return [*block.named("precondition"), *(r for b in block.blocks for r in rules(b))]

    found = rules(read_blocks(text, "main.tf"))
    return "\n".join(text[rule.start : rule.end] for rule in found)


def main() -> None:
    """Measure, and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--tasks", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    with TemporaryDirectory() as name:
        folders = {variant: Path(name, str(n)) for n, variant in enumerate(VARIANTS)}
        for variant, folder in folders.items():
            write(folder, VARIANTS[variant](), chosen.tasks)
            run_terraform(["init"], folder, os.environ)
        seconds: dict[str, list[float]] = {variant: [] for variant in VARIANTS}
        for _ in range(chosen.rounds):
            for variant, folder in folders.items():
                seconds[variant].append(run_terraform(["plan"], folder, os.environ)[1])
    print("| | seconds of processor time |\n| --- | ---: |")
    for variant, used in seconds.items():
        print(f"| {variant} | {median(used):.1f} |")


if __name__ == "__main__":
    main()
