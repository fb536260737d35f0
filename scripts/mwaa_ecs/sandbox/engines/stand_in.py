"""The stand-in: a local process in place of a container, for machines without an engine.

A stand-in tests a task's way through ECS, CloudWatch and Airflow, but not the image: the
example declares the command, which runs on this machine's file system. Of this machine's
environment the process gets PATH only. Its working folder is temporary.
"""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from mwaa_ecs.processes import forget, signal_group, start
from mwaa_ecs.sandbox.engines.base import (
    ContainerSpec,
    Engine,
    Exit,
    ImageUnavailableError,
    Output,
    StartFailedError,
)
from mwaa_ecs.sandbox.engines.images import ImageSource, by_full_name, full_name
from mwaa_ecs.sandbox.engines.scratch import Scratch

_READ = 64 * 1024
_DRAIN_SECONDS = 5.0


def _program(name: str) -> str:
    """Find a program in this process's PATH; the caller of RunTask can set the container's."""
    found = shutil.which(name, path=os.environ.get("PATH", os.defpath))
    if found is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name)
    return str(Path(found).absolute())


class StandInProcess:
    """A process that leads a session, treated like process 1 of a container."""

    def __init__(
        self,
        argv: Sequence[str],
        environment: Mapping[str, str],
        folder: Path,
        output: Output,
        gone: Callable[[StandInProcess], None],
    ) -> None:
        self._folder = folder
        self._gone = gone
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._reaped = False
        self._exit = Exit(0)
        self._process = start(
            [_program(argv[0]), *argv[1:]],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            ends_with_us=True,
        )
        self._reader = threading.Thread(target=self._read, args=(output,), daemon=True)
        self._reader.start()
        threading.Thread(target=self._watch, daemon=True).start()

    @property
    def runtime_id(self) -> str:
        """The process id."""
        return str(self._process.pid)

    def wait(self) -> Exit:
        """Block until the process has ended and all its output has been passed on."""
        self._ended.wait()
        return self._exit

    def stop(self, timeout: float) -> None:
        """Send SIGTERM, and SIGKILL after `timeout` seconds."""
        self._signal(signal.SIGTERM)
        if not self._ended.wait(timeout):
            self.kill()
            self._ended.wait()

    def kill(self) -> None:
        """Send SIGKILL to the whole session."""
        self._signal(signal.SIGKILL, group=True)

    def _signal(self, number: signal.Signals, *, group: bool = False) -> None:
        # SIGTERM goes to the leader only, as a container's goes to process 1. The lock keeps
        # the leader unreaped meanwhile, so that no other process can have its id.
        with self._lock:
            if self._reaped:
                return
            if group:
                signal_group(self._process.pid, number)
            else:
                # send_signal would reap a leader that has ended, which `_reap` waits for.
                os.kill(self._process.pid, number)

    def _read(self, output: Output) -> None:
        stream = self._process.stdout
        assert stream is not None
        with stream:
            while chunk := os.read(stream.fileno(), _READ):
                output(chunk)

    def _watch(self) -> None:
        try:
            self._reap()
        finally:
            # On every error, the waiting callers must go on.
            self._ended.set()

    def _reap(self) -> None:
        # A container ends with its process 1. WNOWAIT leaves the leader unreaped, so that the
        # group keeps its id until the rest of the group is killed.
        if hasattr(os, "waitid"):
            os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT)
            self._signal(signal.SIGKILL, group=True)
            forget(self._process)
            with self._lock:
                code = self._process.wait()
                self._reaped = True
        else:  # macOS before Python 3.13
            code = self._process.wait()
            forget(self._process)
            self._signal(signal.SIGKILL, group=True)
            self._reaped = True
        # A daemon that left the session may hold the pipe open indefinitely.
        self._reader.join(_DRAIN_SECONDS)
        shutil.rmtree(self._folder, ignore_errors=True)
        self._exit = Exit(128 - code if code < 0 else code)
        self._gone(self)


class StandInEngine(Engine):
    """Runs the commands that stand in for images."""

    name = "stand-in"

    def __init__(self, images: Mapping[str, ImageSource] | None = None, why: str = "") -> None:
        self._images = by_full_name(images)
        self._why = why
        self._scratch = Scratch()
        self._processes: set[StandInProcess] = set()
        self._lock = threading.Lock()
        self._closed = False

    def describe(self) -> str:
        """Return one line: the engine, and why no better engine is used."""
        line = "stand-in: local commands in place of containers"
        return f"{line} ({self._why})" if self._why else line

    def ensure_image(self, image: str) -> None:
        """Check that the image has a stand-in.

        Raises:
            ImageUnavailableError: the image has none.
        """
        self._argv(image)

    def start(self, spec: ContainerSpec, output: Output) -> StandInProcess:
        """Start the image's stand-in; the container's entry point and command are arguments."""
        argv = [*self._argv(spec.image), *(spec.entry_point or ()), *(spec.command or ())]
        with self._lock:
            if self._closed:
                raise StartFailedError("the sandbox is closing")
            folder = self._scratch.subfolder("task-")
            environment = {
                "PATH": os.environ.get("PATH", os.defpath),
                "HOME": str(folder),
                **spec.environment,
            }
            try:
                process = StandInProcess(argv, environment, folder, output, self._forget)
            except OSError as error:
                shutil.rmtree(folder, ignore_errors=True)
                raise StartFailedError(
                    f"the stand-in {argv[0]!r} cannot be run: {error.strerror}"
                ) from error
            except ValueError as error:  # a NUL in an argument or in the environment
                shutil.rmtree(folder, ignore_errors=True)
                raise StartFailedError(f"the stand-in cannot be run: {error}") from error
            self._processes.add(process)
            return process

    def close(self) -> None:
        """End every process and remove the working folders."""
        with self._lock:
            self._closed = True
            left = list(self._processes)
        for process in left:
            process.kill()
        for process in left:
            process.wait()
        self._scratch.remove()

    def _argv(self, image: str) -> Sequence[str]:
        source = self._images.get(full_name(image))
        if source is None or not source.stand_in:
            raise ImageUnavailableError(
                "this image has no stand-in, and there is no container engine"
            )
        return source.stand_in

    def _forget(self, process: StandInProcess) -> None:
        with self._lock:
            self._processes.discard(process)
