"""Selects an engine."""

from __future__ import annotations

from collections.abc import Mapping

from mwaa_ecs.errors import UserError
from mwaa_ecs.sandbox.engines.base import Engine
from mwaa_ecs.sandbox.engines.docker import find_docker
from mwaa_ecs.sandbox.engines.images import ImageSource
from mwaa_ecs.sandbox.engines.podman import find_podman
from mwaa_ecs.sandbox.engines.stand_in import StandInEngine
from mwaa_ecs.sandbox.leftovers.folders import sweep_folders

CHOICES = ("auto", "docker", "podman", "stand-in")


def select_engine(
    choice: str = "auto", images: Mapping[str, ImageSource] | None = None
) -> Engine:
    """Remove what killed sandboxes of this user left, and return an engine.

    Args:
        choice: one of CHOICES. `auto` takes Docker if its daemon answers, else Podman if it can
            run a container, else the stand-in.
        images: sources of images that a registry may lack, by name.

    Raises:
        UserError: the choice does not exist, or its engine does not answer.
    """
    if choice not in CHOICES:
        raise UserError(f"engine is {choice!r}. It must be one of {', '.join(CHOICES)}")
    sweep_folders()
    engine = _find(choice, images)
    engine.sweep()
    return engine


def _find(choice: str, images: Mapping[str, ImageSource] | None) -> Engine:
    if choice == "stand-in":
        return StandInEngine(images)
    finders = {"docker": find_docker, "podman": find_podman}
    if choice != "auto":
        found = finders[choice](images)
        if isinstance(found, str):
            raise UserError(
                f"engine is {choice!r}, but {found}. Install or start it, pass --engine auto "
                "to use what is installed, or --engine stand-in to run without an engine"
            )
        return found
    reasons: list[str] = []
    for find in finders.values():
        found = find(images)
        if not isinstance(found, str):
            found.because("; ".join(reasons))
            return found
        reasons.append(found)
    return StandInEngine(images, why="; ".join(reasons))
