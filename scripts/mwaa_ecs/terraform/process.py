"""Runs one Terraform command: reports its events, and passes requests to end on to it.

Terraform writes into files, and this module follows them. With a pipe, Terraform would die with
the process that reads it; with files it survives and ends by itself.
"""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, Protocol

import python_terraform
from python_terraform import IsFlagged

from mwaa_ecs.processes import follow, start, waiting_for, watched, written_since
from mwaa_ecs.terraform.errors import Diagnostic
from mwaa_ecs.terraform.requests import Requests
from mwaa_ecs.terraform.rescue import mark

Event = Mapping[str, Any]
"""One line of Terraform's machine-readable output: `@message`, `type` and the rest.

This package adds the type `interrupt`: a request to end was passed on.
"""


@dataclass(frozen=True)
class Written:
    """The files that a command writes into.

    Attributes:
        output: its standard output, open for reading and writing.
        errors: its standard error, the same.
        pid: the file for the process id, written before the process becomes Terraform; or None.
    """

    output: IO[bytes]
    errors: IO[bytes]
    pid: Path | None = None


class Recorder(Protocol):
    """Keeps a record of commands, so that another process can find out how one ended."""

    def writing(self, command: str) -> Written | None:
        """Return the files of a command that is about to start; None to keep no record."""

    def ended(self, command: str, returncode: int) -> None:
        """Record that a command for which files were returned has ended."""


@dataclass
class Finished:
    """The result of one command.

    Attributes:
        requests: the number of requests to end.
        failure: an error of `on_event`, which made this module ask the command to end.
        before: see `rescue.mark`.
    """

    returncode: int = -1
    output: str = ""
    errors: str = ""
    events: list[Event] = field(default_factory=list)
    requests: int = 0
    failure: BaseException | None = None
    before: object = None

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """Every diagnostic among the events, in order."""
        return [
            Diagnostic.from_json(event["diagnostic"])
            for event in self.events
            if event.get("type") == "diagnostic"
        ]

    @property
    def how(self) -> str:
        """How it ended after an interrupt; see `TerraformInterrupted`."""
        if self.returncode == 0:
            return "whole"
        if self.returncode == -signal.SIGKILL:
            return "killed"
        return "at once" if self.requests > 1 else "cleanly"

    @property
    def plain(self) -> str:
        """Its output without events, which may contain a state."""
        text = self.errors.strip() or self.output.strip()
        if self.events:
            lines = self.output.splitlines()
            text = self.errors.strip() or "\n".join(x for x in lines if read_event(x) is None)
        if self.returncode < 0:
            text = f"it was ended by signal {-self.returncode}\n{text}"
        return text.strip()


class CommandLine(python_terraform.Terraform):  # type: ignore[misc]  # has no types
    """Runs the command lines that python-terraform builds; docs/terraform.md explains why."""

    def __init__(
        self,
        *,
        environ: Mapping[str, str],
        on_event: Callable[[Event], None],
        recorder: Recorder | None = None,
        ends_with_us: bool = False,
        **options: Any,
    ) -> None:
        self.environ = dict(environ)
        self.on_event = on_event
        self.recorder = recorder
        self.ends_with_us = ends_with_us
        super().__init__(**options)

    def cmd(self, cmd: str, *args: str, **options: Any) -> Finished:
        """Run `terraform CMD`; `on_event` gets each event of a `-json` command at once."""
        streams_events = options.get("json") is IsFlagged and cmd in (
            "plan",
            "apply",
            "destroy",
        )
        argv = self.generate_cmd_string(cmd, *args, **options)
        done = Finished(before=mark(Path(self.working_dir)))
        lines: list[str] = []
        with ExitStack() as stack:
            files = stack.enter_context(self._files(cmd, done))
            requests = stack.enter_context(Requests())
            process = start(
                argv,
                cwd=Path(self.working_dir),
                env=self.environ,
                stdout=files.output,
                stderr=files.errors,
                pid_file=files.pid,
                ends_with_us=self.ends_with_us,
            )
            if self.ends_with_us:
                stack.enter_context(watched(process))
            requests.watch(process)
            for batch in follow(files.output.fileno(), waiting_for(process)):
                while requests.said:
                    self._tell(
                        {"type": "interrupt", "@message": requests.said.popleft()},
                        done,
                        requests,
                    )
                for line in batch:
                    event = read_event(line) if streams_events else None
                    if event is not None:
                        done.events.append(event)
                        self._tell(event, done, requests)
                lines += batch
            done.returncode = process.returncode
            done.errors = written_since(files.errors.fileno(), 0).decode(errors="replace")
        done.requests = requests.count
        done.output = "\n".join(lines)
        self.temp_var_files.clean_up()
        return done

    @contextmanager
    def _files(self, cmd: str, done: Finished) -> Iterator[Written]:
        """Yield the files that the command writes into; without a recorder, unnamed files.

        Unnamed files may contain secrets (`show`, `output`), and vanish with their processes.
        """
        recorded = self.recorder.writing(cmd) if self.recorder is not None else None
        if recorded is None or self.recorder is None:
            with TemporaryFile() as output, TemporaryFile() as errors:
                yield Written(output, errors)
            return
        with recorded.output, recorded.errors:
            yield recorded
        # The record stays unfinished where an error occurs before this line.
        self.recorder.ended(cmd, done.returncode)

    def _tell(self, event: Event, done: Finished, requests: Requests) -> None:
        if done.failure is not None:
            return
        try:
            self.on_event(event)
        except BaseException as error:
            # `on_event` fails when its terminal is closed, for example. Terraform must still
            # end well.
            done.failure = error
            requests.pass_on()


def read_event(line: str) -> Event | None:
    """Return the event in a line; None for plain text."""
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
