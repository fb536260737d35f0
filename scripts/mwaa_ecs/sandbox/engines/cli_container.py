"""One container that a command line runs for us."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from mwaa_ecs.processes import forget, watch
from mwaa_ecs.sandbox.engines.base import Exit, Output, StartFailedError
from mwaa_ecs.sandbox.engines.images import last_line

_READ = 64 * 1024
_HELD_CHUNKS = 64
_POLL_SECONDS = 0.02
_STARTED = frozenset({"running", "exited", "stopped", "stopping", "dead", "paused"})


class ContainerCommands(Protocol):
    """What a container asks of the command line it lives behind."""

    def attach(self, container_id: str, folder: Path) -> subprocess.Popen[bytes]:
        """Start it, attached, with `folder` as the program's working folder."""

    def state(self, container_id: str) -> dict[str, Any]:
        """Its state."""

    def exit_of(self, container_id: str, attached: int) -> Exit:
        """How it ended, and the attached program with which code."""

    def stop(self, container_id: str, timeout: float) -> None:
        """SIGTERM, then SIGKILL."""

    def kill(self, container_id: str) -> None:
        """SIGKILL."""

    def remove(self, container_id: str) -> None:
        """Remove it."""


class CliContainer:
    """Attached before it starts, so that not a byte is lost, and read until it ends."""

    def __init__(
        self,
        commands: ContainerCommands,
        container_id: str,
        output: Output,
        folder: Path,
    ) -> None:
        self._commands = commands
        self._folder = folder
        self._id = container_id
        self._output = output
        self._ended = threading.Event()
        self._exit = Exit(None)
        # Until it is known whether the process came up, what is read may be the engine's own
        # complaint; it belongs in the reason then, not in the container's log.
        self._held: list[bytes] | None = []
        self._hold = threading.Lock()
        self._decided = threading.Event()

    @property
    def runtime_id(self) -> str:
        """The container's id."""
        return self._id

    def start(self) -> None:
        """Start it. Raises StartFailedError when its process does not come up."""
        attached = self._commands.attach(self._id, self._folder)
        watch(attached)
        reader = threading.Thread(target=self._read, args=(attached,), daemon=True)
        reader.start()
        while not self._came_up():
            if attached.poll() is not None:
                self._decided.set()
                reader.join()
                if self._came_up():
                    break
                with self._hold:
                    said = b"".join(self._held or ()).decode("utf-8", "replace")
                forget(attached)
                self._commands.remove(self._id)
                shutil.rmtree(self._folder, ignore_errors=True)
                raise StartFailedError(last_line(said))
            time.sleep(_POLL_SECONDS)
        with self._hold:
            held, self._held = self._held or [], None
            for chunk in held:
                self._output(chunk)
        self._decided.set()
        threading.Thread(target=self._watch, args=(attached, reader), daemon=True).start()

    def wait(self) -> Exit:
        """Block until it has ended and all it wrote was handed on."""
        self._ended.wait()
        return self._exit

    def stop(self, timeout: float) -> None:
        """SIGTERM, then SIGKILL after `timeout` seconds."""
        if not self._ended.is_set():
            self._commands.stop(self._id, timeout)
            self._ended.wait()

    def kill(self) -> None:
        """SIGKILL now."""
        if not self._ended.is_set():
            self._commands.kill(self._id)

    def _came_up(self) -> bool:
        state = self._commands.state(self._id)
        return str(state.get("Status", "")).lower() in _STARTED and not str(
            state.get("StartedAt", "0001")
        ).startswith("0001")

    def _read(self, attached: subprocess.Popen[bytes]) -> None:
        assert attached.stdout is not None
        with attached.stdout as stream:
            while chunk := os.read(stream.fileno(), _READ):
                with self._hold:
                    if self._held is None:
                        self._output(chunk)
                        continue
                    self._held.append(chunk)
                    full = len(self._held) >= _HELD_CHUNKS
                if full:  # it writes faster than the engine tells of it: let it wait
                    self._decided.wait()

    def _watch(self, attached: subprocess.Popen[bytes], reader: threading.Thread) -> None:
        code = attached.wait()
        forget(attached)
        reader.join()
        how = self._commands.exit_of(self._id, code)
        # Podman's monitor gives notice of an OOM kill in a file of its working folder; where
        # the host has cgroups v1, Podman does not look for it there and says there was none.
        if (self._folder / "oom").exists():
            how = replace(how, out_of_memory=True)
        self._exit = how
        self._commands.remove(self._id)
        shutil.rmtree(self._folder, ignore_errors=True)
        self._ended.set()
