"""`mwaa-ecs plan`, `apply` and `destroy`: commands that roll an environment out."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from mwaa_ecs.cli.git_ignored import advise_ignoring
from mwaa_ecs.cli.lint import stop_at_findings
from mwaa_ecs.cli.output import clear_errors, console, errors
from mwaa_ecs.cli.plan_table import plan_data, print_plan, summary
from mwaa_ecs.cli.workspace import (
    DEFAULT_FOLDER,
    EnvironmentName,
    Folder,
    Json,
    LockTimeout,
    ModuleFolder,
    opened_workspace,
    print_json,
)
from mwaa_ecs.environments.fetched_types import fetched_modules
from mwaa_ecs.errors import OperationError, UserError
from mwaa_ecs.lint import lint
from mwaa_ecs.plan import Plan, dangers

if TYPE_CHECKING:
    # botocore takes a third of a second to import.
    from mwaa_ecs.rollout.caller import Caller
    from mwaa_ecs.rollout.workspace import SavedPlan, Workspace

_AutoApprove = Annotated[
    bool,
    typer.Option("--auto-approve", help="Do not ask. For CI, after somebody read the plan."),
]
_Confirm = Annotated[
    str | None,
    typer.Option(
        metavar="ENV",
        help="The environment's name again. Required if something that DAGs use is destroyed "
        "or replaced, and there is no terminal to ask on.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands to the console command."""
    for name, command in (
        ("plan", plan_command),
        ("apply", apply_command),
        ("destroy", destroy_command),
    ):
        app.command(name)(command)


def plan_command(
    name: EnvironmentName,
    folder: Folder = DEFAULT_FOLDER,
    module: ModuleFolder = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Keep the plan there, for apply --plan FILE."),
    ] = None,
    lock_timeout: LockTimeout = None,
    as_json: Json = False,
) -> None:
    """Show what apply would do to an environment.

    Example: mwaa-ecs plan dev --out dev.plan
    """
    opened = opened_workspace("plan", name, folder, module, lock_timeout)
    with clear_errors(), opened as (workspace, caller):
        _stop_at_dropped_attributes(workspace)
        saved = workspace.plan(out)
        if out is not None:
            advise_ignoring([out])
        if as_json:
            plan_file = str(saved.path) if out else None
            print_json(name, caller, {**plan_data(saved.plan), "plan_file": plan_file})
        else:
            print_plan(console, saved.plan)
            for danger in dangers(saved.plan):
                _print_danger(danger.address, danger.action, danger.means)
        _stop_at_failed_checks(saved.plan)


def apply_command(
    name: EnvironmentName,
    folder: Folder = DEFAULT_FOLDER,
    module: ModuleFolder = None,
    plan: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Apply this plan, made by plan --out.")
    ] = None,
    auto_approve: _AutoApprove = False,
    confirm: _Confirm = None,
    lock_timeout: LockTimeout = None,
    as_json: Json = False,
) -> None:
    """Plan, show the plan, ask, and apply exactly that plan.

    Example: mwaa-ecs apply dev
    """
    opened = opened_workspace("apply", name, folder, module, lock_timeout)
    with clear_errors(), opened as (workspace, caller):
        if plan is None:
            _stop_at_dropped_attributes(workspace)
        saved = workspace.read(plan) if plan is not None else workspace.plan()
        _roll_out(
            workspace,
            caller,
            saved,
            auto_approve=auto_approve,
            confirm=confirm,
            as_json=as_json,
            next_step=_next_step(name, folder, module),
        )


