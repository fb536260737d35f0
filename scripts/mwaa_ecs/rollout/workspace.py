"""Runs Terraform for an environment, which has its own working folder and state."""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mwaa_ecs.environments.fetched_types import data_folder, work_folder
from mwaa_ecs.environments.folder import Environment
from mwaa_ecs.environments.module import Module
from mwaa_ecs.environments.settings import BACKENDS, Backend
from mwaa_ecs.errors import OperationError, UserError
from mwaa_ecs.files import make_folder, write_whole
from mwaa_ecs.plan import Plan
from mwaa_ecs.rollout.caller import Caller
from mwaa_ecs.rollout.existing import Looked, find_existing
from mwaa_ecs.rollout.plan_contents import check_contents
from mwaa_ecs.rollout.plan_file import begins_a_state, check_stamp, purpose, stamp
from mwaa_ecs.rollout.remedies import Remedies
from mwaa_ecs.rollout.runs import Recorder, Run
from mwaa_ecs.rollout.state_memory import (
    Remembered,
    forget,
    orphans,
    recall,
    refuse_a_move,
    refuse_orphans,
    remember,
)
from mwaa_ecs.rollout.unfinished import UnfinishedRuns
from mwaa_ecs.rollout.value_files import refuse_other_values
from mwaa_ecs.terraform import ERRORED, Event, Output, Terraform, provider_variables

RUNS = "runs"


@dataclass(frozen=True)
class SavedPlan:
    """A plan in a file, and its content.

    Attributes:
        path: The plan's file.
        plan: Its content.
        has_changes: Whether apply would change anything.
        begins_state: Whether no state existed when the plan was made.
    """

    path: Path
    plan: Plan
    has_changes: bool
    begins_state: bool


