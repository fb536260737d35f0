"""The console command `mwaa-ecs`: options in, messages out; the logic is elsewhere."""

from __future__ import annotations

import ast
import os
from collections.abc import Mapping
from importlib import import_module, resources
from typing import Annotated, Any

import typer
import typer.core
import typer.main

from mwaa_ecs.distribution import DISTRIBUTION, missing, own_version
from mwaa_ecs.errors import UserError
from mwaa_ecs.processes import interrupt_on_signals
from mwaa_ecs.terraform.binary import PROGRAM_VARIABLE, describe_terraform

_GROUPS: Mapping[str, Mapping[str, str]] = {
    "Set up": {
        "init": "init.init_command",
        "render": "environments.render_command",
        "schema": "environments.schema_command",
        "lint": "lint.lint_command",
        "plugins": "plugins.app",
    },
    "Roll out": {
        "plan": "rollout.plan_command",
        "apply": "rollout.apply_command",
        "drift": "deployed.drift_command",
        "output": "deployed.output_command",
        "cost": "cost.cost_command",
        "destroy": "rollout.destroy_command",
    },
    "Run": {
        "run": "task_runs.run_command",
        "logs": "task_runs.logs_command",
        "tasks": "task_runs.tasks_command",
    },
    "Find out why": {
        "why": "doctor.why_command",
        "doctor": "doctor.doctor_command",
        "show": "show.show_command",
    },
    "Move in": {
        "migrate": "migrate.migrate_command",
        "import-tfvars": "import_tfvars.import_tfvars_command",
    },
    "Try": {"sandbox": "sandbox.app"},
}
"""The commands by what one wants to do. Each is a module's function, or its `app`: a group."""

_EXTRAS = ("migrate", "sandbox")
"""Commands that need the extra of their name."""

_PLACES = {name: place for group in _GROUPS.values() for name, place in group.items()}


class _Commands(typer.core.TyperGroup):
    """Commands whose module is imported when they are called, and not for their line of help.

    The sandbox needs moto, which takes 1.3 s to import and is an extra; migrate needs libcst,
    which is another. `--help` takes 0.3 s of processor time, and with all imports 3.0 s.
    """

    def list_commands(self, _ctx: Any) -> list[str]:
        return list(_PLACES)

    def grouped(self, ctx: Any) -> dict[str, dict[str, Any]]:
        """Return the commands by name, by what one wants to do."""
        return {
            heading: {name: self.get_command(ctx, name) for name in group}
            for heading, group in _GROUPS.items()
        }

    def format_commands(self, _ctx: Any, formatter: Any) -> None:
        """Write the commands by what one wants to do."""
        for heading, group in _GROUPS.items():
            with formatter.section(heading):
                formatter.write_dl([(name, _help_line(place)) for name, place in group.items()])

    def get_command(self, _ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in _PLACES:
            return None
        module, _, member = _PLACES[cmd_name].partition(".")
        try:
            command = getattr(import_module(f"{__name__}.{module}"), member)
        except ModuleNotFoundError as error:
            if cmd_name not in _EXTRAS:
                raise
            command = _not_installed(cmd_name, str(error.name))
        if not isinstance(command, typer.Typer):
            function, command = (
                command,
                typer.Typer(add_completion=False, rich_markup_mode=None),
            )
            command.command()(function)
        found = typer.main.get_command(command)
        found.name = cmd_name
        return found


def _help_line(place: str) -> str:
    """Return the first line of a command's docstring, out of the source of its module."""
    module, _, member = place.partition(".")
    source = resources.files(__name__).joinpath(f"{module}.py").read_text(encoding="utf-8")
    (function,) = (
        node
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef)
        and (
            node.name == member
            or any(ast.unparse(line) == f"{member}.callback()" for line in node.decorator_list)
        )
    )
    return (ast.get_docstring(function) or "").partition("\n")[0]


def _not_installed(command: str, module: str) -> typer.Typer:
    """Return a command that only says what to install, so that --help still lists it."""
    stub = typer.Typer(add_completion=False)

    @stub.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
    def _say() -> None:
        typer.echo(f"error: {missing(command, module, command)}", err=True)
        raise typer.Exit(UserError.exit_code)

    _say.__doc__ = f"Not installed: install mwaa-ecs with its extra {command!r}."
    return stub


app = typer.Typer(
    name="mwaa-ecs",
    cls=_Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    # Plain help fits into 80 columns and shows no type beside a flag.
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _use_terraform(program: str | None) -> None:
    if program:
        os.environ[PROGRAM_VARIABLE] = program


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"{DISTRIBUTION} {own_version()}")
        try:
            typer.echo(describe_terraform())
        except UserError as error:
            typer.echo(str(error))
        raise typer.Exit


@app.callback()
def _root(
    _terraform: Annotated[
        str | None,
        typer.Option(
            "--terraform",
            metavar="PATH",
            callback=_use_terraform,
            # Before --version, which names the program.
            is_eager=True,
            help=f"Terraform to use. Default: ${PROGRAM_VARIABLE}, else the one on PATH.",
        ),
    ] = None,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Run containers from Amazon MWAA on ECS, and try it all with no AWS account.

    Example: mwaa-ecs sandbox run examples/hello-world
    """


def main() -> None:
    """Run the command line; a request to end is as good as Ctrl-C."""
    interrupt_on_signals()
    app()
