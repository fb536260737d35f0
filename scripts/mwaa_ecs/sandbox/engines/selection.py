"""Which engine it is."""

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
    """The engine asked for; with `auto` Docker if one answers, else Podman, else the stand-in.

    What sandboxes of this user have left that were killed is removed first.

    images: what is known about images that a registry may not give, by name.
    Raises UserError for a choice that does not exist or an engine that does not answer.
    """
    if choice not in CHOICES:
        raise UserError(f"engine: {choice!r} is none of {', '.join(CHOICES)}")
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
                f"engine: {choice} was asked for, but {found}. Install or start it, give "
                "--engine auto to take what there is, or --engine stand-in to do without"
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