def destroy_command(
    name: EnvironmentName,
    folder: Folder = DEFAULT_FOLDER,
    module: ModuleFolder = None,
    auto_approve: _AutoApprove = False,
    confirm: _Confirm = None,
    lock_timeout: LockTimeout = None,
    as_json: Json = False,
) -> None:
    """Show all that would be destroyed, ask, and destroy exactly that.

    Example: mwaa-ecs destroy dev
    """
    opened = opened_workspace("destroy", name, folder, module, lock_timeout)
    with clear_errors(), opened as (workspace, caller):
        saved = workspace.plan(destroy=True)
        _roll_out(
            workspace,
            caller,
            saved,
            auto_approve=auto_approve,
            confirm=confirm,
            as_json=as_json,
        )


def _stop_at_dropped_attributes(workspace: Workspace) -> None:
    folder, name = workspace.module.folder, workspace.environment.name
    fetched = fetched_modules(folder, name, for_run=True)
    stop_at_findings(lint(folder, fetched, variables_are_checked=True))


def _roll_out(
    workspace: Workspace,
    caller: Caller,
    saved: SavedPlan,
    *,
    auto_approve: bool,
    confirm: str | None,
    as_json: bool,
    next_step: str = "",
) -> None:
    name = workspace.environment.name
    if not as_json:
        print_plan(console, saved.plan)
    _stop_at_failed_checks(saved.plan)
    if saved.has_changes:
        _ask(name, saved.plan, auto_approve=auto_approve, confirm=confirm, quiet=as_json)
        workspace.apply(saved)
        backend = workspace.environment.settings.backend
        if backend.type == "local":
            advise_ignoring([workspace.module.folder / backend.identity])
    if as_json:
        data = {**plan_data(saved.plan), "applied": bool(saved.has_changes)}
        outputs = workspace.outputs()
        data["outputs"] = {k: v.value for k, v in outputs.items() if not v.sensitive}
        data["outputs_not_shown"] = sorted(k for k, v in outputs.items() if v.sensitive)
        print_json(name, caller, data)
    elif saved.has_changes:
        console.print(f"[green]Done:[/] {summary(saved.plan)}")
        if next_step:
            console.print(f"Next: {escape(next_step)}", soft_wrap=True)


def _next_step(name: str, folder: Path, module: Path | None) -> str:
    words = ["mwaa-ecs", "output", name]
    words += ["--dir", str(folder)] if folder != DEFAULT_FOLDER else []
    words += ["--module", str(module)] if module is not None else []
    return f"{shlex.join(words)} prints the names that your DAGs need, and snippets of DAGs"


def _ask(
    name: str, plan: Plan, *, auto_approve: bool, confirm: str | None, quiet: bool
) -> None:
    """Ask whether to go on, and for the name if something that DAGs use is destroyed.

    Raises:
        UserError: The answer is no, or there is no terminal to ask on.
    """
    found = dangers(plan)
    for danger in found:
        _print_danger(danger.address, danger.action, danger.means)
    can_ask = not quiet and _can_ask()
    if confirm is not None and confirm != name:
        raise UserError(f"--confirm {confirm}: this is {name}; nothing was changed")
    if found and confirm is None:
        if auto_approve or not can_ask:
            raise UserError(
                f"{len(found)} things that DAGs may use would be destroyed or replaced; look "
                f"at them, then add --confirm {name}. Nothing was changed"
            )
        if typer.prompt(f"Type the environment's name ({name}) to go on") != name:
            raise UserError(f"that is not {name!r}; nothing was changed")
        return
    if auto_approve:
        return
    if not can_ask:
        raise UserError(
            "there is no terminal to ask on; add --auto-approve. Nothing was changed"
        )
    if not typer.confirm(f"Apply this to {name}?"):
        raise UserError("nothing was changed")


def _can_ask() -> bool:
    return sys.stdin.isatty()


def _stop_at_failed_checks(plan: Plan) -> None:
    if plan.failed_checks:
        failed = "; ".join(plan.failed_checks)
        raise OperationError(f"the plan's checks failed, so nothing is applied: {failed}")


def _print_danger(address: str, action: str, means: str) -> None:
    errors.print(f"[bold red]{action}:[/] {escape(address)}: {escape(means)}", soft_wrap=True)
