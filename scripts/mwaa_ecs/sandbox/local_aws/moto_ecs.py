"""A check of moto's ECS that is stricter than ECS."""

from __future__ import annotations

from moto.ecs.models import EC2ContainerServiceBackend

from mwaa_ecs.sandbox.patches import Patches


def skip_checks_of_task_definitions(patches: Patches) -> None:
    """Let moto register every task definition: `ecs.register` has checked it by then.

    moto refuses a container on EC2 that has `memoryReservation` and no `memory`; ECS does not.
    """
    nothing = staticmethod(lambda *_: None)
    patches.replace(EC2ContainerServiceBackend, "_validate_container_defs", nothing)
