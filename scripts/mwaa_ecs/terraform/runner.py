"""Runs Terraform: a small typed class over python-terraform.

python-terraform builds the command lines; how it runs them is replaced here, because it shows
output only at the end, cannot be given an environment and does not pass Ctrl-C on. Its other
quirks are listed in docs/terraform.md and pinned by tests/unit/terraform/test_quirks.py.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import python_terraform
from python_terraform import IsFlagged, IsNotFlagged

from mwaa_ecs.errors import OperationError, UserError
from mwaa_ecs.terraform.binary import find_terraform

Event = Mapping[str, Any]
"""One line of Terraform's machine-readable output: `@message`, `type` and the rest."""

_SECONDS_TO_END = 120


@dataclass(frozen=True)
class Diagnostic:
    """An error or a warning of Terraform's."""

    severity: str
    summary: str
    detail: str = ""
    address: str = ""
    filename: str = ""
    line: int | None = None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Diagnostic:
        """Read the `diagnostic` object of a machine-readable event."""
        where = data.get("range") or {}
        return cls(
            severity=str(data.get("severity", "error")),
            summary=str(data.get("summary", "")),
            detail=str(data.get("detail", "")),
            address=str(data.get("address", "")),
            filename=str(where.get("filename", "")),
            line=(where.get("start") or {}).get("line"),
        )

    def __str__(self) -> str:
        """Return the message as a person reads it: what, where, why."""
        where = self.address
        if self.filename:
            place = self.filename if self.line is None else f"{self.filename}:{self.line}"
            where = f"{where}, {place}" if where else place
        text = f"{self.summary} ({where})" if where else self.summary
        return f"{text}\n{self.detail}".rstrip() if self.detail else text


# What Terraform says of input that is wrong, as against a call that failed.
_MISTAKES = frozenset(
    {
        "Invalid value for variable",
        "Invalid value for input variable",
        "No value for required variable",
        "Resource precondition failed",
        "Resource postcondition failed",
        "Module output value precondition failed",
    }
)


class TerraformError(OperationError):
    """Terraform ended with an error; `diagnostics` holds what it said.

    The exit code is 2 where all it said is that the user's input is wrong.
    """

    def __init__(self, command: str, diagnostics: list[Diagnostic], output: str = "") -> None:
        self.command = command
        self.diagnostics = diagnostics
        if diagnostics and all(item.summary in _MISTAKES for item in diagnostics):
            self.exit_code = UserError.exit_code
        said = "\n\n".join(map(str, diagnostics)) or output.strip() or "it said nothing"
        super().__init__(f"terraform {command} failed: {said}")


@dataclass
class _Finished:
    """What one command left behind."""

    returncode: int
    output: str
    errors: str
    events: list[Event] = field(default_factory=list)

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """Every diagnostic among the events, in order."""
        return [
            Diagnostic.from_json(event["diagnostic"])
            for event in self.events
            if event.get("type") == "diagnostic"
        ]


class _CommandLine(python_terraform.Terraform):  # type: ignore[misc]  # has no types
    """python-terraform's command lines, run our way: see the module's docstring."""

    def __init__(
        self, *, environ: Mapping[str, str], on_event: Callable[[Event], None], **options: Any
    ) -> None:
        self.environ = dict(environ)
        self.on_event = on_event
        super().__init__(**options)

    def cmd(self, cmd: str, *args: str, **options: Any) -> _Finished:
        """Run `terraform CMD`; what a `-json` command says goes to `on_event` as it comes."""
        streams_events = options.get("json") is IsFlagged and cmd in (
            "plan",
            "apply",
            "destroy",
        )
        argv = self.generate_cmd_string(cmd, *args, **options)
        # A session of its own: Ctrl-C reaches Terraform once, through us, not twice.
        process = subprocess.Popen(
            argv,
            cwd=self.working_dir,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
        done = _Finished(returncode=-1, output="", errors="")
        errors: list[str] = []
        # Both pipes are read at once: a full stderr would stop Terraform for good.
        reader = threading.Thread(
            target=lambda: errors.extend(process.stderr or ()), daemon=True
        )
        reader.start()
        try:
            self._read(process, done, streams_events)
        except BaseException:
            self._end(process)
            raise
        finally:
            reader.join(timeout=10)
            for stream in (process.stdout, process.stderr):
                if stream is not None:
                    stream.close()
            self.temp_var_files.clean_up()
        done.errors = "".join(errors)
        return done

    def _read(
        self, process: subprocess.Popen[str], done: _Finished, streams_events: bool
    ) -> None:
        lines: list[str] = []
        for line in process.stdout or ():
            lines.append(line)
            if not streams_events:
                continue
            try:
                event = json.loads(line)
            except ValueError:
                continue
            done.events.append(event)
            self.on_event(event)
        done.output = "".join(lines)
        done.returncode = process.wait()

    @staticmethod
    def _end(process: subprocess.Popen[str]) -> None:
        """Let Terraform end cleanly, so that it writes its state and frees its lock.

        A first interrupt asks it to stop after what is under way; a second Ctrl-C asks again,
        which makes it stop at once; only then is it killed.
        """
        # What it still has to say must not fill the pipe and hold it up.
        threading.Thread(target=lambda: list(process.stdout or ()), daemon=True).start()
        for _ in range(2):
            if process.poll() is not None:
                return
            process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired, KeyboardInterrupt):
                process.wait(timeout=_SECONDS_TO_END)
        if process.poll() is None:
            process.kill()
            process.wait()


