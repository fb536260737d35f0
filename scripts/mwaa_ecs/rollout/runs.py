"""A record of each command at work on an environment.

A command that is killed leaves Terraform at work. The next command finds the record, and in it
how to tell whether Terraform still works, what it says, and how it ended. With the record go
the files that only this one command needs: they hold secrets, and are removed at its end.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, ClassVar, Self

from mwaa_ecs.errors import OperationError
from mwaa_ecs.files import make_folder, write_whole
from mwaa_ecs.processes import Identity, follow
from mwaa_ecs.terraform import Event, Written, mark, read_event

_FILE = "run.json"
# Commands that lock the state or write into the data folder; the others print secrets and only
# read.
_RECORDED = ("init", "plan", "apply", "destroy")
_LOCKING = ("plan", "apply", "destroy")
# A state that cannot be written is in the output, also where the disk is full by then.
_RESERVED_BYTES = 32 << 20
_SECONDS_TO_START = 5.0
_SECONDS_TO_THINK = 24 * 60 * 60.0


@dataclass(frozen=True)
class Record:
    """The record of a command.

    Attributes:
        command: the `mwaa-ecs` command, e.g. `apply`.
        environment: the environment that it works on.
        account_id: the account that the environment is in.
        caller: the ARN of who calls AWS.
        host: the machine that it runs on.
        owner: the `mwaa-ecs` process that waits for it.
        began: when it began, in UTC.
        terraform: the command that Terraform is at; empty before, between and after.
        terraform_began: when Terraform began that.
        result: `killed` where Terraform was killed while its owner was there to see it.
        before: see `rescue.mark`.
        empties: whether the state holds nothing where all went well.
    """

    command: str
    environment: str
    account_id: str
    caller: str
    host: str
    owner: Identity
    began: str
    terraform: str = ""
    terraform_began: str = ""
    result: str = ""
    before: tuple[int, int] | None = None
    empties: bool = False

    @classmethod
    def read(cls, path: Path) -> Record | None:
        """Return a record; None where the file does not hold one."""
        try:
            data = json.loads(path.read_bytes())
            owner = Identity(int(data["owner"]["pid"]), str(data["owner"]["started"]))
            before = data["before"] and (int(data["before"][0]), int(data["before"][1]))
            return cls(**{**data, "owner": owner, "before": before})
        except (OSError, ValueError, KeyError, TypeError, IndexError):
            return None


class Run:
    """A command at work, and the folder with its record and its files."""

    _at_work: ClassVar[set[Path]] = set()
    """The folders of the commands that this process is at."""

    def __init__(self, folder: Path, record: Record) -> None:
        self.folder = folder
        self.record = record

    @classmethod
    def begin(
        cls, top: Path, *, command: str, environment: str, account_id: str, caller: str
    ) -> Self:
        """Begin the record of a command of this process; see `Record`.

        Args:
            top: the folder of all records of an environment.
            command: see `Record`.
            environment: see `Record`.
            account_id: see `Record`.
            caller: see `Record`.

        Raises:
            OperationError: it cannot be written.
        """
        owner = Identity.find(os.getpid())
        assert owner is not None
        make_folder(top, private=True)
        try:
            folder = Path(
                tempfile.mkdtemp(prefix=datetime.now(UTC).strftime("%Y%m%dT%H%M%S-"), dir=top)
            )
        except OSError as error:
            raise OperationError(f"{top}: {error.strerror}") from None
        record = Record(
            command=command,
            environment=environment,
            account_id=account_id,
            caller=caller,
            host=socket.gethostname(),
            owner=owner,
            began=_now(),
        )
        run = cls(folder, record)
        cls._at_work.add(folder)
        run.note()
        return run

    @property
    def is_waited_for(self) -> bool:
        """Whether the command that began it is still there."""
        if self.record.owner.pid == os.getpid():
            return self.folder in self._at_work
        return self.record.owner.is_running

    def note(self, **changes: Any) -> None:
        """Write the record, with what has changed."""
        self.record = replace(self.record, **changes)
        text = json.dumps(asdict(self.record), indent=2) + "\n"
        write_whole(self.folder / _FILE, text, private=True)

    def new_plan(self) -> Path:
        """Return a file for a plan of this command alone: another may be at work beside it."""
        try:
            handle, name = tempfile.mkstemp(".tfplan", dir=self.folder)
        except OSError as error:
            raise OperationError(f"{self.folder}: {error.strerror}") from None
        os.close(handle)
        return Path(name)

    def close(self) -> None:
        """Remove the folder, unless something is to be told of it later."""
        self._at_work.discard(self.folder)
        if self.record.terraform:
            return
        if self.record.result:
            for plan in self.folder.glob("*.tfplan"):
                plan.unlink(missing_ok=True)
            return
        self.remove()

    def remove(self) -> None:
        """Remove the folder with all that is in it."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def path(self, kind: str) -> Path:
        """Return the file of what Terraform is at: its `output`, its `errors` or its `pid`."""
        return self.folder / f"{self.record.terraform}.{kind}"

    @property
    def process(self) -> Identity | None:
        """Terraform's process; None where it has not started."""
        return Identity.read(self.path("pid"))

    @property
    def is_elsewhere(self) -> bool:
        """Whether it runs on another machine, whose processes cannot be seen from here."""
        return self.record.host != socket.gethostname()

    @property
    def age(self) -> float:
        """How many seconds ago it was noted down last."""
        try:
            return time.time() - (self.folder / _FILE).stat().st_mtime
        except OSError:
            return 0.0

    @property
    def is_running(self) -> bool:
        """Whether Terraform is still at work, on this machine."""
        process = self.process
        return process is not None and process.is_running

    def has_started(self) -> bool:
        """Tell whether Terraform has started; where it has not, it never will from now on."""
        with suppress(FileExistsError), self.path("pid").open("x"):
            return False
        until = time.monotonic() + _SECONDS_TO_START
        while self.process is None and time.monotonic() < until:
            time.sleep(0.01)
        return self.process is not None

    def follow(self, on_event: Callable[[Event], None]) -> None:
        """Tell of each event from the first one on, until Terraform has ended."""

        def has_ended(seconds: float) -> bool:
            if not self.is_running:
                return True
            time.sleep(seconds)
            return not self.is_running

        with self.path("output").open("rb") as output:
            for batch in follow(output.fileno(), has_ended):
                for event in map(read_event, batch):
                    if event is not None:
                        on_event(event)

    def said(self, kind: str) -> str:
        """Return what Terraform has written so far."""
        try:
            written, _, _ = self.path(kind).read_bytes().partition(b"\0")
        except OSError:
            return ""
        return written.decode(errors="replace")


