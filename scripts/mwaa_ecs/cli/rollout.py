"""`mwaa-ecs plan`, `apply`, `destroy`, `drift` and `output`: an environment rolled out."""

from __future__ import annotations

import json
import os
import re
import shlex
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from mwaa_ecs.cli.apply_progress import ApplyProgress
from mwaa_ecs.cli.environments import note_unchecked
from mwaa_ecs.cli.git_ignored import advise_ignoring
from mwaa_ecs.cli.lint import stop_at_findings
from mwaa_ecs.cli.output import clear_errors, console, errors, write_out
from mwaa_ecs.cli.outputs import find_output
from mwaa_ecs.cli.plan_table import plan_data, print_plan, shown_change, summary
from mwaa_ecs.environments import Environment, EnvironmentFolder, Module, find_module
from mwaa_ecs.environments.fetched_types import fetched_modules
from mwaa_ecs.errors import OperationError, UserError
from mwaa_ecs.lint import lint
from mwaa_ecs.plan import Plan, dangers
from mwaa_ecs.rollout.drift import find_drift
from mwaa_ecs.terraform import VARIABLE_PREFIX

if TYPE_CHECKING:
    # botocore takes a third of a second to import.
    from mwaa_ecs.rollout.caller import Caller
    from mwaa_ecs.rollout.workspace import SavedPlan, Workspace

DRIFTED = 3

_Name = Annotated[str, typer.Argument(metavar="ENV", help="The environment, e.g. dev.")]
_Folder = Annotated[
    Path, typer.Option("--dir", metavar="DIR", help="The folder with the environments' YAML.")
]
_Module = Annotated[
    Path | None,
    typer.Option(
        "--module",
        metavar="DIR",
        help="The folder with your main.tf. Default: the nearest one upwards from --dir.",
    ),
]
_Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON on stdout.")]
_AutoApprove = Annotated[
    bool, typer.Option("--auto-approve", help="Do not ask. For CI, after a plan was read.")
]
_Confirm = Annotated[
    str | None,
    typer.Option(
        metavar="ENV",
        help="The environment's name again: the second look, where something that DAGs use "
        "is destroyed or replaced and nobody can be asked.",
    ),
]
_LockTimeout = Annotated[
    str | None,
    typer.Option(
        metavar="TIME",
        help="Wait so long for a lock on the state that somebody else holds, e.g. 10m.",
    ),
]
_DEFAULT = Path("environments")
_TIME = re.compile(r"\d+(s|m|h)")


def register(app: typer.Typer) -> None:
    """Add the commands to the console command."""
    for name, command in (
        ("plan", plan_command),
        ("apply", apply_command),
        ("destroy", destroy_command),
        ("drift", drift_command),
        ("output", output_command),
    ):
        app.command(name)(command)


def plan_command(
    name: _Name,
    folder: _Folder = _DEFAULT,
    module: _Module = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Keep the plan there, for apply --plan FILE."),
    ] = None,
    lock_timeout: _LockTimeout = None,
    as_json: _Json = False,
) -> None:
    """Show what apply would do to an environment.

    Example: mwaa-ecs plan dev --out dev.plan
    """
    opened = _opened("plan", name, folder, module, lock_timeout)
    with clear_errors(), opened as (workspace, caller):
        _stop_at_dropped_attributes(workspace)
        saved = workspace.plan(out)
        if out is not None:
            advise_ignoring([out])
        if as_json:
            plan_file = str(saved.path) if out else None
            _print_json(name, caller, {**plan_data(saved.plan), "plan_file": plan_file})
        else:
            print_plan(console, saved.plan)
            for danger in dangers(saved.plan):
                _print_danger(danger.address, danger.action, danger.means)
        _stop_at_failed_checks(saved.plan)


def apply_command(
    name: _Name,
    folder: _Folder = _DEFAULT,
    module: _Module = None,
    plan: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Apply this plan, made by plan --out.")
    ] = None,
    auto_approve: _AutoApprove = False,
    confirm: _Confirm = None,
    lock_timeout: _LockTimeout = None,
    as_json: _Json = False,
) -> None:
    """Plan, show the plan, ask, and apply exactly that plan.

    Example: mwaa-ecs apply dev
    """
    opened = _opened("apply", name, folder, module, lock_timeout)
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
    name: _Name,
    folder: _Folder = _DEFAULT,
    module: _Module = None,
    auto_approve: _AutoApprove = False,
    confirm: _Confirm = None,
    lock_timeout: _LockTimeout = None,
    as_json: _Json = False,
) -> None:
    """Show all that would be destroyed, ask, and destroy exactly that.

    Example: mwaa-ecs destroy dev
    """
    opened = _opened("destroy", name, folder, module, lock_timeout)
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


def drift_command(
    name: _Name,
    folder: _Folder = _DEFAULT,
    module: _Module = None,
    lock_timeout: _LockTimeout = None,
    as_json: _Json = False,
) -> None:
    """Print what in AWS differs from the files.

    Ends with 3 if anything does, else with 0.

    Example: mwaa-ecs drift dev
    """
    opened = _opened("drift", name, folder, module, lock_timeout)
    with clear_errors(), opened as (workspace, caller):
        found = find_drift(workspace.plan().plan)
        if as_json:
            _print_json(
                name, caller, {"drifted": bool(found), "drift": list(map(asdict, found))}
            )
        for drift in found if not as_json else []:
            console.print(f"[bold]{escape(drift.address)}[/]: {drift.what}", soft_wrap=True)
            for line in drift.rights:
                console.print(f"    after apply, {escape(line)}", soft_wrap=True)
            for attribute, (now, wanted) in drift.attributes.items():
                if drift.rights and attribute == "policy":
                    continue
                line = f"    {attribute}: {shown_change(now, wanted)}"
                console.print(escape(line), soft_wrap=True)
            for attribute in drift.hidden:
                console.print(f"    {escape(attribute)}: not shown (sensitive)", soft_wrap=True)
        if found:
            raise typer.Exit(DRIFTED)
        if not as_json:
            console.print(f"{escape(name)} matches the files.")