def _ignore(_: Event) -> None:
    """Take an event and do nothing."""


class Terraform:
    """Runs Terraform in one folder.

    Args:
        folder: the folder with the configuration; state and `.terraform` go there too.
        environ: added to this process's environment; None as a value unsets a variable.
        on_event: called with each machine-readable event of plan, apply and destroy.
        program: the Terraform to run; found on PATH when not given.
        state: the state's file, for a configuration that declares no backend.

    Raises:
        UserError: no Terraform, or one that is too old.
    """

    def __init__(
        self,
        folder: Path,
        *,
        environ: Mapping[str, str | None] | None = None,
        on_event: Callable[[Event], None] = _ignore,
        program: Path | None = None,
        state: Path | None = None,
    ) -> None:
        self.folder = folder
        self._state = None if state is None else str(state)
        merged: dict[str, str | None] = {
            **os.environ,
            "TF_IN_AUTOMATION": "1",
            **(environ or {}),
        }
        self._cli = _CommandLine(
            environ={key: value for key, value in merged.items() if value is not None},
            on_event=on_event,
            working_dir=str(folder),
            terraform_bin_path=str(program or find_terraform()),
        )

    def init(self, *, backend_config: Path | None = None) -> None:
        """Get the modules and providers.

        Args:
            backend_config: a file with the settings of the `backend` block. Where they differ
                from those of the last time, Terraform refuses: a state is never left behind.

        Raises:
            TerraformError: it failed.
        """
        # No -json here: init has it only in newer versions than the oldest that is supported.
        done = self._cli.init(
            no_color=IsFlagged,
            reconfigure=IsNotFlagged,
            backend_config=str(backend_config) if backend_config else None,
        )
        self._check("init", done)

    def plan(self, out: Path, *, var_file: Path | None = None, destroy: bool = False) -> bool:
        """Write a plan to `out`; tell whether it would change anything.

        Raises:
            TerraformError: it failed; variables that are not declared only warn.
        """
        done = self._cli.plan(
            json=IsFlagged,
            out=str(out),
            var_file=str(var_file) if var_file else None,
            destroy=IsFlagged if destroy else IsNotFlagged,
            state=self._state,
        )
        self._check("plan", done, (0, 2))
        return bool(done.returncode == 2)

    def show(self, plan: Path) -> dict[str, Any]:
        """Return a saved plan as `terraform show -json` gives it."""
        done = self._cli.cmd("show", str(plan), json=IsFlagged)
        self._check("show", done)
        return dict(json.loads(done.output))

    def apply(self, plan: Path) -> None:
        """Apply a saved plan, and nothing else.

        Raises:
            TerraformError: it failed; the state holds what was made.
        """
        done = self._cli.cmd("apply", str(plan), json=IsFlagged, input=False, state=self._state)
        self._check("apply", done)

    def destroy(self, *, var_file: Path | None = None) -> None:
        """Destroy all that the state holds.

        Raises:
            TerraformError: it failed; the state holds what is left.
        """
        done = self._cli.destroy(
            force=IsNotFlagged,
            auto_approve=IsFlagged,
            json=IsFlagged,
            var_file=str(var_file) if var_file else None,
            state=self._state,
        )
        self._check("destroy", done)

    def output(self) -> dict[str, Any]:
        """Return every output's value by name."""
        done = self._cli.cmd("output", json=IsFlagged, state=self._state)
        self._check("output", done)
        return {name: item["value"] for name, item in json.loads(done.output).items()}

    def state_addresses(self) -> list[str]:
        """Return the addresses of what the state holds; empty where there is no state."""
        done = self._cli.cmd("state list", state=self._state)
        # "No state file was found!" ends with 1, and is no failure here.
        return done.output.split() if done.returncode == 0 else []

    @staticmethod
    def _check(command: str, done: _Finished, good: tuple[int, ...] = (0,)) -> None:
        if done.returncode in good:
            return
        errors = [found for found in done.diagnostics if found.severity == "error"]
        raise TerraformError(command, errors, done.errors or done.output)
