"""The interface of engines and its types."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

Output = Callable[[bytes], None]
"""Receives chunks of a container's stdout and stderr; a chunk may end within a line."""


class ImageUnavailableError(Exception):
    """The image is not local and can be neither pulled nor built. The text is the engine's."""


class StartFailedError(Exception):
    """The image exists, but its process does not start. The text is the engine's."""


@dataclass(frozen=True)
class ContainerSpec:
    """A container to start.

    Attributes:
        name: the container's name.
        image: the image's name.
        entry_point: replaces the image's entry point unless it is None.
        command: replaces the image's command unless it is None.
        environment: environment variables.
        working_directory: replaces the image's working directory unless it is None.
        user: replaces the image's user unless it is None.
        memory_mib: the memory limit in MiB; None for no limit.
        cpus: the limit in CPUs; None for no limit.
        read_only: make the root file system read-only.
        init: run an init process as process 1.
    """

    name: str
    image: str
    entry_point: tuple[str, ...] | None = None
    command: tuple[str, ...] | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    working_directory: str | None = None
    user: str | None = None
    memory_mib: int | None = None
    cpus: float | None = None
    read_only: bool = False
    init: bool = False


@dataclass(frozen=True)
class Exit:
    """How a container ended.

    Attributes:
        code: the exit code, 128 + n after signal n; None if it cannot be determined.
        out_of_memory: True if the kernel killed a process because memory ran out.
        reason: ECS's reason for the container, if there is one.
    """

    code: int | None
    out_of_memory: bool = False
    reason: str | None = None


class Running(Protocol):
    """A started container."""

    @property
    def runtime_id(self) -> str:
        """The engine's id: a container id or a process id."""

    def wait(self) -> Exit:
        """Block until the container has ended and all its output has been passed on."""

    def stop(self, timeout: float) -> None:
        """Send SIGTERM, and SIGKILL after `timeout` seconds; return when it has ended."""

    def kill(self) -> None:
        """Send SIGKILL."""


class Engine(ABC):
    """Runs containers; safe for threads."""

    name: str

    loopback: str = "127.0.0.1"
    """The host name by which a container reaches this machine's loopback."""

    @abstractmethod
    def describe(self) -> str:
        """Return one line: the engine, its version, and why no better engine is used."""

    @abstractmethod
    def ensure_image(self, image: str) -> None:
        """Make an image ready to start.

        Raises:
            ImageUnavailableError: the image is not local and can be neither pulled nor built.
        """

    @abstractmethod
    def start(self, spec: ContainerSpec, output: Output) -> Running:
        """Start a container.

        Raises:
            StartFailedError: the process does not start.
            ImageUnavailableError: the image no longer exists.
        """

    def sweep(self) -> None:  # noqa: B027 - most engines leave nothing outside their folder
        """Remove what killed sandboxes of this user left in this engine."""

    @abstractmethod
    def close(self) -> None:
        """End and remove everything that this engine started. May be called twice."""
