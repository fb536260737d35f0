"""Which sandboxes run on this machine, by name, and how to reach them.

Each has a file in a folder that only its user can read. A file whose process has ended is
removed by the next command that reads it.
"""

from __future__ import annotations

import difflib
import fcntl
import json
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path

from mwaa_ecs.errors import MwaaEcsError, OperationError, UserError
from mwaa_ecs.files import make_folder, read_text, write_whole
from mwaa_ecs.processes import Identity
from mwaa_ecs.sandbox.keys import Keys
from mwaa_ecs.sandbox.leftovers.folders import owner, sweep_folders

FOLDER = "MWAA_ECS_STATE_DIR"
"""Variable with the folder of the files."""
DEFAULT_NAME = "default"

_LAST_LINES = 10
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")


@dataclass(frozen=True)
class Entry:
    """A sandbox that has a name.

    Attributes:
        name: its name.
        owner: user, machine and process namespace.
        pid: id of its process.
        started: start of its process, in `Identity`'s format.
        since: when it began, in seconds of the epoch.
        ready: whether it can be used.
        endpoint_url: address of the local AWS.
        region: default region.
        access_key_id: key id of the run.
        secret_access_key: secret of the run.
        airflow: Airflow's version; empty without Airflow.
        environment: name of the MWAA environment; empty without Airflow.
        page: address of Airflow's page; empty without Airflow.
        ca_bundle: file with the authorities that HTTPS clients of the page trust.
        example: the applied folder; empty where none is.
        log: file with the output of a sandbox in the background; else empty.
        failure: why a sandbox in the background ended by itself.
    """

    name: str
    owner: str
    pid: int
    started: str
    since: float
    ready: bool = False
    endpoint_url: str = ""
    region: str = ""
    access_key_id: str = field(default="", repr=False)
    secret_access_key: str = field(default="", repr=False)
    airflow: str = ""
    environment: str = ""
    page: str = ""
    ca_bundle: str = ""
    example: str = ""
    log: str = ""
    failure: str = ""

    @property
    def process(self) -> Identity:
        """Its process."""
        return Identity(self.pid, self.started)

    @property
    def is_running(self) -> bool:
        """Whether its process runs, here or on another machine that shares the folder."""
        return self.owner != owner() or self.process.is_running

    @property
    def keys(self) -> Keys:
        """The keys of the run."""
        return Keys(self.access_key_id, self.secret_access_key)


class Registration:
    """The entry of this process's own sandbox.

    Attributes:
        entry: the entry.
        written: whether others find it.
    """

    def __init__(self, entry: Entry, *, written: bool = True) -> None:
        self.entry = entry
        self.written = written

    def ready(
        self,
        *,
        endpoint_url: str,
        region: str,
        keys: Keys,
        airflow: str = "",
        environment: str = "",
        page: str = "",
        ca_bundle: Path | None = None,
        example: Path | None = None,
    ) -> None:
        """Tell that the sandbox can be used, and how to reach it; see `Entry`."""
        self.entry = replace(
            self.entry,
            ready=True,
            endpoint_url=endpoint_url,
            region=region,
            access_key_id=keys.access_key_id,
            secret_access_key=keys.secret_access_key,
            airflow=airflow,
            environment=environment,
            page=page,
            ca_bundle="" if ca_bundle is None else str(ca_bundle),
            example="" if example is None else str(example.resolve()),
        )
        if self.written:
            _write(self.entry)
        if self.entry.log:
            # Nobody reads later warnings at a terminal: they go to the log, like the output.
            os.dup2(1, 2)


@contextmanager
def registered(
    name: str | None, log: str = "", warn: Callable[[str], None] = lambda _line: None
) -> Iterator[Registration]:
    """Give this process's sandbox a name for as long as the `with` block.

    Args:
        name: the name. Default: the first free one of `default`, `default-2`, and so on.
        log: file with the output of a sandbox in the background.
        warn: receives why a sandbox without a given name cannot be found by others.

    Raises:
        UserError: another sandbox has the name, or the name is not valid.
        OperationError: the folder for the name cannot be used.
    """
    registration = _register(name, log, warn)
    try:
        yield registration
    except BaseException as error:
        if log and registration.entry.ready and isinstance(error, Exception):
            # Nobody looks at the terminal of a sandbox in the background: `status` tells it.
            _write(replace(registration.entry, failure=str(error)))
        elif registration.written:
            forget(registration.entry)
        raise
    if registration.written:
        forget(registration.entry)


def _register(name: str | None, log: str, warn: Callable[[str], None]) -> Registration:
    process = Identity.find(os.getpid())
    assert process is not None
    own = Entry("", owner(), process.pid, process.started, time.time(), log=log)
    try:
        folder()
    except MwaaEcsError as error:
        if name is not None:
            raise
        warn(f"no other command finds this sandbox: {error}")
        return Registration(own, written=False)
    with _locked():
        own = replace(own, name=free_name() if name is None else check_free(name))
        for one in entries():
            if one.name == own.name:
                forget(one)
        _write(own)
    return Registration(own)


