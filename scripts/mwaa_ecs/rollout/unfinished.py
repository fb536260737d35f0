"""Waits for runs whose command was killed, and reports how they ended.

Terraform may still be at work after its command was killed, or may have been killed too.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from mwaa_ecs.errors import OperationError
from mwaa_ecs.rollout.remedies import Remedies
from mwaa_ecs.rollout.runs import Run, unfinished
from mwaa_ecs.terraform import Event, Terraform, read_outcome


class UnfinishedRuns:
    """The runs of an environment whose commands are gone.

    Args:
        top: the folder of the environment's records.
        module: the folder that Terraform ran in.
        state: the folder of the state's file.
        remedies: adds the remedy to Terraform's errors.
        tell: called with Terraform's events, and with an event of the type `left` for each run.
    """

    def __init__(
        self,
        top: Path,
        *,
        module: Path,
        state: Path,
        remedies: Remedies,
        tell: Callable[[Event], None],
    ) -> None:
        self._top = top
        self._module = module
        self._state = state
        self._remedies = remedies
        self._on_event = tell
        self._killed: list[Run] = []
        self._made: dict[str, str] = {}

    def catch_up(self) -> bool:
        """Wait for each run and report how it ended; return whether the state is empty now.

        Raises:
            OperationError: a state could not be saved, or waiting was interrupted.
        """
        emptied = False
        for run in unfinished(self._top):
            if run.is_elsewhere:
                self._not_here(run)
            elif not run.record.terraform or not run.has_started():
                run.remove()
            else:
                if run.is_running:
                    self._follow(run)
                emptied = self._ended(run) or emptied
        return emptied

    def remove(self) -> None:
        """Remove the records of killed runs, because the lock is free."""
        while self._killed:
            self._killed.pop().remove()
        self._remedies.killed = ()

    def tell_what_is_lost(
        self, terraform: Terraform, command: Callable[..., str], var_file: Path
    ) -> None:
        """Report resources that a killed apply created outside the state, with their import."""
        if not self._made:
            return
        known = set(terraform.state_addresses())
        for address, aws_id in self._made.items():
            if address in known:
                continue
            text = f"made by the run that was killed, and not in the state: {address}"
            if aws_id:
                line = command("import", f"-var-file={var_file}", address, aws_id)
                text += f" ({aws_id}). Import it, or delete it in AWS:\n{line}"
            self._tell(text)

    def _follow(self, run: Run) -> None:
        record, process = run.record, run.process
        pid = process.pid if process else 0
        self._tell(
            f"{_named(run)} is still at work (process {pid}, {_ago(record.terraform_began)}), "
            "although the command that started it is gone. Waiting for it; Ctrl-C stops only "
            "the waiting"
        )
        try:
            run.follow(self._on_event)
        except KeyboardInterrupt:
            raise OperationError(
                f"{record.environment}: {_named(run)} goes on by itself, and the next command "
                "waits for it again. To end it after what is under way, run\n"
                f"  {shlex.join(('kill', '-INT', str(pid)))}"
            ) from None

    def _ended(self, run: Run) -> bool:
        """Report how a run ended; return whether the state is empty now."""
        record = run.record
        if record.terraform == "init":
            run.remove()
            return False
        outcome = read_outcome(
            record.terraform,
            run.said("output"),
            run.said("errors"),
            folder=self._module,
            beside=self._state,
            before=record.before,
        )
        if outcome.how == "killed" or record.result:
            self._was_killed(run, outcome.under_way, outcome.made)
            return False
        run.remove()
        if record.terraform == "plan":
            return False
        if outcome.error is None:
            self._tell(f"{_named(run)} has done everything: all of its plan is applied")
            return record.empties
        if outcome.error.unsaved:
            with self._remedies:
                raise outcome.error
        self._tell(
            f"{_named(run)} ended with errors; the state holds what was made.\n"
            f"{outcome.error.said}"
        )
        return False

    def _was_killed(self, run: Run, under_way: tuple[str, ...], made: dict[str, str]) -> None:
        self._killed.append(run)
        self._remedies.killed = (*self._remedies.killed, run.record)
        if run.record.terraform == "plan":
            return
        self._made |= made
        text = (
            f"{_named(run)} did not end by itself: Terraform was killed, or the machine went "
            "down. Its lock on the state may be left"
        )
        if under_way:
            text += (
                f". What it was at may be in AWS and not in the state: {', '.join(under_way)}. "
                "Where apply says that one exists already, import it or delete it"
            )
        self._tell(text)

    def _not_here(self, run: Run) -> None:
        if not run.record.terraform:
            run.remove()
            return
        self._killed.append(run)
        self._tell(
            f"{_named(run)} is on {run.record.host}, and whether it is still at work cannot be "
            "seen from here"
        )

    def _tell(self, text: str) -> None:
        self._on_event({"type": "left", "@message": text})


def _named(run: Run) -> str:
    record = run.record
    return f"the {record.command} of {record.environment} that began at {record.began}"


def _ago(moment: str) -> str:
    try:
        began = datetime.strptime(moment, "%Y-%m-%d %H:%M:%S UTC").replace(tzinfo=UTC)
    except ValueError:
        return "for some time"
    seconds = max(0, round((datetime.now(UTC) - began).total_seconds()))
    minutes, seconds = divmod(seconds, 60)
    return f"for {minutes} min {seconds} s" if minutes else f"for {seconds} s"
