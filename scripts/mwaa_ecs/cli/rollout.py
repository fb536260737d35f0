"""`mwaa-ecs plan`, `apply` and `destroy`: commands that roll an environment out."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from mwaa_ecs.cli.asking import (
    ask,
    look_before_a_new_state,
    new_state_data,
    print_dangers,
    print_new_state,
)
from mwaa_ecs.cli.git_ignored import advise_ignoring
from mwaa_ecs.cli.lint import stop_at_findings, warn_of_other_versions
from mwaa_ecs.cli.output import clear_errors, console
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
from mwaa_ecs.errors import OperationError
from mwaa_ecs.lint import lint
from mwaa_ecs.plan import Plan

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
_NewState = Annotated[
    bool,
    typer.Option(
        "--new-state",
        help="Create the environment's state. Required if none exists, and there is no "
        "terminal to ask on.",
    ),
]


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
        looked = look_before_a_new_state(workspace, saved)
        if out is not None:
            advise_ignoring([out])
        print_new_state(workspace, looked)
        if as_json:
            plan_file = str(saved.path) if out else None
            data = {**plan_data(saved.plan), **new_state_data(looked), "plan_file": plan_file}
            print_json(name, caller, data)
        else:
            print_plan(console, saved.plan)
            print_dangers(saved.plan)
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
    new_state: _NewState = False,
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
            new_state=new_state,
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
    """Show what would be destroyed, ask, and destroy that.

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
    # With the values, what main.tf computes from a variable without a type is checked too.
    warn_of_other_versions(folder, fetched)
    stop_at_findings(lint(folder, fetched, [workspace.var_file]))


def _roll_out(
    workspace: Workspace,
    caller: Caller,
    saved: SavedPlan,
    *,
    auto_approve: bool,
    confirm: str | None,
    as_json: bool,
    new_state: bool = False,
    next_step: str = "",
) -> None:
    name = workspace.environment.name
    if not as_json:
        print_plan(console, saved.plan)
    _stop_at_failed_checks(saved.plan)
    if saved.has_changes:
        ask(
            workspace,
            saved,
            auto_approve=auto_approve,
            confirm=confirm,
            new_state=new_state,
            quiet=as_json,
        )
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


def _stop_at_failed_checks(plan: Plan) -> None:
    if plan.failed_checks:
        failed = "; ".join(plan.failed_checks)
        raise OperationError(f"the plan's checks failed, so nothing is applied: {failed}")