def folder() -> Path:
    """Return the folder of the files, which it creates if needed.

    Raises:
        UserError: others can read it.
        OperationError: it cannot be created.
    """
    given = os.environ.get(FOLDER)
    state = os.environ.get("XDG_STATE_HOME")
    if given:
        place = Path(given)
    else:
        place = (Path(state) if state else Path.home() / ".local" / "state") / "mwaa-ecs"
    make_folder(place, private=True)
    found = place.stat()
    if found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise UserError(
            f"The folder {str(place)!r} would hold keys, and others can read it. Run "
            f"`chmod 700 {place}`, or set {FOLDER} to another folder"
        )
    return place


def entries() -> list[Entry]:
    """Return all sandboxes by name, also those that ended without a word.

    Raises:
        UserError: a file cannot be read.
    """
    return [
        one
        for file in sorted(folder().glob("*.json"), key=lambda file: file.stem)
        if (one := _read(file))
    ]


def find(name: str | None) -> Entry:
    """Return a sandbox that runs.

    Args:
        name: its name. Default: the only one.

    Raises:
        UserError: there is none, or more than one.
        OperationError: it ended by itself.
    """
    found = {one.name: one for one in entries()}
    alive = [one.name for one in found.values() if one.is_running]
    if name is None and len(alive) > 1:
        raise UserError(f"{len(alive)} sandboxes run: {', '.join(alive)}. Name one of them")
    chosen = name or next(iter(alive or found), None)
    if chosen not in found:
        if not alive:
            named = f" named {name!r}" if name is not None else ""
            raise UserError(
                f"No sandbox{named} runs. Start one with `mwaa-ecs sandbox up --background`"
            )
        close = difflib.get_close_matches(str(chosen), alive, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise UserError(f"No sandbox named {chosen!r} runs.{hint} Running: {', '.join(alive)}")
    entry = found[chosen]
    if not entry.is_running:
        why = how_it_ended(entry)
        forget(entry)
        raise OperationError(why)
    return entry


def find_ready(name: str | None) -> Entry:
    """Return a sandbox that can be used; see `find`."""
    entry = find(name)
    if not entry.ready:
        raise UserError(f"The sandbox {entry.name!r} is still starting. Try again in a moment")
    return entry


def how_it_ended(entry: Entry) -> str:
    """Return why a sandbox ended by itself."""
    why = entry.failure or "its process was killed"
    text = read_text(Path(entry.log)) if entry.log and not entry.failure else None
    lines = "\n".join(["", *(text or "").strip().splitlines()[-_LAST_LINES:]]).rstrip()
    return f"The sandbox {entry.name!r} has ended: {why}{lines}"


def free_name() -> str:
    """Return the first default name that no sandbox has."""
    taken = {one.name for one in entries() if one.is_running}
    number = 1
    while (name := DEFAULT_NAME if number == 1 else f"{DEFAULT_NAME}-{number}") in taken:
        number += 1
    return name


def check_free(name: str) -> str:
    """Return the name.

    Raises:
        UserError: another sandbox has it, or it is not valid.
    """
    if not _NAME.fullmatch(name):
        raise UserError(
            f"--name is {name!r}. It must be 1 to 40 letters, digits, - and _, and begin with "
            "a letter or a digit"
        )
    if name in {one.name for one in entries() if one.is_running}:
        raise UserError(
            f"A sandbox named {name!r} runs already. End it with `mwaa-ecs sandbox down "
            f"{name}`, or give another --name"
        )
    return name


def forget(entry: Entry) -> None:
    """Remove the files of a sandbox that has ended, and what a killed one left behind."""
    _file(entry.name).unlink(missing_ok=True)
    if entry.log:
        Path(entry.log).unlink(missing_ok=True)
    if entry.pid != os.getpid():
        sweep_folders()


def _file(name: str) -> Path:
    return folder() / f"{name}.json"


def _write(entry: Entry) -> None:
    write_whole(_file(entry.name), json.dumps(asdict(entry), indent=2), private=True)


def _read(file: Path) -> Entry | None:
    text = read_text(file)
    if text is None and not file.exists():
        return None  # its sandbox ended just now
    known = {one.name for one in fields(Entry)}
    with suppress(ValueError, TypeError, AttributeError):
        found = json.loads(text or "")
        # A newer version of this package may write more.
        return Entry(**{name: value for name, value in found.items() if name in known})
    raise UserError(f"{file} cannot be read. Remove it if its sandbox does not run any more")


@contextmanager
def _locked() -> Iterator[None]:
    """Let one process at a time take a name."""
    handle = os.open(folder(), os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