class Recorder:
    """Notes what Terraform is at: see `terraform.Recorder`."""

    def __init__(self, run: Run, module: Path) -> None:
        self._run = run
        self._module = module

    def writing(self, command: str) -> Written | None:
        """Return the files of a command that is about to start.

        Raises:
            OperationError: they cannot be made, for example because the disk is full.
        """
        if command not in _RECORDED:
            return None
        run = self._run
        run.record = replace(run.record, terraform=command, terraform_began=_now())
        try:
            run.path("pid").unlink(missing_ok=True)
            output, errors = _new_file(run.path("output")), _new_file(run.path("errors"))
            if command in ("apply", "destroy"):
                _reserve(output)
        except OSError as error:
            run.record = replace(run.record, terraform="")
            raise OperationError(
                f"{run.folder}: Terraform's output cannot be kept there, so it was not "
                f"started: {error.strerror}"
            ) from None
        run.note(before=mark(self._module))
        return Written(output, errors, run.path("pid"))

    def ended(self, command: str, returncode: int) -> None:
        """Record that a command has ended. One that was killed is reported again later."""
        del command
        if returncode < 0:
            self._run.note(result="killed")
        else:
            self._run.note(terraform="", result="")


def unfinished(top: Path) -> Iterator[Run]:
    """Yield the runs that nobody waits for any more, as this process's own from now on."""
    owner = Identity.find(os.getpid())
    for path in sorted(top.glob(f"*/{_FILE}")):
        with _one_at_a_time(top):
            record = Record.read(path)
            if record is None or owner is None:
                continue
            run = Run(path.parent, record)
            if run.is_elsewhere:
                # Such a run may wait for somebody who reads its plan.
                if record.terraform not in _LOCKING and run.age < _SECONDS_TO_THINK:
                    continue
            elif run.is_waited_for:
                continue
            else:
                run.note(owner=owner)
        yield run


@contextmanager
def _one_at_a_time(top: Path) -> Iterator[None]:
    handle = os.open(top / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _new_file(path: Path) -> IO[bytes]:
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    return os.fdopen(handle, "w+b", buffering=0)


def _reserve(file: IO[bytes]) -> None:
    """Reserve room on the disk; it reads as NULs until something is written there."""
    if not hasattr(os, "posix_fallocate"):
        os.pwrite(file.fileno(), bytes(_RESERVED_BYTES), 0)
        return
    try:
        os.posix_fallocate(file.fileno(), 0, _RESERVED_BYTES)
    except OSError as error:
        # Some file systems cannot reserve space, and the run works without that.
        if error.errno not in (errno.EINVAL, errno.EOPNOTSUPP, errno.ENOSYS):
            raise


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
