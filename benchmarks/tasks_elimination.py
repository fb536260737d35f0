"""What each part of the module costs the plan of many tasks: processor time without the part.

Usage: python benchmarks/tasks_elimination.py [--tasks 100] [--rounds 3]

All variants plan an empty state on the local AWS, in turns; nothing is applied. Processor time
is that of Terraform and the provider, without the local AWS.
"""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tasks import prepare, run_terraform, write_variables

from mwaa_ecs.hcl import Block, read_blocks
from mwaa_ecs.sandbox.account import create_account
from mwaa_ecs.sandbox.local_aws import LocalAws
from mwaa_ecs.terraform import provider_environment


def whole(folder: Path) -> None:
    """Leave the configuration as it is."""


def with_tags(folder: Path) -> None:
    """Give the resources by hand the tags and descriptions that the module's have."""
    main = folder / "main.tf"
    text = main.read_text()
    for kind in ("aws_cloudwatch_log_group", "aws_ecs_task_definition"):
        text = add_argument(text, kind, 'tags = { mwaa-ecs-contract = "/mwaa" }')
    main.write_text(add_argument(text, "aws_ssm_parameter", 'description = "Arguments."'))


def add_argument(text: str, kind: str, argument: str) -> str:
    """Add an argument to each resource of a kind."""
    return re.sub(rf'(resource "{kind}" "\w+" {{\n)', rf"\1  {argument}\n", text)


def without_preconditions(folder: Path) -> None:
    """Drop the preconditions of modules/task-definition; what they refer to stays."""
    drop_blocks(folder / "module" / "modules" / "task-definition", frozenset({"precondition"}))


def without_errors(folder: Path) -> None:
    """Drop the preconditions of modules/task-definition, and the locals with their messages."""
    without_preconditions(folder)
    for file in (folder / "module" / "modules" / "task-definition").glob("errors_*.tf"):
        file.unlink()


def without_rules(folder: Path) -> None:
    """Drop every rule of every module."""
    without_errors(folder)
    kinds = frozenset({"precondition", "postcondition", "validation", "check"})
    for module in (folder / "module", *(folder / "module" / "modules").iterdir()):
        drop_blocks(module, kinds)


def tasks_in_for_each(folder: Path) -> None:
    """Give `for_each` the tasks themselves, in place of their names."""
    main = folder / "module" / "modules" / "task-definition" / "main.tf"
    text = main.read_text()
    changed = text.replace("for_each = local.task_names", "for_each = var.tasks")
    if changed == text:
        raise SystemExit(f"{main} has no for_each with local.task_names")
    main.write_text(changed)


VARIANTS: dict[str, tuple[str, Callable[[Path], None]]] = {
    "by hand": ("hand", whole),
    "by hand, with the module's tags and descriptions": ("hand", with_tags),
    "the module": ("module", whole),
    "without the tasks' preconditions": ("module", without_preconditions),
    "and without the locals of their messages": ("module", without_errors),
    "and without every other rule": ("module", without_rules),
    "the module, with the tasks in place of their names in `for_each`": (
        "module",
        tasks_in_for_each,
    ),
}


def drop_blocks(folder: Path, kinds: frozenset[str]) -> None:
    """Remove the blocks of these kinds, wherever they stand in the folder's files."""
    for file in folder.glob("*.tf"):
        text = file.read_text()
        found: list[Block] = []
        waiting = [read_blocks(text, str(file))]
        while waiting:
            for block in waiting.pop().blocks:
                (found if block.kind in kinds else waiting).append(block)
        for block in sorted(found, key=lambda block: block.start, reverse=True):
            text = text[: block.start] + text[block.end :]
        file.write_text(text)


def main() -> None:
    """Measure, and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--tasks", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    with TemporaryDirectory() as name, LocalAws() as aws, provider_environment() as found:
        account = create_account(aws)
        environment = {**os.environ, **aws.environment()}
        environment.update({key: value for key, value in found.items() if value})
        folders = {}
        for variant, (kind, change) in VARIANTS.items():
            folder = folders[variant] = Path(name, str(len(folders)))
            folder.mkdir()
            prepare(folder, kind)
            change(folder)
            write_variables(folder, account, chosen.tasks)
            run_terraform(["init"], folder, environment)
        seconds: dict[str, list[float]] = {variant: [] for variant in folders}
        for _ in range(chosen.rounds):
            for variant, folder in folders.items():
                _, used = run_terraform(["plan"], folder, environment)
                seconds[variant].append(used)
                print(f"{variant}: {used:.1f} s", flush=True)
    print(table({variant: median(used) for variant, used in seconds.items()}))


def table(seconds: dict[str, float]) -> str:
    """Return the figures as Markdown."""
    hand = seconds["by hand"]
    rows = [f"| {name} | {used:.1f} | {used / hand:.2f} |" for name, used in seconds.items()]
    return "\n".join(["| | s | times by hand |", "| --- | ---: | ---: |", *rows])


if __name__ == "__main__":
    main()
