"""Runs containers through the command line that Docker and Podman share.

The sandbox uses the user's own image store, so images that they built or pulled are used and
kept. An image that the sandbox builds is called `localhost/mwaa-ecs-sandbox/…:<sandbox>` and is
removed at the end. Under its real name it would shadow the real image later.
The label `mwaa-ecs.sandbox=<id>` marks all containers of a sandbox. A second label names the
owner, so that the next sandbox finds the containers of a killed one.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mwaa_ecs.processes import start
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
from mwaa_ecs.sandbox.engines.cli_program import QUICK_SECONDS, CliProgram
from mwaa_ecs.sandbox.engines.images import (
    ImageSource,
    by_full_name,
    full_name,
    last_line,
    prepare_context,
)
from mwaa_ecs.sandbox.engines.scratch import Scratch
from mwaa_ecs.sandbox.engines.variables import UnpassableError, sort_variables
from mwaa_ecs.sandbox.leftovers.folders import is_left_over

LABEL = "mwaa-ecs.sandbox"
OWNER = f"{LABEL}.owner"
_OUR_IMAGES = "localhost/mwaa-ecs-sandbox/"
_NO_SUCH = "no such "
_CANNOT_INSPECT = "CannotInspectContainerError: "
_ENGINE_FAILED = 125
"""Exit code of Docker and Podman if they fail themselves."""
# A daemon that restarts answers again after a while.
_INSPECT_ATTEMPTS, _INSPECT_PAUSE_SECONDS = 5, 2.0
_PULL_SECONDS = 300
_BUILD_SECONDS = 900


class CliEngine(Engine):
    """Runs containers through a command line that is compatible with Docker's.

    Args:
        cli: the engine's program.
        version: the engine's version.
        images: sources of images that a registry may lack, by name.
        run_flags: flags of every `create`.
        build_flags: flags of every `build`.
    """

    def __init__(
        self,
        cli: CliProgram,
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
        """Return one line: the engine, its version, and why no better engine is used."""
        line = f"{self.name} {self._version}"
        return f"{line} ({self._why})" if self._why else line

    def because(self, why: str) -> None:
        """Set why no better engine is used, for `describe`."""
        self._why = why

    # -- images ------------------------------------------------------------------------------

    def ensure_image(self, image: str) -> None:
        """Use the local image, else pull it, else build it from its source.

        Raises:
            ImageUnavailableError: none of these is possible.
        """
        name = full_name(image)
        with self._lock:
            lock = self._image_locks.setdefault(name, threading.Lock())
        # Twenty tasks with one image pull it once; tasks with other images do not wait.
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
        folder = self._scratch.subfolder("build-")
        path = re.sub(r"[^a-z0-9]+", "-", name.rpartition("/")[2].lower()).strip("-")
        tag = f"{_OUR_IMAGES}{path}:{self._id}-{uuid.uuid4().hex[:6]}"
        try:
            context, containerfile = prepare_context(source, folder, self._cli.processes)
            done = self._cli.run(
                *("build", "--quiet", *self._build_flags),
                *self._labels(),
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
        try:
            container_id = self._created(spec)
        except subprocess.TimeoutExpired as error:
            raise StartFailedError(f"{self.name} did not answer: {error}") from error
        except (OSError, ValueError, UnpassableError) as error:  # too long, or a NUL
            raise StartFailedError(str(error)) from error
        folder = self._scratch.subfolder("container-")
        container = CliContainer(self, container_id, output, folder)
        if self._closed:  # `close` may have missed this container
            self.remove(container_id)
            raise StartFailedError("the sandbox is closing")
        container.start()
        return container

    def _created(self, spec: ContainerSpec) -> str:
        variables = sort_variables(spec.environment)
        image = full_name(spec.image)
        for last_try in (False, True):
            done = self._cli.run(
                *self._create(spec, variables.arguments),
                env={**os.environ, **variables.passed},
                given=variables.env_file,
            )
            if done.returncode == 0:
                break
            if (
                last_try
                or self._cli.run("image", "inspect", self._ready[image]).returncode == 0
            ):
                raise StartFailedError(last_line(done.stderr))
            # The image has been removed since `ensure_image`.
            del self._ready[image]
            self.ensure_image(image)
        container_id = done.stdout.split()[-1]
        if variables.checked:
            shown = self._quietly("inspect", "--format", "{{json .Config.Env}}", container_id)
            found = set(json.loads(shown or "[]"))
            for name, value in variables.checked.items():
                if f"{name}={value}" not in found:
                    self.remove(container_id)
                    raise StartFailedError(
                        f"{self.name} {self._version} does not pass on the value of the "
                        f"environment variable {name!r} as it is. Give it another name, or "
                        "encode the value"
                    )
        return container_id

    def _labels(self) -> list[str]:
        owner = self._scratch.folder.label
        return ["--label", f"{LABEL}={self._id}", "--label", f"{OWNER}={owner}"]

    def _create(self, spec: ContainerSpec, environment: Sequence[str]) -> list[str]:
        arguments = [
            *("create", "--pull=never", "--name", spec.name, *self._labels()),
            # The output is read from the attachment; a log driver would store a second copy.
            "--log-driver=none",
            *self._run_flags,
            *environment,
        ]
        if spec.entry_point is not None:
            # The option takes one word, so the rest of ECS's list goes before the command.
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
        # Engines refuse more CPUs than the machine has.
        return None if cpus is None else f"{min(cpus, os.cpu_count() or 1):.2f}"

    # -- ContainerCommands ----------------------------------------------------------

    def attach(self, container_id: str, folder: Path) -> subprocess.Popen[bytes]:
        """Start the container attached to a program that ends when the container does."""
        return start(
            [*self._cli.prefix, "start", "--attach", container_id],
            # Podman's monitor writes the file `oom` into its working folder.
            cwd=folder,
            stdout=subprocess.PIPE,
        )

    def state(self, container_id: str) -> dict[str, Any]:
        """Return the container's state as the engine reports it; empty if it reports none."""
        return self._state(container_id)[0]

    def _state(self, container_id: str) -> tuple[dict[str, Any], str]:
        """Return the state, and the engine's error if there is no state."""
        try:
            done = self._cli.run("inspect", "--format", "{{json .State}}", container_id)
        except (subprocess.TimeoutExpired, OSError) as error:
            return {}, str(error)
        try:
            state = json.loads(done.stdout)
        except ValueError:
            state = None
        return (state, "") if isinstance(state, dict) else ({}, last_line(done.stderr))

    def exit_of(self, container_id: str, attached: int) -> Exit:
        """Return how the container ended; wait for it if only the attachment has ended.

        Args:
            container_id: the container.
            attached: the exit code of the attached program.
        """
        state, complaint = self._final_state(container_id)
        while _is_alive(state):
            self._quietly("wait", container_id, timeout=None)
            state, complaint = self._final_state(container_id)
        if state:
            return Exit(int(state.get("ExitCode", 1)), bool(state.get("OOMKilled", False)))
        if _NO_SUCH in complaint.lower():
            known = attached if 0 <= attached != _ENGINE_FAILED else None
            return Exit(
                known, reason=f"{_CANNOT_INSPECT}the container was removed: {complaint}"
            )
        return Exit(None, reason=f"{_CANNOT_INSPECT}{self.name} does not answer: {complaint}")

    def _final_state(self, container_id: str) -> tuple[dict[str, Any], str]:
        for attempt in range(_INSPECT_ATTEMPTS):
            if attempt:
                time.sleep(_INSPECT_PAUSE_SECONDS)
            state, complaint = self._state(container_id)
            if state or self._closed or _NO_SUCH in complaint.lower():
                break
        return state, complaint

    def stop(self, container_id: str, timeout: float) -> None:
        """Send SIGTERM, and SIGKILL after `timeout` seconds."""
        if self.state(container_id).get("Paused"):  # a paused container ignores signals
            self._quietly("unpause", container_id)
        try:
            done = self._cli.run(
                *("stop", "-t", str(round(timeout)), container_id),
                timeout=timeout + QUICK_SECONDS,
            )
        except subprocess.TimeoutExpired:
            self.kill(container_id)
        else:
            if done.returncode:
                self.kill(container_id)

    def kill(self, container_id: str) -> None:
        """Send SIGKILL."""
        self._quietly("kill", container_id)

    def remove(self, container_id: str) -> None:
        """Remove the container even if it runs."""
        self._quietly("rm", "--force", "--volumes", container_id)

    def _quietly(self, *arguments: str, timeout: float | None = QUICK_SECONDS) -> str:
        try:
            return self._cli.run(*arguments, timeout=timeout).stdout
        except subprocess.TimeoutExpired:
            return ""

    # -- the end -----------------------------------------------------------------------------

    def sweep(self) -> None:
        """Remove the containers and images of this user's killed sandboxes."""
        marked = ("--filter", f"label={OWNER}")
        ids = self._quietly("ps", "--all", "--quiet", *marked).split()
        if left := self._left_over("container", ids):
            self._quietly("kill", *left)
            self._quietly("rm", "--force", "--volumes", *left)
        # An image that a user built on ours inherits the labels, but has another name.
        names = self._quietly("images", "--format", "{{.Repository}}:{{.Tag}}", *marked).split()
        ours = [name for name in names if name.startswith(_OUR_IMAGES)]
        if left := self._left_over("image", ours):
            self._quietly("rmi", "--force", *left)

    def _left_over(self, kind: str, names: Sequence[str]) -> list[str]:
        label = f'{{{{index .Config.Labels "{OWNER}"}}}}'
        return [
            name
            for name in names
            if is_left_over(self._quietly(kind, "inspect", "--format", label, name).strip())
        ]

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
            # Podman's `rm --force` sends SIGTERM first and waits; Docker's does not.
            self._quietly("kill", *ids)
            self._quietly("rm", "--force", "--volumes", *ids)
        if self._built:
            self._quietly("rmi", "--force", *self._built)
        self._scratch.remove()


def _is_alive(state: Mapping[str, Any]) -> bool:
    return bool(state.get("Running") or state.get("Paused"))
