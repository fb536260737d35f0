"""What tasks cost: resources, calls to AWS, processor time and memory of each command.

Usage: python benchmarks/tasks.py [--tasks 1 10 100] [--no-destroy]

Side by side the root module, and bare resources written by hand for the same job: the lower
bound. Both run on the local AWS. Processor time is that of Terraform and the provider, without
the local AWS, so other work on the machine changes it little. Memory is their peak together.
Each step is printed as it ends. The account is gone in the end, also without a destroy.
Calls are those that a real account would answer too.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile

from processes import memory, tree

from mwaa_ecs.sandbox.account import Account, create_account
from mwaa_ecs.sandbox.local_aws import LocalAws
from mwaa_ecs.terraform import find_terraform, provider_environment
from mwaa_ecs.terraform.configuration import copy_configuration

ROOT = Path(__file__).resolve().parent.parent
MODULE = """\
provider "aws" {}

variable "tasks" { type = set(string) }
variable "subnet_ids" { type = list(string) }
variable "vpc_id" { type = string }
variable "mwaa_execution_role_name" { type = string }

module "airflow_ecs" {
  source = "./module"

  name                     = "bench"
  mwaa_execution_role_name = var.mwaa_execution_role_name
  network                  = { subnet_ids = var.subnet_ids, vpc_id = var.vpc_id }
  default_task             = sort(var.tasks)[0]
  policy                   = { grant_by = "tag" }
  execution_role           = { grant_by = "tag" }

  tasks = {
    for name in var.tasks : name => {
      image       = "etl:1.4"
      command     = ["python", "-m", name]
      environment = { STAGE = "prod" }
    }
  }
}
"""


@dataclass(frozen=True)
class Step:
    """One command: its calls to AWS, seconds of processor time, and memory in MB."""

    name: str
    calls: int
    seconds: float
    memory: float


@dataclass(frozen=True)
class Measured:
    """One configuration with so many tasks."""

    kind: str
    tasks: int
    resources: int
    steps: tuple[Step, ...]


def main() -> None:
    """Measure, and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--tasks", type=int, nargs="+", default=[1, 10, 100])
    parser.add_argument("--no-destroy", dest="destroy", action="store_false")
    given = parser.parse_args()
    measured = [found for size in given.tasks for found in measure(size, given.destroy)]
    print(table(measured))


def table(measured: list[Measured]) -> str:
    """Return the figures as Markdown."""
    names = [step.name for step in measured[0].steps]
    lines = [
        f"| tasks | by | resources | {' | '.join(f'{name}: calls, s, MB' for name in names)} |",
        f"| ---: | --- | ---: | {' | '.join('---:' for _ in names)} |",
    ]
    for found in measured:
        steps = " | ".join(
            f"{step.calls}, {step.seconds:.1f}, {step.memory:.0f}" for step in found.steps
        )
        lines.append(f"| {found.tasks} | {found.kind} | {found.resources} | {steps} |")
    return "\n".join(lines)


def measure(size: int, destroy: bool) -> Iterator[Measured]:
    """Yield what `size` tasks cost by module and by hand, each in an account of its own."""
    for kind in ("module", "hand"):
        with TemporaryDirectory() as name, LocalAws() as aws, provider_environment() as found:
            folder = Path(name)
            prepare(folder, kind)
            write_variables(folder, create_account(aws), size)
            environment = {**os.environ, **aws.environment()}
            environment.update({key: value for key, value in found.items() if value})
            yield run(folder, kind, size, aws, environment, destroy)


def prepare(folder: Path, kind: str) -> None:
    """Write the configuration."""
    if kind == "module":
        copy_configuration(ROOT, folder / "module")
        (folder / "main.tf").write_text(MODULE)
    else:
        shutil.copy(ROOT / "benchmarks" / "tasks_by_hand" / "main.tf", folder)


def write_variables(folder: Path, account: Account, size: int) -> None:
    """Write what both configurations are given."""
    given = {
        "tasks": [f"task{number:03}" for number in range(size)],
        "subnet_ids": account.subnet_ids,
        "vpc_id": account.vpc_id,
        "mwaa_execution_role_name": account.mwaa_execution_role_name,
    }
    (folder / "terraform.tfvars.json").write_text(json.dumps(given))


def run_terraform(
    words: Sequence[str], folder: Path, environment: Mapping[str, str], good: int = 0
) -> tuple[str, float, float]:
    """Run Terraform.

    Args:
        words: the command and its arguments.
        folder: where it runs.
        environment: its whole environment.
        good: the exit code that is expected.

    Returns:
        Its output; the seconds of processor time and the peak of the memory in MB, of it and
        the provider together.
    """
    with TemporaryFile("w+") as output:
        process = subprocess.Popen(
            [str(find_terraform()), *words],
            cwd=folder,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        peak, ended = 0, 0
        while not ended:
            peak = max(peak, sum(map(memory, tree(process.pid))))
            time.sleep(0.1)
            ended, status, used = os.wait4(process.pid, os.WNOHANG)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read()
    if process.returncode != good:
        raise SystemExit(f"terraform {' '.join(words)}: {text}")
    return text, used.ru_utime + used.ru_stime, peak / 1024


def run(
    folder: Path,
    kind: str,
    size: int,
    aws: LocalAws,
    environment: dict[str, str],
    destroy: bool,
) -> Measured:
    """Plan, apply, plan again and, where `destroy` says so, destroy."""

    def terraform(*words: str, good: int = 0) -> tuple[str, float, float]:
        return run_terraform(words, folder, environment, good)

    def step(name: str, *words: str, good: int = 0) -> Step:
        calls = len(aws.calls)
        _, seconds, peak = terraform(*words, "-no-color", good=good)
        done = Step(name, len(aws.calls) - calls, seconds, peak)
        print(f"{size} tasks by {kind}: {done}", file=sys.stderr, flush=True)
        return done

    terraform("init")
    plan = ("plan", "-detailed-exitcode")
    first = step("plan", *plan, "-out=first.bin", good=2)
    apply = step("apply", "apply", "first.bin")
    resources = len(
        [
            address
            for address in terraform("state", "list")[0].splitlines()
            if not re.search(r"(^|\.)data\.", address)
        ]
    )
    steps = [first, apply, step("plan again", *plan)]
    if destroy:
        steps.append(step("destroy", "destroy", "-auto-approve"))
    return Measured(kind, size, resources, tuple(steps))


if __name__ == "__main__":
    main()
