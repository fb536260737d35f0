"""What every engine can do, and the words for it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

Output = Callable[[bytes], None]
"""Takes what a container wrote, stdout and stderr as they came, cut anywhere."""


class ImageUnavailableError(Exception):
    """The image is not here, cannot be pulled and cannot be built. The text is the engine's."""


class StartFailedError(Exception):
    """The image is there, but its process could not be started. The text is the engine's."""


@dataclass(frozen=True)
class ContainerSpec:
    """One container, as an engine needs to know it.

    `entry_point` and `command` are None where the image's own hold; `memory_mib` and `cpus`
    are None where there is no limit.
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
        code: 128 + n where signal n ended it; None where nobody knows any more.
        out_of_memory: the kernel ended a process of it for want of memory.
        reason: what ECS gives as the container's reason, where there is something to say.
    """

    code: int | None
    out_of_memory: bool = False
    reason: str | None = None


class Running(Protocol):
    """A container that was started."""

    @property
    def runtime_id(self) -> str:
        """What the engine calls it: a container id, or a process id."""

    def wait(self) -> Exit:
        """Block until it has ended and all it wrote was handed on."""

    def stop(self, timeout: float) -> None:
        """SIGTERM, then SIGKILL after `timeout` seconds. Returns at once when it has ended."""

    def kill(self) -> None:
        """SIGKILL now."""


class Engine(ABC):
    """Runs containers. Safe to be used by many threads at once."""

    name: str

    loopback: str = "127.0.0.1"
    """The host name under which a container reaches this machine's loopback."""

    @abstractmethod
    def describe(self) -> str:
        """One line for people: the engine, its version, and why not a better one."""

    @abstractmethod
    def ensure_image(self, image: str) -> None:
        """Have the image ready to start. Raises ImageUnavailableError."""

    @abstractmethod
    def start(self, spec: ContainerSpec, output: Output) -> Running:
        """Start a container.

        Raises:
            StartFailedError: its process does not come up.
            ImageUnavailableError: its image is not here any more.
        """

    def sweep(self) -> None:  # noqa: B027 - most have nothing outside of their folder
        """Remove what sandboxes of this user that were killed have left with this engine."""

    @abstractmethod
    def close(self) -> None:
        """End and remove all that this engine started. May be called twice."""
