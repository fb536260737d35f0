"""A container that runs through the command line of Docker or Podman."""

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
    """The commands that a CliContainer needs from its engine."""

    def attach(self, container_id: str, folder: Path) -> subprocess.Popen[bytes]:
        """Start the container attached; `folder` is the program's working folder."""

    def state(self, container_id: str) -> dict[str, Any]:
        """Return the container's state."""

    def exit_of(self, container_id: str, attached: int) -> Exit:
        """Return the container's exit; `attached` is the attached program's exit code."""

    def stop(self, container_id: str, timeout: float) -> None:
        """Send SIGTERM, and SIGKILL after `timeout` seconds."""

    def kill(self, container_id: str) -> None:
        """Send SIGKILL."""

    def remove(self, container_id: str) -> None:
        """Remove the container."""


class CliContainer:
    """A container whose output is attached before it starts, so that no byte is lost."""

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
        # Until the process has started, the output may be the engine's own error, which
        # belongs to the reason and not to the container's log.
        self._held: list[bytes] | None = []
        self._hold = threading.Lock()
        self._decided = threading.Event()

    @property
    def runtime_id(self) -> str:
        """The container's id."""
        return self._id

    def start(self) -> None:
        """Start the container.

        Raises:
            StartFailedError: the process does not start.
        """
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
                    output = b"".join(self._held or ()).decode("utf-8", "replace")
                forget(attached)
                self._commands.remove(self._id)
                shutil.rmtree(self._folder, ignore_errors=True)
                raise StartFailedError(last_line(output))
            time.sleep(_POLL_SECONDS)
        with self._hold:
            held, self._held = self._held or [], None
            for chunk in held:
                self._output(chunk)
        self._decided.set()
        threading.Thread(target=self._watch, args=(attached, reader), daemon=True).start()

    def wait(self) -> Exit:
        """Block until the container has ended and all its output has been passed on."""
        self._ended.wait()
        return self._exit

    def stop(self, timeout: float) -> None:
        """Send SIGTERM, and SIGKILL after `timeout` seconds."""
        if not self._ended.is_set():
            self._commands.stop(self._id, timeout)
            self._ended.wait()

    def kill(self) -> None:
        """Send SIGKILL."""
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
                if full:  # stop reading until the engine reports the start
                    self._decided.wait()

    def _watch(self, attached: subprocess.Popen[bytes], reader: threading.Thread) -> None:
        code = attached.wait()
        forget(attached)
        reader.join()
        how = self._commands.exit_of(self._id, code)
        # Podman's monitor writes this file after an OOM kill. With cgroups v1, Podman ignores
        # the file and reports no OOM kill.
        if (self._folder / "oom").exists():
            how = replace(how, out_of_memory=True)
        self._exit = how
        self._commands.remove(self._id)
        shutil.rmtree(self._folder, ignore_errors=True)
        self._ended.set()
