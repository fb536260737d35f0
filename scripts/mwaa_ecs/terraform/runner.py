"""Runs Terraform: a small typed class over python-terraform.

python-terraform builds the command lines. `process.py` runs them, because python-terraform
shows output only at the end, takes no environment and does not pass Ctrl-C on. Its other quirks
are listed in docs/terraform.md and pinned by tests/unit/terraform/test_quirks.py.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from python_terraform import IsFlagged, IsNotFlagged

from mwaa_ecs.terraform.binary import find_terraform
from mwaa_ecs.terraform.errors import TerraformError, TerraformInterrupted
from mwaa_ecs.terraform.process import CommandLine, Event, Finished, Recorder
from mwaa_ecs.terraform.rescue import rescue
from mwaa_ecs.terraform.shell_variables import variables_to_unset


@dataclass(frozen=True)
class Output:
    """An output's value, and whether it must not be shown."""

    value: Any
    sensitive: bool = False


def _ignore(_: Event) -> None:
    """Ignore an event."""


class Terraform:
    """Runs Terraform in one folder.

    Each method raises TerraformError when Terraform fails, and TerraformInterrupted after a
    request to end (Ctrl-C; SIGTERM and SIGHUP where this process handles them), once Terraform
    has ended. The error names the file of a state that Terraform could not save.

    Args:
        folder: the folder with the configuration; state and `.terraform` go there too.
        environ: added to this process's environment; None as a value unsets a variable. The
            names that `variables_to_unset` returns are always unset.
        on_event: called with each machine-readable event of plan, apply and destroy.
        program: the Terraform to run; found on PATH when not given.
        state: the state's file, for a configuration that declares no backend.
        lock_timeout: how long to wait for a lock that somebody else holds, e.g. `10m`.
        recorder: keeps the commands' output, so that a later process can read how they ended.
        ends_with_us: whether a command is killed when this process ends, even by a `kill -9`.
            Otherwise it goes on and ends by itself.

    Raises:
        UserError: Terraform is missing or too old.
    """

    def __init__(
        self,
        folder: Path,
        *,
        environ: Mapping[str, str | None] | None = None,
        on_event: Callable[[Event], None] = _ignore,
        program: Path | None = None,
        state: Path | None = None,
        lock_timeout: str | None = None,
        recorder: Recorder | None = None,
        ends_with_us: bool = False,
    ) -> None:
        self.folder = folder
        self._state = None if state is None else str(state)
        self._beside = folder if state is None else state.parent
        self._lock_timeout = lock_timeout
        merged: dict[str, str | None] = {
            **os.environ,
            **variables_to_unset(os.environ),
            "TF_IN_AUTOMATION": "1",
            **(environ or {}),
        }
        self._cli = CommandLine(
            environ={key: value for key, value in merged.items() if value is not None},
            on_event=on_event,
            recorder=recorder,
            ends_with_us=ends_with_us,
            working_dir=str(folder),
            terraform_bin_path=str(program or find_terraform()),
        )

    @property
    def state_folder(self) -> Path:
        """The folder of the state's file, which is the first place for a rescued state."""
        return self._beside

    def init(self, *, backend_config: Path | None = None) -> None:
        """Get the modules and providers.

        Args:
            backend_config: a file with the settings of the `backend` block. Where they differ
                from those of the last time in the same data folder, Terraform refuses.
        """
        # `init` has -json only in versions newer than `MINIMUM_VERSION`.
        done = self._cli.init(
            no_color=IsFlagged,
            reconfigure=IsNotFlagged,
            backend_config=str(backend_config) if backend_config else None,
        )
        self._check("init", done)

    def get(self) -> None:
        """Fetch missing modules, without providers."""
        self._check("get", self._cli.cmd("get", no_color=IsFlagged))

    def plan(self, out: Path, *, var_file: Path | None = None, destroy: bool = False) -> bool:
        """Write a plan to `out`, and return whether it has changes.

        An undeclared variable causes a warning only.
        """
        done = self._cli.plan(
            json=IsFlagged,
            out=str(out),
            var_file=str(var_file) if var_file else None,
            destroy=IsFlagged if destroy else IsNotFlagged,
            state=self._state,
            lock_timeout=self._lock_timeout,
        )
        self._check("plan", done, (0, 2))
        return bool(done.returncode == 2)

    def show(self, plan: Path | None = None) -> dict[str, Any]:
        """Return a saved plan, or the state, as `terraform show -json` gives it."""
        what = self._state if plan is None else str(plan)
        # A state's file that does not exist yet is an error to Terraform, and no state to us.
        given = [what] if what is not None and Path(what).exists() else []
        done = self._cli.cmd("show", *given, json=IsFlagged, no_color=IsFlagged)
        self._check("show", done)
        return dict(json.loads(done.output))

    def apply(self, plan: Path) -> None:
        """Apply a saved plan, and nothing else."""
        done = self._cli.cmd(
            "apply",
            str(plan),
            json=IsFlagged,
            input=False,
            state=self._state,
            lock_timeout=self._lock_timeout,
        )
        self._check("apply", done)

    def destroy(self, *, var_file: Path | None = None, refresh: bool = True) -> None:
        """Destroy every resource in the state; after a failure the state has the rest.

        Args:
            var_file: Values of the variables.
            refresh: Whether each resource is read first; not needed after an empty plan.
        """
        done = self._cli.destroy(
            force=IsNotFlagged,
            auto_approve=IsFlagged,
            json=IsFlagged,
            var_file=str(var_file) if var_file else None,
            refresh=refresh,
            state=self._state,
            lock_timeout=self._lock_timeout,
        )
        self._check("destroy", done)

    def output(self) -> dict[str, Output]:
        """Return every output by name."""
        done = self._cli.cmd("output", json=IsFlagged, no_color=IsFlagged, state=self._state)
        self._check("output", done)
        return {
            name: Output(item["value"], bool(item.get("sensitive")))
            for name, item in json.loads(done.output).items()
        }

    def state_addresses(self) -> list[str]:
        """Return the addresses in the state; empty where there is no state."""
        done = self._cli.cmd("state list", state=self._state)
        if done.requests:
            self._check("state list", done)
        # Without a state file Terraform ends with 1, which is not a failure here.
        return done.output.split() if done.returncode == 0 else []

    def _check(self, command: str, done: Finished, good: tuple[int, ...] = (0,)) -> None:
        rescued = rescue(done.events, self.folder, self._beside, done.before)
        error = None
        if done.returncode not in good or rescued:
            error = TerraformError(
                command,
                [found for found in done.diagnostics if found.severity == "error"],
                done.plain,
                unsaved=rescued.said if rescued else "",
                saved_in=str(rescued.path or "") if rescued else "",
            )
        if done.requests:
            raise TerraformInterrupted(command, done.how, error)
        if rescued is None and done.failure is not None:
            raise done.failure
        if error is not None:
            raise error
