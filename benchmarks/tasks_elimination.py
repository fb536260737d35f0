"""What each part of the module costs a plan of many tasks: processor time without it.

Usage: python benchmarks/tasks_elimination.py [--tasks 100] [--rounds 5]

The module and bare resources by hand are applied once on the local AWS. Then all variants plan,
in turns, an empty state and the applied one. Processor time is that of Terraform and the
provider, without the local AWS.
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
    """Leave the module as it is."""


def other_names(folder: Path, name: str = "hand") -> None:
    """Give the resources by hand names that no other variant's have."""
    main = folder / "main.tf"
    text = main.read_text()
    main.write_text(text.replace("bench-", f"{name}-").replace('"/mwaa/', f'"/{name}/'))


def with_tags(folder: Path) -> None:
    """Give the resources by hand the tags and descriptions that the module's have."""
    other_names(folder, "tags")
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


VARIANTS: dict[str, tuple[str, Callable[[Path], None]]] = {
    "by hand": ("hand", other_names),
    "by hand, with the module's tags and descriptions": ("tags", with_tags),
    "the module": ("module", whole),
    "without the tasks' preconditions": ("module", without_preconditions),
    "and without the locals of their messages": ("module", without_errors),
    "and without all other rules": ("module", without_rules),
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


class Planner:
    """Plans in a folder, and measures it."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self._environment = environment

    def terraform(self, *words: str, good: int = 0) -> float:
        """Run Terraform; return its processor time."""
        return run_terraform((*words, "-no-color"), self.folder, self._environment, good)[1]

    def plan(self, state: str, good: int) -> float:
        """Return the processor time of a plan of a state."""
        return self.terraform("plan", "-detailed-exitcode", f"-state={state}", good=good)


def main() -> None:
    """Measure, and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--tasks", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    with TemporaryDirectory() as name, LocalAws() as aws, provider_environment() as found:
        account = create_account(aws)
        environment = {**os.environ, **aws.environment()}
        environment.update({key: value for key, value in found.items() if value})
        planners = {}
        applied: dict[str, str] = {}
        for variant, (kind, change) in VARIANTS.items():
            folder = Path(name, str(len(planners)))
            folder.mkdir()
            prepare(folder, "module" if kind == "module" else "hand")
            change(folder)
            write_variables(folder, account, chosen.tasks)
            planner = Planner(folder, environment)
            planner.terraform("init")
            if kind not in applied:
                planner.terraform("apply", "-auto-approve")
                applied[kind] = str(folder / "terraform.tfstate")
            planners[variant] = (planner, applied[kind])
        print(table(measure(planners, chosen.rounds)))


def measure(
    planners: dict[str, tuple[Planner, str]], rounds: int
) -> dict[str, tuple[float, float]]:
    """Return the medians of plan and re-plan by variant, each in turn with all others."""
    seconds: dict[str, list[tuple[float, float]]] = {variant: [] for variant in planners}
    for _ in range(rounds):
        for variant, (planner, applied) in planners.items():
            plan = planner.plan(str(planner.folder / "empty.tfstate"), good=2)
            again = planner.plan(applied, good=0)
            seconds[variant].append((plan, again))
    return {
        variant: (median(plan for plan, _ in found), median(again for _, again in found))
        for variant, found in seconds.items()
    }


def table(seconds: dict[str, tuple[float, float]]) -> str:
    """Return the figures as Markdown."""
    hand = seconds["by hand"]
    lines = [
        "| | plan, s | times | plan again, s | times |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for variant, figures in seconds.items():
        columns = [
            f"{one:.1f} | {one / base:.2f}" for one, base in zip(figures, hand, strict=True)
        ]
        lines.append(f"| {variant} | {' | '.join(columns)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
