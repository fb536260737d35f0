"""What Docker and Podman have in common: their command line.

The image store is the user's own, so that what they have built or pulled is used and stays.
What the sandbox builds goes under a name of its own (`localhost/mwaa-ecs-sandbox/…:<sandbox>`)
and is removed at the end: under the image's real name it would shadow the real image for good.
Every container carries the label `mwaa-ecs.sandbox=<id>`, by which the end finds them all, and
one that names the owner, by which the next sandbox finds those of one that was killed.
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

from mwaa_ecs.processes import Programs, start
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
from mwaa_ecs.sandbox.engines.scratch import Scratch
from mwaa_ecs.sandbox.engines.variables import UnpassableError, sort_variables
from mwaa_ecs.sandbox.leftovers.folders import is_left_over

LABEL = "mwaa-ecs.sandbox"
OWNER = f"{LABEL}.owner"
_OUR_IMAGES = "localhost/mwaa-ecs-sandbox/"
_NO_SUCH = "no such "
# A daemon that is being restarted answers again after a while.
_CANNOT_INSPECT = "CannotInspectContainerError: "
_ENGINE_FAILED = 125
"""What Docker and Podman exit with where the failure is their own."""
_ASKS, _ASK_AGAIN_SECONDS = 5, 2.0
_PULL_SECONDS = 300
_BUILD_SECONDS = 900
_QUICK_SECONDS = 60


class CommandLine:
    """The engine's program with the flags that it needs on this machine."""

    def __init__(self, program: str, flags: Sequence[str] = ()) -> None:
        self.prefix = (program, *flags)
        self.processes = Programs()

    def run(
        self,
        *arguments: str,
        timeout: float | None = _QUICK_SECONDS,
        env: Mapping[str, str] | None = None,
        given: str = "",
    ) -> subprocess.CompletedProcess[str]:
        """Run one command to its end; raises nothing but TimeoutExpired and OSError."""
        argv = [*self.prefix, *arguments]
        return self.processes.run(argv, timeout=timeout, env=env, given=given)


class CliEngine(Engine):
    """Runs containers through a command line that speaks Docker's language.

    run_flags: given to every `create`; build_flags: given to every `build`.
    """

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
        if self._closed:  # it may have come too late to be found by `close`
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
            # Somebody has removed the image since.
            del self._ready[image]
            self.ensure_image(image)
        container_id = done.stdout.split()[-1]
        if variables.checked:
            told = self._quietly("inspect", "--format", "{{json .Config.Env}}", container_id)
            found = set(json.loads(told or "[]"))
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
            # Its output is read as it comes; the engine would keep a second copy of all of it.
            "--log-driver=none",
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

    def attach(self, container_id: str, folder: Path) -> subprocess.Popen[bytes]:
        """Start the container with its output as ours; the program ends when it does."""
        return start(
            [*self._cli.prefix, "start", "--attach", container_id],
            # Podman's monitor leaves its notice of an OOM kill where it was started.
            cwd=folder,
            stdout=subprocess.PIPE,
        )

    def state(self, container_id: str) -> dict[str, Any]:
        """The container's state as the engine tells it; empty when it tells nothing."""
        return self._state(container_id)[0]

    def _state(self, container_id: str) -> tuple[dict[str, Any], str]:
        """The state, and the complaint where there is none."""
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
        """How it ended. Waits for it, should only the attachment have ended.

        attached: what the program exited with that was attached to it.
        """
        state, complaint = self._state_at_last(container_id)
        while _is_alive(state):
            self._quietly("wait", container_id, timeout=None)
            state, complaint = self._state_at_last(container_id)
        if state:
            return Exit(int(state.get("ExitCode", 1)), bool(state.get("OOMKilled", False)))
        if _NO_SUCH in complaint.lower():
            known = attached if 0 <= attached != _ENGINE_FAILED else None
            return Exit(
                known, reason=f"{_CANNOT_INSPECT}the container was removed: {complaint}"
            )
        return Exit(None, reason=f"{_CANNOT_INSPECT}{self.name} does not answer: {complaint}")

    def _state_at_last(self, container_id: str) -> tuple[dict[str, Any], str]:
        for attempt in range(_ASKS):
            if attempt:
                time.sleep(_ASK_AGAIN_SECONDS)
            state, complaint = self._state(container_id)
            if state or self._closed or _NO_SUCH in complaint.lower():
                break
        return state, complaint

    def stop(self, container_id: str, timeout: float) -> None:
        """SIGTERM, then SIGKILL after `timeout` seconds."""
        if self.state(container_id).get("Paused"):  # it could take no notice of a signal
            self._quietly("unpause", container_id)
        try:
            done = self._cli.run(
                *("stop", "-t", str(round(timeout)), container_id),
                timeout=timeout + _QUICK_SECONDS,
            )
        except subprocess.TimeoutExpired:
            self.kill(container_id)
        else:
            if done.returncode:
                self.kill(container_id)

    def kill(self, container_id: str) -> None:
        """SIGKILL now."""
        self._quietly("kill", container_id)

    def remove(self, container_id: str) -> None:
        """Remove it, ended or not."""
        self._quietly("rm", "--force", "--volumes", container_id)

    def _quietly(self, *arguments: str, timeout: float | None = _QUICK_SECONDS) -> str:
        try:
            return self._cli.run(*arguments, timeout=timeout).stdout
        except subprocess.TimeoutExpired:
            return ""

    # -- the end -----------------------------------------------------------------------------

    def sweep(self) -> None:
        """Remove the containers and images of this user's sandboxes that were killed."""
        marked = ("--filter", f"label={OWNER}")
        ids = self._quietly("ps", "--all", "--quiet", *marked).split()
        if left := self._left_over("container", ids):
            self._quietly("kill", *left)
            self._quietly("rm", "--force", "--volumes", *left)
        # What a user has built upon an image has its labels, and another name.
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
            # Podman's `rm --force` asks nicely first, and waits; Docker's does not.
            self._quietly("kill", *ids)
            self._quietly("rm", "--force", "--volumes", *ids)
        if self._built:
            self._quietly("rmi", "--force", *self._built)
        self._scratch.remove()


def _is_alive(state: Mapping[str, Any]) -> bool:
    return bool(state.get("Running") or state.get("Paused"))
