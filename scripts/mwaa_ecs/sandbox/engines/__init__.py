"""What runs a task's containers: Docker, Podman, or a stand-in.

`select_engine` is the way in. Nothing in this room knows ECS: it is asked for an image, told to
start a container, and hands back what the container writes and how it ended.
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
