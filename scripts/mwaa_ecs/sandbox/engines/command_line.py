"""What Docker and Podman have in common: their command line.

The image store is the user's own, so that what they have built or pulled is used and stays.
What the sandbox builds goes under a name of its own (`localhost/mwaa-ecs-sandbox/…:<sandbox>`)
and is removed at the end: under the image's real name it would shadow the real image for good.
Every container carries the label `mwaa-ecs.sandbox=<id>`, by which the end finds them all.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mwaa_ecs.sandbox.engines.base import (
    ContainerSpec,
    Engine,
    Exit,
    ImageUnavailableError,
    Output,
    Running,
    StartFailedError,
)
from mwaa_ecs.sandbox.engines.cli_container import CliContainer
from mwaa_ecs.sandbox.engines.images import (
    ImageSource,
    by_full_name,
    full_name,
    last_line,
    prepare_context,
)
from mwaa_ecs.sandbox.engines.processes import Processes
from mwaa_ecs.sandbox.engines.scratch import Scratch

LABEL = "mwaa-ecs.sandbox"
_PULL_SECONDS = 300
_BUILD_SECONDS = 900
_QUICK_SECONDS = 60
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PLAIN_VALUE = re.compile(r"[A-Za-z0-9_./:@%+,=~-]*")
_THEIRS = re.compile(r"DOCKER|CONTAINER|PODMAN|BUILD|XDG_|LD_|GO|TMPDIR|STORAGE_|_CONTAINERS_")


def sort_environment(
    environment: Mapping[str, str],
) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """What goes by env file, what by the program's own environment, what by argument.

    Values may be secrets and any user of the machine can read arguments, so the file is
    best; but Docker and Podman read quotes, blanks and line ends in it differently. Those
    values go by the environment, unless the name means something to the program itself.
    """
    plain: dict[str, str] = {}
    passed: dict[str, str] = {}
    named: dict[str, str] = {}
    for name, value in environment.items():
        if _PLAIN_NAME.fullmatch(name) and _PLAIN_VALUE.fullmatch(value):
            plain[name] = value
        elif name in os.environ or not _PLAIN_NAME.fullmatch(name) or _THEIRS.match(name):
            named[name] = value
        else:
            passed[name] = value
    return plain, passed, named


class CommandLine:
    """The engine's program with the flags that it needs on this machine."""

    def __init__(self, program: str, flags: Sequence[str] = ()) -> None:
        self.prefix = (program, *flags)
        self.processes = Processes()

    def run(
        self,
        *arguments: str,
        timeout: float | None = _QUICK_SECONDS,
        env: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run one command to its end; raises nothing but TimeoutExpired and OSError."""
        return self.processes.run([*self.prefix, *arguments], timeout=timeout, env=env)


class CliEngine(Engine):
    """Runs containers through a command line that speaks Docker's language.

    run_flags: given to every `create`; build_flags: given to every `build`.
    """

    tells_out_of_memory = True
    """Whether the engine's word that it was not out of memory can be taken."""

    def __init__(
        self,
        cli: CommandLine,
        *,
        version: str,
        images: Mapping[str, ImageSource] | None = None,
        run_flags: Sequence[str] = (),
        build_flags: Sequence[str] = (),
    ) -> None:
        self._cli = cli
        self._version = version
        self._why = ""
        self._images = by_full_name(images)
        self._run_flags = tuple(run_flags)
        self._build_flags = tuple(build_flags)
        self._id = uuid.uuid4().hex[:12]
        self._scratch = Scratch()
        self._ready: dict[str, str] = {}
        self._built: list[str] = []
        self._image_locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()
        self._closed = False

    def describe(self) -> str:
        """One line for people."""
        line = f"{self.name} {self._version}"
        return f"{line} ({self._why})" if self._why else line

    def because(self, why: str) -> None:
        """Say why no better engine was taken; `describe` tells it."""
        self._why = why

    # -- images ------------------------------------------------------------------------------

    def ensure_image(self, image: str) -> None:
        """Take the image that is here, else pull it, else build it from its source.

        Raises:
            ImageUnavailableError: neither was possible.
        """
        name = full_name(image)
        with self._lock:
            lock = self._image_locks.setdefault(name, threading.Lock())
        # Twenty tasks of one image pull it once; other images do not wait for it.
        with lock:
            if name not in self._ready:
                self._ready[name] = self._find(name)

    def _find(self, name: str) -> str:
        try:
            if self._cli.run("image", "inspect", name).returncode == 0:
                return name
            pull = self._cli.run("pull", "--quiet", name, timeout=_PULL_SECONDS)
            if pull.returncode == 0:
                return name
            reason = "the sandbox is closing" if self._closed else last_line(pull.stderr)
        except subprocess.TimeoutExpired as error:
            reason = f"no answer within {error.timeout:.0f} s"
        source = self._images.get(name)
        if source is None or source.build is None or self._closed:
            raise ImageUnavailableError(reason)
        try:
            return self._build(name, source)
        except ImageUnavailableError as error:
            raise ImageUnavailableError(f"{reason}; {error}") from error

    def _build(self, name: str, source: ImageSource) -> str:
        folder = Path(tempfile.mkdtemp(prefix="build-", dir=self._scratch.path))
        path = re.sub(r"[^a-z0-9]+", "-", name.rpartition("/")[2].lower()).strip("-")
        tag = f"localhost/mwaa-ecs-sandbox/{path}:{self._id}-{uuid.uuid4().hex[:6]}"
        try:
            context, containerfile = prepare_context(source, folder, self._cli.processes)
            done = self._cli.run(
                *("build", "--quiet", *self._build_flags),
                *("--label", f"{LABEL}={self._id}"),
                *("--tag", tag, "--file", str(containerfile), str(context)),
                timeout=_BUILD_SECONDS,
            )
        except subprocess.TimeoutExpired as error:
            raise ImageUnavailableError(
                f"building it took over {error.timeout:.0f} s"
            ) from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        if done.returncode:
            raise ImageUnavailableError(f"building it failed: {last_line(done.stderr)}")
        with self._lock:
            self._built.append(tag)
        return tag

    # -- containers --------------------------------------------------------------------------

    def start(self, spec: ContainerSpec, output: Output) -> Running:
        """Create and start a container. Raises StartFailedError with the engine's own text."""
        with self._lock:
            if self._closed:
                raise StartFailedError("the sandbox is closing")
        handle, env_file = tempfile.mkstemp(prefix="env-", dir=self._scratch.path)
        try:
            plain, passed, named = sort_environment(spec.environment)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.writelines(f"{name}={value}\n" for name, value in plain.items())
            environment = ["--env-file", env_file]
            for name in passed:
                environment += ["--env", name]
            for name, value in named.items():
                environment += ["--env", f"{name}={value}"]
            done = self._cli.run(*self._create(spec, environment), env={**os.environ, **passed})
        except subprocess.TimeoutExpired as error:
            raise StartFailedError(f"{self.name} did not answer: {error}") from error
        except ValueError as error:  # a NUL in an argument
            raise StartFailedError(str(error)) from error
        finally:
            Path(env_file).unlink(missing_ok=True)
        if done.returncode:
            raise StartFailedError(last_line(done.stderr))
        container = CliContainer(
            self,
            done.stdout.split()[-1],
            output,
            guess_out_of_memory=spec.memory_mib is not None and not self.tells_out_of_memory,
        )
        if self._closed:  # it may have come too late to be found by `close`
            self.remove(container.runtime_id)
            raise StartFailedError("the sandbox is closing")
        container.start()
        return container

    def _create(self, spec: ContainerSpec, environment: Sequence[str]) -> list[str]:
        arguments = [
            *("create", "--pull=never", "--label", f"{LABEL}={self._id}", "--name", spec.name),
            *self._run_flags,
            *environment,
        ]
        if spec.entry_point is not None:
            # The option takes one word, ECS's entry point is a list: the rest is command.
            arguments += ["--entrypoint", spec.entry_point[0] if spec.entry_point else ""]
        for option, value in (
            ("--workdir", spec.working_directory),
            ("--user", spec.user),
            ("--memory", None if spec.memory_mib is None else f"{spec.memory_mib}m"),
            ("--cpus", self._cpus(spec.cpus)),
        ):
            if value is not None:
                arguments += [option, value]
        if spec.read_only:
            arguments.append("--read-only")
        if spec.init:
            arguments.append("--init")
        arguments.append(self._ready[full_name(spec.image)])
        return [*arguments, *(spec.entry_point or ())[1:], *(spec.command or ())]

    @staticmethod
    def _cpus(cpus: float | None) -> str | None:
        # More than the machine has is refused; a quarter of one is honoured.
        return None if cpus is None else f"{min(cpus, os.cpu_count() or 1):.2f}"

    # -- what CliContainer asks for ----------------------------------------------------------

    def attach(self, container_id: str) -> subprocess.Popen[bytes]:
        """Start the container with its output as ours; the program ends when it does."""
        return subprocess.Popen(
            [*self._cli.prefix, "start", "--attach", container_id],
            # Podman's monitor leaves a file named "oom" where it was started.
            cwd=self._scratch.path,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def state(self, container_id: str) -> dict[str, Any]:
        """The container's state as the engine tells it; empty when it tells nothing."""
        done = self._quietly("inspect", "--format", "{{json .State}}", container_id)
        try:
            state = json.loads(done)
        except ValueError:
            return {}
        return state if isinstance(state, dict) else {}

    def exit_of(self, container_id: str) -> Exit:
        """How it ended. Waits for it, should only the attachment have ended."""
        state = self.state(container_id)
        if state.get("Running"):
            self._quietly("wait", container_id, timeout=None)
            state = self.state(container_id)
        return Exit(int(state.get("ExitCode", 1)), bool(state.get("OOMKilled", False)))

    def stop(self, container_id: str, timeout: float) -> None:
        """SIGTERM, then SIGKILL after `timeout` seconds."""
        self._quietly(
            "stop",
            "-t",
            str(round(timeout)),
            container_id,
            timeout=timeout + _QUICK_SECONDS,
        )

    def kill(self, container_id: str) -> None:
        """SIGKILL now."""
        self._quietly("kill", container_id)

    def remove(self, container_id: str) -> None:
        """Remove it, ended or not."""
        self._quietly("rm", "--force", container_id)

    def _quietly(self, *arguments: str, timeout: float | None = _QUICK_SECONDS) -> str:
        try:
            return self._cli.run(*arguments, timeout=timeout).stdout
        except subprocess.TimeoutExpired:
            return ""

    # -- the end -----------------------------------------------------------------------------

    def close(self) -> None:
        """Remove every container and every image that this engine made."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        self._cli.processes.interrupt()
        listed = self._quietly(
            "ps", "--all", "--quiet", "--filter", f"label={LABEL}={self._id}"
        )
        if ids := listed.split():
            # Podman's `rm --force` asks nicely first, and waits; Docker's does not.
            self._quietly("kill", *ids)
            self._quietly("rm", "--force", "--volumes", *ids)
        if self._built:
            self._quietly("rmi", "--force", *self._built)
        self._scratch.remove()