class Workspace:
    """Terraform for one environment. The files of the command are deleted when `with` ends.

    Every method raises OperationError if Terraform fails or is interrupted.

    Args:
        environment: The environment to roll out.
        source: Its YAML file.
        module: The root configuration that has its variables.
        caller: The identity that calls AWS.
        command: Name of the command, which the next command finds if this one is killed.
        on_event: Called with what Terraform does, and with unfinished runs.
        lock_timeout: How long to wait for a lock that somebody else holds, e.g. `10m`.

    Raises:
        UserError: The module's `backend` block is of another kind than the environment's, its
            folder has files of values besides the YAML, or the state would be left behind.
    """

    def __init__(
        self,
        environment: Environment,
        source: Path,
        module: Module,
        *,
        caller: Caller,
        command: str,
        on_event: Callable[[Event], None],
        lock_timeout: str | None = None,
    ) -> None:
        self.environment = environment
        self.module = module
        self._caller = caller
        self._source = source
        name, backend = environment.name, environment.settings.backend
        _check_backend(name, module, backend)
        refuse_other_values(module)
        self._data = data_folder(module.folder, name)
        self.folder = self._data.parent
        self._top = self.folder.parent
        self._state = Remembered(
            backend.identity, bool(module.backend), os.path.relpath(source, module.folder)
        )
        refuse_a_move(name, self.folder, self._state)
        work_folder(module.folder)
        # Plans and values hold secrets.
        make_folder(self.folder, private=True)
        self._run = Run.begin(
            self.folder / RUNS,
            command=command,
            environment=name,
            account_id=caller.account_id,
            caller=caller.arn,
        )
        stateless = backend.type == "local" and not module.backend
        self._terraform = Terraform(
            module.folder,
            environ={
                **provider_variables(self._top),
                **caller.environ,
                "TF_DATA_DIR": str(self._data),
            },
            on_event=on_event,
            state=Path(str(backend.settings["path"])) if stateless else None,
            lock_timeout=lock_timeout,
            recorder=Recorder(self._run, module.folder),
        )
        self._remedies = Remedies(
            name, backend, has_block=bool(module.backend), command=self._command
        )
        self._unfinished = UnfinishedRuns(
            self.folder / RUNS,
            module=module.folder,
            state=self._terraform.state_folder,
            remedies=self._remedies,
            tell=on_event,
        )

    def __enter__(self) -> Workspace:
        return self

    def __exit__(self, *_: object) -> None:
        self._run.close()

    @property
    def var_file(self) -> Path:
        """The rendered variables that this workspace plans with."""
        return self.folder / f"{self.environment.name}.tfvars.json"

    def init(self) -> None:
        """Wait for unfinished runs, fetch modules and providers, and connect to the state.

        Raises:
            UserError: The folder has a state that Terraform could not save.
        """
        if self._unfinished.catch_up():
            forget(self.folder)
        errored = self.module.folder / ERRORED
        if errored.is_file() and errored.stat().st_size:
            raise UserError(
                f"{errored} holds a state that Terraform could not save, and to go on without "
                "it would lose what it knows. See whose it is, put it back with\n"
                f"{self._remedies.put_back(str(errored))}\nand then delete it"
            )
        write_whole(self.var_file, self.environment.tfvars, private=True)
        config = None
        if self.module.backend:
            config = self.folder / f"{self.environment.name}.tfbackend"
            write_whole(config, backend_text(self.environment.settings.backend), private=True)
        elif self.environment.settings.backend.type == "local":
            make_folder(Path(str(self.environment.settings.backend.settings["path"])).parent)
        with self._remedies:
            self._terraform.init(backend_config=config)
            self._unfinished.tell_what_is_lost(self._terraform, self._command, self.var_file)

    def plan(self, out: Path | None = None, *, destroy: bool = False) -> SavedPlan:
        """Plan, and save the plan for this run, or in `out` to apply it later.

        Raises:
            UserError: `out` is a folder or is in none, or the environment was renamed and its
                old state would be left behind.
        """
        if out is not None and (out.is_dir() or not out.absolute().parent.is_dir()):
            why = "is a folder" if out.is_dir() else "lies in a folder that does not exist"
            raise UserError(f"--out: {str(out)!r} {why}; name a file")
        if not destroy:
            self._refuse_orphans()
        path = self._run.new_plan()
        with self._remedies:
            changes = self._terraform.plan(path, var_file=self.var_file, destroy=destroy)
            # This plan had the lock, so no unfinished run holds it.
            self._unfinished.remove()
            plan = Plan(self._terraform.show(path))
        begins_state = not destroy and begins_a_state(path)
        stamp(path, purpose(self.environment.name, self.environment.settings))
        if plan.raw.get("prior_state", {}).get("values"):
            remember(self.folder, self._state)
        if out is not None:
            write_whole(out.absolute(), path.read_bytes(), private=True)
            path = out.absolute()
        return SavedPlan(path, plan, changes, begins_state)

    def read(self, path: Path) -> SavedPlan:
        """Read a saved plan. A copy is applied, so later changes of the file have no effect.

        Raises:
            UserError: The file does not exist, or the plan is not for this environment.
        """
        if not path.is_file():
            raise UserError(f"--plan: there is no file {str(path)!r}; make it with plan --out")
        copy = self._run.new_plan()
        try:
            copy.write_bytes(path.read_bytes())
        except OSError as error:
            raise OperationError(f"--plan: {path} cannot be read: {error.strerror}") from None
        check_stamp(copy, purpose(self.environment.name, self.environment.settings), path)
        with self._remedies:
            plan = Plan(self._terraform.show(copy))
        check_contents(copy, plan.raw, self.environment, bool(self.module.backend), path)
        with self._remedies:
            # A plan may be older than the state; Terraform then says that it is stale.
            begins_state = begins_a_state(copy) and not self._terraform.state_addresses()
        return SavedPlan(copy, plan, plan.raw.get("applyable", True), begins_state)

    def apply(self, saved: SavedPlan) -> None:
        """Apply a saved plan."""
        # The record comes first, because the apply can be killed.
        remember(self.folder, self._state)
        self._run.note(empties=not saved.plan.resources)
        with self._remedies:
            self._terraform.apply(saved.path)
        self._unfinished.remove()
        if not saved.plan.resources:
            forget(self.folder)

    def look_for_existing(self, plan: Plan) -> Looked:
        """Return what a plan would create and what exists in the account already."""
        return find_existing(plan, self._caller.client)

    def outputs(self) -> dict[str, Output]:
        """Return the outputs by name."""
        with self._remedies:
            return self._terraform.output()

    def state(self) -> dict[str, Any]:
        """Return the state as `terraform show -json` gives it."""
        with self._remedies:
            return self._terraform.show()

    def _refuse_orphans(self) -> None:
        found = orphans(self._top, self.folder, self.module.folder, self._state)
        if not found or recall(self.folder) is not None:
            return
        with self._remedies:
            begun = bool(self._terraform.state_addresses())
        if not begun:
            refuse_orphans(self.environment.name, self._top, self._source, found)

    def _command(self, *words: str) -> str:
        """Return a command line that runs Terraform as it is run here, to copy."""
        given = self._caller.environ
        variables = {"TF_DATA_DIR": str(self._data)}
        for name in ("AWS_REGION", "AWS_PROFILE"):
            value = given.get(name)
            if value is not None:
                variables[name] = value
        where = shlex.quote(str(self.module.folder))
        settings = " ".join(f"{name}={shlex.quote(value)}" for name, value in variables.items())
        line = f"  (cd {where} && {settings} terraform {shlex.join(words)})"
        if given.get("AWS_SECRET_ACCESS_KEY"):
            line += f"\nwith credentials of {self._caller.arn}"
        return line


def backend_text(backend: Backend) -> str:
    """Return a backend's settings as `terraform init -backend-config=FILE` reads them."""
    settings = dict(backend.settings)
    role_arn = settings.pop("role_arn", None)
    lines = [f"{name} = {json.dumps(value)}" for name, value in sorted(settings.items())]
    if role_arn is not None:
        lines.append(f"assume_role = {{ role_arn = {json.dumps(role_arn)} }}")
    return "\n".join(lines) + "\n"


def _check_backend(name: str, module: Module, backend: Backend) -> None:
    if backend.type == (module.backend or "local"):
        return
    if module.backend and module.backend not in BACKENDS:
        block = (
            "a cloud block" if module.backend == "cloud" else f"the backend {module.backend}"
        )
        raise UserError(
            f"{name}: {module.folder} declares {block}, and mwaa-ecs rolls out with "
            f"{' or '.join(BACKENDS)} alone; write the values with mwaa-ecs render, and run "
            "Terraform as you do today (docs/environments.md, Only render)"
        )
    if backend.type == "s3" and not module.backend:
        raise UserError(
            f"{name}: backend.type is s3, but {module.folder} declares no backend; write "
            'into one of its .tf files: terraform { backend "s3" {} }'
        )
    raise UserError(
        f"{name}: backend.type is {backend.type}, but {module.folder} declares the backend "
        f"{module.backend!r}; make them the same"
    )
