"""What each part of the root module costs Terraform and the provider in the plan of many tasks.

Usage: python benchmarks/root_elimination.py [--tasks 100] [--rounds 4]

Each variant of the root module lacks one part more than the one before it; the last is the
configuration by hand of `tasks.py`. All plan in turns on one local AWS, so each has the same
account. The first round loads files into memory, and is left out.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tasks import prepare, run_terraform, write_variables
from tasks_elimination import without

from mwaa_ecs.hcl import read_blocks
from mwaa_ecs.sandbox.account import create_account
from mwaa_ecs.sandbox.local_aws import LocalAws
from mwaa_ecs.terraform import provider_environment


def without_index(module: Path) -> None:
    """Let the image index be empty."""
    cut(module / "main.tf", "  images = {\n    for name", "  network = {", "  images = {}\n")


def without_policy(module: Path) -> None:
    """Take the policy of Airflow's role out."""
    drop(module / "main.tf", "module", "policy")
    drop(module / "outputs.tf", "output", "policy_json")


def without_outputs(module: Path) -> None:
    """Take all outputs out, and the code for DAGs."""
    (module / "outputs.tf").write_text("")
    (module / "dag_snippet.tf").unlink()


def without_lists(module: Path) -> None:
    """Take the lists out from which the execution role's rights come."""
    short = (
        '  images = ["etl:1.4"]\n  secrets = []\n  file_arns = []\n  credential_specs = []\n'
    )
    cut(module / "main.tf", "  images               = [", "  kms_key_arns      ", short)


def without_validations(module: Path) -> None:
    """Take the validations of the root's variables out."""
    for file in module.glob("variables*.tf"):
        text = file.read_text()
        variables = read_blocks(text, file.name).named("variable")
        rules = [rule for variable in variables for rule in variable.named("validation")]
        file.write_text(without(text, rules))


CUTS: dict[str, Callable[[Path], None]] = {
    "without the image index": without_index,
    "and without the policy": without_policy,
    "and without outputs": without_outputs,
    "and without the lists for the execution role": without_lists,
    "and without the root's validations": without_validations,
}


def cut(file: Path, start: str, end: str, instead: str) -> None:
    """Replace the text from `start` to the next `end`."""
    before, _, rest = file.read_text().partition(start)
    _, found, after = rest.partition(end)
    if not found:
        raise SystemExit(f"{file.name} has no part from {start!r} to {end!r}")
    file.write_text(before + instead + end + after)


def drop(file: Path, kind: str, label: str) -> None:
    """Take a block out."""
    text = file.read_text()
    found = [
        block
        for block in read_blocks(text, file.name).named(kind)
        if text[block.start :].startswith(f'{kind} "{label}"')
    ]
    if not found:
        raise SystemExit(f"{file.name} has no {kind} {label}")
    file.write_text(without(text, found))


def main() -> None:
    """Measure, and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--tasks", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=4)
    chosen = parser.parse_args()
    with TemporaryDirectory() as name, LocalAws() as aws, provider_environment() as found:
        environment = {**os.environ, **aws.environment()}
        environment.update({key: value for key, value in found.items() if value})
        account = create_account(aws)
        folders: dict[str, Path] = {}
        for number, variant in enumerate(["the module", *CUTS, "by hand"]):
            folder = folders[variant] = Path(name, str(number))
            folder.mkdir()
            prepare(folder, "hand" if variant == "by hand" else "module")
            if variant != "by hand":
                for change in list(CUTS.values())[:number]:
                    change(folder / "module")
            write_variables(folder, account, chosen.tasks)
            run_terraform(["init"], folder, environment)
        seconds: dict[str, list[float]] = {variant: [] for variant in folders}
        for number in range(chosen.rounds + 1):
            for variant, folder in folders.items():
                used = run_terraform(["plan"], folder, environment)[1]
                if number:
                    seconds[variant].append(used)
    print("| | seconds of processor time | least |\n| --- | ---: | ---: |")
    for variant, all_used in seconds.items():
        print(f"| {variant} | {median(all_used):.1f} | {min(all_used):.1f} |")


if __name__ == "__main__":
    main()
