"""The console command `mwaa-ecs`: options in, messages out; the logic is elsewhere."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Annotated, Any

import typer
import typer.core
import typer.main

from mwaa_ecs.cli import (
    cost,
    deployed,
    doctor,
    environments,
    import_tfvars,
    init,
    lint,
    plugins,
    rollout,
    show,
    task_runs,
)
from mwaa_ecs.distribution import DISTRIBUTION, missing, own_version
from mwaa_ecs.errors import UserError
from mwaa_ecs.processes import interrupt_on_signals
from mwaa_ecs.terraform.binary import PROGRAM_VARIABLE, describe_terraform

_GROUPS = {
    "Set up": ("init", "render", "schema", "lint", "plugins"),
    "Roll out": ("plan", "apply", "drift", "output", "cost", "destroy"),
    "Run": ("run", "logs", "tasks"),
    "Find out why": ("why", "doctor", "show"),
    "Move in": ("migrate", "import-tfvars"),
    "Try": ("sandbox",),
}
"""The commands by what one wants to do."""


class _Commands(typer.core.TyperGroup):
    """Commands of which some are imported only when they are asked for.

    The sandbox needs moto, which takes more than a second to import and is an extra; migrate
    needs libcst, which is another.
    """

    _later = {  # noqa: RUF012 - set once
        "sandbox": "mwaa_ecs.cli.sandbox",
        "migrate": "mwaa_ecs.cli.migrate",
    }

    def list_commands(self, ctx: Any) -> list[str]:
        return [*super().list_commands(ctx), *self._later]

    def grouped(self, ctx: Any) -> dict[str, dict[str, Any]]:
        """Return the commands by name, by what one wants to do."""
        found = {name: self.get_command(ctx, name) for name in self.list_commands(ctx)}
        grouped = {name for names in _GROUPS.values() for name in names}
        more = {"More": tuple(name for name in found if name not in grouped)}
        return {
            heading: {name: found[name] for name in names}
            for heading, names in {**_GROUPS, **more}.items()
            if names
        }

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the commands by what one wants to do."""
        groups = self.grouped(ctx)
        width = (
            formatter.width - 6 - max(len(name) for names in groups.values() for name in names)
        )
        for heading, commands in groups.items():
            with formatter.section(heading):
                formatter.write_dl(
                    [(name, one.get_short_help_str(width)) for name, one in commands.items()]
                )

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        module = self._later.get(cmd_name)
        if module is None:
            return super().get_command(ctx, cmd_name)
        try:
            found = typer.main.get_command(import_module(module).app)
        except ModuleNotFoundError as error:
            found = typer.main.get_command(_not_installed(cmd_name, str(error.name)))
        found.name = cmd_name
        return found


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
    # Plain: it fits into 80 columns, and names no type beside a flag.
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("init")(init.init_command)
environments.register(app)
app.command("import-tfvars")(import_tfvars.import_tfvars_command)
app.command("lint")(lint.lint_command)
rollout.register(app)
deployed.register(app)
app.command("run")(task_runs.run_command)
app.command("logs")(task_runs.logs_command)
app.command("tasks")(task_runs.tasks_command)
doctor.register(app)
app.command("show")(show.show_command)
app.command("cost")(cost.cost_command)
app.add_typer(plugins.app, name="plugins")


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
