"""Runs a task in its own thread, from PROVISIONING to STOPPED.

PROVISIONING  the network interface
PENDING       the task role's keys, secrets and environment files, log streams, images, and the
              containers' start in the order of dependsOn
RUNNING       every container has been started
STOPPING      an essential container has ended, StopTask was called, or all have ended
DEPROVISIONING, STOPPED

The condition HEALTHY of dependsOn counts as START, because the engines run no health checks.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence, Set

from mwaa_ecs.sandbox.ecs.awslogs import LoggerRefusedError, LogStream
from mwaa_ecs.sandbox.ecs.environment_files import FileUnavailableError, read_files
from mwaa_ecs.sandbox.ecs.roles import AgentClients, RoleClients, role_keys
from mwaa_ecs.sandbox.ecs.secrets import SecretUnavailableError, read_secret
from mwaa_ecs.sandbox.ecs.task import Container, Gate, Task, open_gate
from mwaa_ecs.sandbox.engines import (
    ContainerSpec,
    Engine,
    Exit,
    ImageUnavailableError,
    StartFailedError,
)
from mwaa_ecs.sandbox.engines.images import full_name

_STOP_SECONDS = 30
_CONDITIONS = frozenset({"START", "COMPLETE", "SUCCESS", "HEALTHY"})
_OUT_OF_MEMORY = "OutOfMemoryError: Container killed due to memory usage"
_ESSENTIAL_EXITED = "Essential container in task exited"

_log = logging.getLogger(__name__)


class _NotStartedError(Exception):
    """The task does not start. The text is its stoppedReason."""

    def __init__(self, reason: str, container: Container | None = None) -> None:
        super().__init__(reason)
        self.container = container


class _StoppedError(Exception):
    """StopTask was called before the containers started."""


class TaskLifecycle:
    """Runs one task to its end."""

    def __init__(
        self,
        task: Task,
        engine: Engine,
        clients: AgentClients,
        environment: Callable[[str], Mapping[str, str]],
        gate: Gate = open_gate,
    ) -> None:
        self._task = task
        self._engine = engine
        self._clients = clients
        place, role = task.backend.place, task.execution_role_arn
        self._as_execution_role = RoleClients(clients, role, place, task.id) if role else None
        self._environment = environment(place.region)
        self._gate = gate
        self._streams: dict[str, LogStream] = {}
        self._keys: dict[str, str] = {}
        self._files: dict[str, dict[str, str]] = {}
        self._secrets: dict[str, dict[str, str]] = {}

    def run(self) -> None:
        """Run the task until it is STOPPED; report every failure in its stoppedReason."""
        task = self._task
        try:
            self._provision()
            self._prepare()
            self._run_containers()
        except _StoppedError:
            pass
        except _NotStartedError as failure:
            if failure.container is not None:
                failure.container.reason = str(failure)
            task.request_stop("TaskFailedToStart", str(failure))
        except Exception as error:  # any error must stop the task, or it hangs
            _log.exception("The sandbox failed to run task %s", task.arn)
            task.request_stop("TaskFailedToStart", f"InternalError: {error}")
        finally:
            self._end()

    # -- before the containers ---------------------------------------------------------------

    def _provision(self) -> None:
        task = self._task
        if task.subnet is not None:
            interface = task.backend.create_interface(
                task.subnet, task.launch.security_groups, f"ECS task {task.arn}"
            )
            with task.lock:
                task.interface = interface
        self._go_on()
        task.move("PENDING", "connectivityAt")

    def _prepare(self) -> None:
        task = self._task
        if task.task_role_arn:
            sts = self._clients.in_place("sts", task.backend.place)
            self._keys = role_keys(sts, task.task_role_arn, task.id)
        for container in task.containers:
            self._resolve_secrets(container)
            self._read_files(container)
        for container in task.containers:
            self._open_log(container)
        task.mark("pullStartedAt")
        for container in task.containers:
            self._go_on()
            self._pass_gate("image", container)
            image = str(container.definition["image"])
            try:
                self._engine.ensure_image(image)
            except ImageUnavailableError as error:
                raise _NotStartedError(_cannot_pull(image, error), container) from error
        task.mark("pullStoppedAt")
        self._go_on()

    def _resolve_secrets(self, container: Container) -> None:
        self._pass_gate("secrets", container)
        found: dict[str, str] = {}
        try:
            for secret in container.definition.get("secrets") or ():
                found[secret["name"]] = read_secret(
                    secret["valueFrom"],
                    self._as_execution_role,
                    self._task.backend.place.region,
                )
        except SecretUnavailableError as error:
            raise _NotStartedError(f"ResourceInitializationError: {error}") from error
        self._secrets[container.name] = found

    def _read_files(self, container: Container) -> None:
        files = container.definition.get("environmentFiles") or ()
        self._pass_gate("files", container)
        try:
            self._files[container.name] = read_files(
                files, self._as_execution_role, self._task.backend.place.region
            )
        except FileUnavailableError as error:
            raise _NotStartedError(f"ResourceInitializationError: {error}") from error

    def _open_log(self, container: Container) -> None:
        configuration = container.definition.get("logConfiguration") or {}
        if configuration.get("logDriver") != "awslogs":
            return
        self._pass_gate("logs", container)
        try:
            self._streams[container.name] = LogStream(
                self._task.backend.place,
                configuration.get("options") or {},
                container=container.name,
                task_id=self._task.id,
            )
        except LoggerRefusedError as error:
            raise _NotStartedError(f"ResourceInitializationError: {error}") from error

    def _pass_gate(self, what_for: str, container: Container) -> None:
        if (reason := self._gate(what_for, self._task, container.definition)) is not None:
            raise _NotStartedError(reason, container if what_for == "image" else None)

    def _go_on(self) -> None:
        if self._task.stop_requested:
            raise _StoppedError

    # -- the containers ----------------------------------------------------------------------

    def _run_containers(self) -> None:
        task = self._task
        while not task.stop_requested:
            # This round decides by one snapshot: a container that ends meanwhile puts an
            # entry into `changes`, which starts the next round.
            ended = {container.name for container in task.containers if container.ended}
            waiting = [container for container in task.containers if not container.started]
            ready = [container for container in waiting if self._may_start(container, ended)]
            for container in ready:
                self._start(container)
            if ready:  # other containers may depend on these
                continue
            if not waiting:
                with task.lock:
                    if not task.stop_requested and task.last_status == "PENDING":
                        task.move("RUNNING", "startedAt")
            if self._is_over(ended):
                task.mark("executionStoppedAt")
                task.request_stop("EssentialContainerExited", _ESSENTIAL_EXITED)
                return
            if len(ended) + len(waiting) == len(task.containers):
                # Every started container has ended, so the waiting ones can never start.
                raise _NotStartedError(
                    "dependency graph: dependency on containers not resolved"
                )
            task.changes.get()

    def _is_over(self, ended: Set[str]) -> bool:
        containers = self._task.containers
        essential = {container.name for container in containers if container.essential}
        return bool(ended & essential) or len(ended) == len(containers)

    def _may_start(self, container: Container, ended: Set[str]) -> bool:
        others = {other.name: other for other in self._task.containers}
        for dependency in container.definition.get("dependsOn") or ():
            other = others.get(dependency["containerName"])
            condition = dependency.get("condition", "START")
            if other is None or condition not in _CONDITIONS:
                continue
            if condition in ("COMPLETE", "SUCCESS") and other.name not in ended:
                return False
            if condition == "SUCCESS" and other.exit_code != 0:
                raise _NotStartedError(
                    "dependency graph: failed to resolve container ordering dependency "
                    f"[{other.name}] for target [{container.name}] as dependency did not exit "
                    "successfully.",
                    container,
                )
            if not other.started:
                return False
        return True

    def _start(self, container: Container) -> None:
        stream = self._streams.get(container.name)
        try:
            running = self._engine.start(
                self._spec(container), stream.write if stream else _discard
            )
        except StartFailedError as error:
            raise _NotStartedError(f"CannotStartContainerError: {error}", container) from error
        except ImageUnavailableError as error:
            image = str(container.definition["image"])
            raise _NotStartedError(_cannot_pull(image, error), container) from error
        with self._task.lock:
            container.running = running
            container.last_status = "RUNNING"
            container.started = True
            self._task.mark()

        def watch() -> None:
            self._ended(container, running.wait())

        threading.Thread(target=watch, daemon=True, name=f"ecs-{container.name}").start()

    def _ended(self, container: Container, how: Exit) -> None:
        if stream := self._streams.get(container.name):
            stream.close()
        with self._task.lock:
            container.exit_code = how.code
            container.reason = _OUT_OF_MEMORY if how.out_of_memory else how.reason
            container.last_status = "STOPPED"
            container.ended = True
            self._task.mark()
        self._task.changes.put(None)

    def _spec(self, container: Container) -> ContainerSpec:
        definition = container.definition
        task = self._task
        variables = {
            item["name"]: str(item.get("value", ""))
            for item in definition.get("environment") or ()
        }
        return ContainerSpec(
            name=f"ecs-{task.id}-{container.name}",
            image=str(definition["image"]),
            entry_point=_words(definition.get("entryPoint")),
            command=_words(definition.get("command")),
            environment={
                **self._environment,
                **self._keys,
                "AWS_EXECUTION_ENV": "AWS_ECS_FARGATE",
                **self._files[container.name],
                **variables,
                **self._secrets[container.name],
            },
            working_directory=definition.get("workingDirectory") or None,
            user=definition.get("user") or None,
            memory_mib=definition.get("memory") or task.launch.memory,
            cpus=task.launch.cpu / 1024 if task.launch.cpu else None,
            read_only=bool(definition.get("readonlyRootFilesystem")),
            init=bool((definition.get("linuxParameters") or {}).get("initProcessEnabled")),
        )

    # -- the end -----------------------------------------------------------------------------

    def _end(self) -> None:
        task = self._task
        task.move("STOPPING", "stoppingAt")
        for level in _stop_order(task.containers):
            threads = [
                threading.Thread(target=_stop, args=(task, container), daemon=True)
                for container in level
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        while not all(container.ended for container in task.containers if container.started):
            task.changes.get()
        task.move("DEPROVISIONING", "executionStoppedAt")
        if task.interface is not None:
            task.backend.delete_interface(task.interface)
        with task.lock:
            for container in task.containers:
                container.last_status = "STOPPED"
            task.move("STOPPED", "stoppedAt")


def _discard(chunk: bytes) -> None:
    del chunk  # the container has no log driver that the sandbox supports


def _cannot_pull(image: str, error: ImageUnavailableError) -> str:
    return (
        "CannotPullContainerError: pull image manifest has been retried 1 time(s): "
        f"failed to resolve ref {full_name(image)}: {error}"
    )


def _words(value: Sequence[str] | None) -> tuple[str, ...] | None:
    # Terraform and the console send an empty list for the image's own value.
    return tuple(value) if value else None


def _stop(task: Task, container: Container) -> None:
    if container.running is not None:
        given = container.definition.get("stopTimeout")
        timeout = _STOP_SECONDS if given is None else int(given)
        container.running.stop(0 if task.killed else timeout)


def _stop_order(containers: Sequence[Container]) -> list[list[Container]]:
    """Group containers in the order in which they stop: dependents before dependencies."""
    left = list(containers)
    order: list[list[Container]] = []
    while left:
        needed = {
            dependency["containerName"]
            for container in left
            for dependency in container.definition.get("dependsOn") or ()
        }
        group = [container for container in left if container.name not in needed] or left
        order.append(group)
        left = [container for container in left if container not in group]
    return order
