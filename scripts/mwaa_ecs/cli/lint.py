"""`mwaa-ecs lint`: attributes that Terraform silently drops."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from mwaa_ecs.cli.output import clear_errors, console, errors, write_out
from mwaa_ecs.environments.fetched_types import fetched_modules
from mwaa_ecs.errors import UserError
from mwaa_ecs.hcl.files import terraform_files
from mwaa_ecs.lint import Linted, lint, other_versions, terraform_loads


def lint_command(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The folder with your main.tf.")
    ] = Path(),
    var_file: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Values of its variables, as for terraform plan."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the result as JSON on stdout.")
    ] = False,
) -> None:
    """Find module attributes that Terraform silently drops.

    Ends with 1 if it finds any. Lists computed values, which it cannot check.

    Example: mwaa-ecs lint infra --var-file prod.tfvars
    """
    with clear_errors():
        if not folder.is_dir() or not terraform_files(folder):
            why = "contains no *.tf file" if folder.is_dir() else "is not a folder"
            raise UserError(f"DIR: {str(folder)!r} {why}; name the folder with your main.tf")
        files = [*terraform_loads(folder), *(var_file or ())]
        fetched = fetched_modules(folder)
        found = lint(folder, fetched, files)
        warn_of_other_versions(folder, fetched)
        if as_json:
            data = {"calls": found.calls, "findings": list(map(asdict, found.findings))}
            data["not_checked"] = list(map(asdict, found.unchecked))
            write_out(json.dumps(data, indent=2, ensure_ascii=False) + "\n")
        else:
            for item in found.unchecked:
                errors.print(f"[yellow]not checked:[/] {escape(str(item))}", soft_wrap=True)
            for item in found.findings:
                console.print(escape(str(item)), soft_wrap=True)
            console.print(f"{found.calls} module calls, {len(found.findings)} findings")
        if found.findings:
            raise typer.Exit(1)


def warn_of_other_versions(folder: Path, fetched: Callable[[], Mapping[str, Path]]) -> None:
    """Print where the module is of another version than this tool."""
    for line in other_versions(folder, fetched):
        errors.print(f"[yellow]other version:[/] {escape(line)}", soft_wrap=True)


def stop_at_findings(found: Linted) -> None:
    """Print the number of unchecked values, and stop at attributes that Terraform drops.

    Raises:
        UserError: there are findings.
    """
    if found.unchecked:
        errors.print(
            f"[yellow]not checked:[/] {len(found.unchecked)} computed values of modules; "
            "mwaa-ecs lint lists them",
            soft_wrap=True,
        )
    if found.findings:
        raise UserError("\n".join(map(str, found.findings)))