def output_command(
    name: _Name,
    output: Annotated[
        str | None,
        typer.Argument(
            metavar="OUTPUT", help="One output, or a value in it, e.g. dag_snippet.nightly."
        ),
    ] = None,
    folder: _Folder = _DEFAULT,
    module: _Module = None,
    show_sensitive: Annotated[
        bool, typer.Option("--show-sensitive", help="Print sensitive outputs too.")
    ] = False,
    as_json: _Json = False,
) -> None:
    """Print an environment's outputs, or one of them as it is.

    Sensitive outputs are left out without --show-sensitive.

    Example: mwaa-ecs output dev dag_snippet.nightly
    """
    with clear_errors(), _opened("output", name, folder, module) as (workspace, _):
        outputs = workspace.outputs()
        if output is not None:
            value = find_output(outputs, output, show_sensitive=show_sensitive)
            if as_json or not isinstance(value, str):
                _write_json(value)
            else:
                write_out(value if value.endswith("\n") else f"{value}\n")
            return
        shown = {
            key: output.value
            for key, output in outputs.items()
            if show_sensitive or not output.sensitive
        }
        hidden = sorted(outputs.keys() - shown.keys())
        if hidden:
            errors.print(
                f"not shown: {escape(', '.join(hidden))} (sensitive); --show-sensitive does",
                soft_wrap=True,
            )
        if as_json:
            _write_json(shown)
            return
        if not outputs:
            console.print(f"{escape(name)} has no outputs: it is not rolled out yet.")
        for key, value in shown.items():
            text = value if isinstance(value, str) else json.dumps(value, indent=2)
            console.print(f"[bold]{escape(key)}[/] = {escape(text)}", soft_wrap=True)


@contextmanager
def _opened(
    command: str,
    name: str,
    folder: Path,
    module: Path | None,
    lock_timeout: str | None = None,
) -> Iterator[tuple[Workspace, Caller]]:
    """Read the environment, see who is calling, and make Terraform ready."""
    import boto3

    from mwaa_ecs.rollout.caller import find_caller
    from mwaa_ecs.rollout.workspace import Workspace

    if lock_timeout is not None and not _TIME.fullmatch(lock_timeout):
        raise UserError(
            f"--lock-timeout: {lock_timeout!r} is not a time; expected a number and s, m or h, "
            "e.g. 10m"
        )
    found = find_module(module, folder)
    environments = EnvironmentFolder(folder, found)
    environment: Environment = environments.load([name], for_run=True)[0]
    note_unchecked(environments)
    caller = find_caller(name, environment.settings, boto3.Session, os.environ)
    settings = environment.settings
    errors.print(
        f"[bold]{escape(name)}[/]: account {caller.account_id}, {settings.region}, "
        f"state {escape(settings.backend.identity)}",
        soft_wrap=True,
    )
    _warn_of_unused(found)
    progress = ApplyProgress()
    with (
        closing(progress),
        Workspace(
            environment,
            folder / f"{name}.yaml",
            found,
            caller=caller,
            command=command,
            on_event=progress.event,
            lock_timeout=lock_timeout,
        ) as workspace,
    ):
        progress.show("terraform init")
        workspace.init()
        yield workspace, caller


def _stop_at_dropped_attributes(workspace: Workspace) -> None:
    folder, name = workspace.module.folder, workspace.environment.name
    fetched = fetched_modules(folder, name, for_run=True)
    stop_at_findings(lint(folder, fetched, variables_are_checked=True))


def _warn_of_unused(module: Module) -> None:
    """Print the `TF_VAR_` variables of the shell, which Terraform does not get."""
    given = sorted(VARIABLE_PREFIX + name for name in module.variables)
    unused = [name for name in given if name in os.environ]
    if unused:
        errors.print(
            f"not used: {escape(', '.join(unused))}; values come from the YAML alone",
            soft_wrap=True,
        )


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
        _print_json(name, caller, data)
    elif saved.has_changes:
        console.print(f"[green]Done:[/] {summary(saved.plan)}")
        if next_step:
            console.print(f"Next: {escape(next_step)}", soft_wrap=True)


def _next_step(name: str, folder: Path, module: Path | None) -> str:
    words = ["mwaa-ecs", "output", name]
    words += ["--dir", str(folder)] if folder != _DEFAULT else []
    words += ["--module", str(module)] if module is not None else []
    return f"{shlex.join(words)} prints the names that your DAGs need, and snippets of DAGs"


def _ask(
    name: str, plan: Plan, *, auto_approve: bool, confirm: str | None, quiet: bool
) -> None:
    """Ask whether to go on; once more where something that DAGs use goes.

    Raises:
        UserError: the answer is no, or nobody can be asked.
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
        said = "; ".join(plan.failed_checks)
        raise OperationError(f"the plan's checks do not hold, so nothing is applied: {said}")


def _print_danger(address: str, action: str, means: str) -> None:
    errors.print(f"[bold red]{action}:[/] {escape(address)}: {escape(means)}", soft_wrap=True)


def _print_json(name: str, caller: Caller, data: dict[str, Any]) -> None:
    head = {"environment": name, "account_id": caller.account_id}
    _write_json({**head, **data})


def _write_json(data: object) -> None:
    write_out(json.dumps(data, indent=2, ensure_ascii=False) + "\n")
