"""Questions that a user must confirm before an apply."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer
from rich.markup import escape

from mwaa_ecs.cli.output import errors
from mwaa_ecs.errors import UserError
from mwaa_ecs.plan import Plan, dangers

if TYPE_CHECKING:
    # botocore takes a third of a second to import.
    from mwaa_ecs.rollout.existing import Looked
    from mwaa_ecs.rollout.workspace import SavedPlan, Workspace


def look_before_a_new_state(workspace: Workspace, saved: SavedPlan) -> Looked | None:
    """Return what exists of all that a plan creates; None where its state exists already."""
    if not (saved.begins_state and saved.has_changes):
        return None
    return workspace.look_for_existing(saved.plan)


def new_state_data(looked: Looked | None) -> dict[str, Any]:
    """Return for a machine whether a plan begins a state, and what exists already."""
    return {
        "new_state": looked is not None,
        "exists_already": [asdict(one) for one in looked.found] if looked else [],
        "not_looked_up": list(looked.unknown) if looked else [],
    }


def print_new_state(workspace: Workspace, looked: Looked | None) -> None:
    """Print that no state exists yet, and what exists of all that the plan creates."""
    if looked is None:
        return
    name, backend = workspace.environment.name, workspace.environment.settings.backend
    errors.print(
        f"[bold yellow]new state:[/] no state exists at {escape(backend.identity)}; apply "
        f"would create one. If {escape(name)} is rolled out already, its state is elsewhere: "
        "correct backend in the YAML",
        soft_wrap=True,
    )
    for one in looked.found:
        errors.print(f"[bold red]exists already:[/] {escape(str(one))}", soft_wrap=True)
    if looked.unknown:
        errors.print(
            f"[yellow]not looked up:[/] whether there is a {escape(', '.join(looked.unknown))} "
            "of these names already",
            soft_wrap=True,
        )


def print_dangers(plan: Plan) -> None:
    """Print what a plan destroys or replaces, and what that means for DAGs."""
    for danger in dangers(plan):
        errors.print(
            f"[bold red]{danger.action}:[/] {escape(danger.address)}: {escape(danger.means)}",
            soft_wrap=True,
        )


def ask(
    workspace: Workspace,
    saved: SavedPlan,
    *,
    auto_approve: bool,
    confirm: str | None,
    new_state: bool,
    quiet: bool,
) -> None:
    """Ask whether to go on; once more where a state begins, or something that DAGs use goes.

    Args:
        workspace: the environment.
        saved: the plan to be applied.
        auto_approve: whether the plan itself needs no question.
        confirm: the environment's name, given as the second look.
        new_state: whether the plan may begin a state.
        quiet: whether nobody can be asked.

    Raises:
        UserError: the answer is no, or nobody can be asked.
    """
    name = workspace.environment.name
    looked = look_before_a_new_state(workspace, saved)
    print_new_state(workspace, looked)
    print_dangers(saved.plan)
    if confirm is not None and confirm != name:
        raise UserError(f"--confirm {confirm}: this is {name}; nothing was changed")
    if new_state and looked is None:
        errors.print(
            f"[yellow]not needed:[/] --new-state: the state of {escape(name)} exists; leave it "
            "out, so that a wrong backend is noticed",
            soft_wrap=True,
        )
    can_ask = not (auto_approve or quiet) and can_be_asked()
    doubts = _doubts(workspace, saved, looked, new_state=new_state, confirmed=bool(confirm))
    if doubts and not can_ask:
        if not auto_approve:
            doubts.append("There is no terminal to ask on, so add --auto-approve too")
        raise UserError(f"{'. '.join(doubts)}. Nothing was changed")
    if doubts:
        if typer.prompt(f"Type the environment's name ({name}) to go on") != name:
            raise UserError(f"that is not {name!r}; nothing was changed")
        return
    seen_twice = confirm is not None and (dangers(saved.plan) or (looked and looked.found))
    if auto_approve or seen_twice:
        return
    if not can_ask:
        raise UserError(
            "there is no terminal to ask on; add --auto-approve. Nothing was changed"
        )
    if not typer.confirm(f"Apply this to {name}?"):
        raise UserError("nothing was changed")


def _doubts(
    workspace: Workspace,
    saved: SavedPlan,
    looked: Looked | None,
    *,
    new_state: bool,
    confirmed: bool,
) -> list[str]:
    """Return why a yes is not enough, each with the option that answers it."""
    name, backend = workspace.environment.name, workspace.environment.settings.backend
    found = []
    if looked is not None and not new_state:
        found.append(
            f"no state exists at {backend.identity}. For the first rollout of {name}, add "
            "--new-state. If it is rolled out already, correct backend in the YAML"
        )
    if looked is not None and looked.found and not confirmed:
        found.append(
            f"{len(looked.found)} things that would be created exist already. Name the state "
            f"that owns them in backend, import them, or delete them; to go on as it is, add "
            f"--confirm {name}"
        )
    gone = dangers(saved.plan)
    if gone and not confirmed:
        found.append(
            f"{len(gone)} things that DAGs may use would be destroyed or replaced; look at "
            f"them, then add --confirm {name}"
        )
    return found


def can_be_asked() -> bool:
    """Return whether a person is at the terminal."""
    return sys.stdin.isatty()
