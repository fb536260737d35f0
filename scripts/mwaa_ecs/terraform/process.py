"""One run of Terraform: its events as they come, and requests to end passed on to it."""

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
from queue import SimpleQueue
from types import FrameType
from typing import Any

import python_terraform
from python_terraform import IsFlagged

from mwaa_ecs.terraform.errors import Diagnostic
from mwaa_ecs.terraform.rescue import mark

Event = Mapping[str, Any]
"""One line of Terraform's machine-readable output: `@message`, `type` and the rest.

The type `interrupt` is ours: a request to end was passed on.
"""

_SECONDS_TO_READ = 5
_PASSED_ON = (
    "asked Terraform to end after what is under way; waiting for that, however long it takes. "
    "Ctrl-C again stops it at once, and may lose what it is making"
)
_AGAIN = "asked Terraform to stop at once. Ctrl-C again kills it"
_KILLED = "killed Terraform"


@dataclass
class Finished:
    """What one command left behind.

    Attributes:
        requests: how often it was asked to end.
        failure: what went wrong in telling of its events; it was asked to end then.
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
        """How it ended after it was asked to: see `TerraformInterrupted`."""
        if self.returncode == 0:
            return "whole"
        if self.returncode == -signal.SIGKILL:
            return "killed"
        return "at once" if self.requests > 1 else "cleanly"

    @property
    def plain(self) -> str:
        """What it said in plain text; events are none, and may hold a state."""
        text = self.errors.strip() or self.output.strip()
        if self.events:
            lines = self.output.splitlines()
            text = self.errors.strip() or "\n".join(x for x in lines if _event(x) is None)
        if self.returncode < 0:
            text = f"it was ended by signal {-self.returncode}\n{text}"
        return text.strip()


class CommandLine(python_terraform.Terraform):  # type: ignore[misc]  # has no types
    """python-terraform's command lines, run our way: see docs/terraform.md."""

    def __init__(
        self, *, environ: Mapping[str, str], on_event: Callable[[Event], None], **options: Any
    ) -> None:
        self.environ = dict(environ)
        self.on_event = on_event
        super().__init__(**options)

    def cmd(self, cmd: str, *args: str, **options: Any) -> Finished:
        """Run `terraform CMD`; what a `-json` command says goes to `on_event` as it comes."""
        streams_events = options.get("json") is IsFlagged and cmd in (
            "plan",
            "apply",
            "destroy",
        )
        argv = self.generate_cmd_string(cmd, *args, **options)
        done = Finished(before=mark(Path(self.working_dir)))
        said: SimpleQueue[str | Event | None] = SimpleQueue()
        lines: list[str] = []
        errors: list[str] = []
        with _Requests(said.put) as requests:
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
            requests.watch(process)
            # Both pipes are read at once: a full one would stop Terraform for good. A thread
            # keeps all it says whatever happens here: the last event may hold the state.
            readers = [
                threading.Thread(target=_collect, args=(process.stdout, lines, said)),
                threading.Thread(target=_collect, args=(process.stderr, errors, None)),
            ]
            ending = threading.Thread(target=_await_end, args=(process, readers, said))
            for thread in (*readers, ending):
                thread.daemon = True
                thread.start()
            self._tell(said, done, requests, streams_events)
            done.returncode = process.wait()
        done.requests = requests.count
        done.output, done.errors = "".join(lines), "".join(errors)
        if streams_events:
            done.events = [event for line in lines if (event := _event(line)) is not None]
        for reader, stream in zip(readers, (process.stdout, process.stderr), strict=True):
            if stream is not None and not reader.is_alive():
                stream.close()
        self.temp_var_files.clean_up()
        return done

    def _tell(
        self,
        said: SimpleQueue[str | Event | None],
        done: Finished,
        requests: _Requests,
        streams_events: bool,
    ) -> None:
        """Tell of each event until Terraform has no more to say."""
        while (item := said.get()) is not None:
            event = (
                (_event(item) if streams_events else None) if isinstance(item, str) else item
            )
            if event is None or done.failure is not None:
                continue
            try:
                self.on_event(event)
            except BaseException as error:
                # A terminal that is closed, say. Terraform must end well even so.
                done.failure = error
                requests.pass_on()


def _collect(
    stream: Any, lines: list[str], said: SimpleQueue[str | Event | None] | None
) -> None:
    for line in stream:
        lines.append(line)
        if said is not None:
            said.put(line)


def _await_end(
    process: subprocess.Popen[str],
    readers: list[threading.Thread],
    said: SimpleQueue[str | Event | None],
) -> None:
    process.wait()
    for reader in readers:
        # Who it started and left behind may keep a pipe open for ever.
        reader.join(timeout=_SECONDS_TO_READ)
    said.put(None)


def _event(line: str) -> Event | None:
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


class _Requests:
    """Requests to end that arrive while Terraform runs.

    The first asks it to end after what is under way: it writes its state and frees its lock.
    Only a person can ask again, by another Ctrl-C: it stops at once, and may lose what it is
    making. A third kills it. A signal that is ignored (nohup) or has no handler is left alone.
    """

    def __init__(self, tell: Callable[[Event], None]) -> None:
        self.count = 0
        self._tell = tell
        self._process: subprocess.Popen[str] | None = None
        self._before: dict[int, Any] = {}

    def __enter__(self) -> _Requests:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                if callable(signal.getsignal(number)):
                    self._before[number] = signal.signal(number, self._heed)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def watch(self, process: subprocess.Popen[str]) -> None:
        """Take note of Terraform, and pass on what came while it was started."""
        self._process = process
        if self.count:
            process.send_signal(signal.SIGINT)

    def pass_on(self) -> None:
        """Ask Terraform to end after what is under way, unless it was asked already."""
        if not self.count and self._process is not None:
            self._process.send_signal(signal.SIGINT)

    def _heed(self, number: int, _frame: FrameType | None) -> None:
        if self.count and number != signal.SIGINT:
            return
        self.count += 1
        if self._process is not None and self._process.poll() is None:
            if self.count < 3:
                self._process.send_signal(signal.SIGINT)
            else:
                # Its providers are of its session; without it they would stay for ever.
                with suppress(ProcessLookupError):
                    os.killpg(self._process.pid, signal.SIGKILL)
        text = (_PASSED_ON, _AGAIN, _KILLED)[min(self.count, 3) - 1]
        self._tell({"type": "interrupt", "@message": text})
