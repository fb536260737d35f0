"""Runs containers with Docker, Podman or a stand-in.

`select_engine` returns an engine. An engine prepares images, starts containers, passes on their
output and reports their exit. It knows nothing of ECS.
"""

from mwaa_ecs.sandbox.engines.base import (
    ContainerSpec,
    Engine,
    Exit,
    ImageUnavailableError,
    Running,
    StartFailedError,
)
from mwaa_ecs.sandbox.engines.images import ImageSource
from mwaa_ecs.sandbox.engines.selection import CHOICES, select_engine

__all__ = [
    "CHOICES",
    "ContainerSpec",
    "Engine",
    "Exit",
    "ImageSource",
    "ImageUnavailableError",
    "Running",
    "StartFailedError",
    "select_engine",
]
