"""Checks RunTask's overrides, and applies them to container definitions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mwaa_ecs.sandbox.ecs.errors import invalid_parameter

MAX_CHARACTERS = 8192

Json = Mapping[str, Any]

_REPLACED = (
    *("command", "cpu", "memory", "memoryReservation", "resourceRequirements"),
    "environmentFiles",
)


def check_overrides(overrides: Json, container_names: Iterable[str]) -> None:
    """Check the overrides as ECS does.

    Raises:
        EcsError: the overrides are too long, or a container has no name or does not exist.
    """
    # ECS counts the characters of the JSON, including punctuation.
    if len(json.dumps(overrides, separators=(",", ":"), ensure_ascii=False)) > MAX_CHARACTERS:
        raise invalid_parameter(f"Container Overrides length must be at most {MAX_CHARACTERS}")
    names = set(container_names)
    for override in overrides.get("containerOverrides") or ():
        name = override.get("name")
        if not name:
            if override:
                raise invalid_parameter("Container override name cannot be empty.")
        elif name not in names:
            raise invalid_parameter(
                f"Override for container named {name} is not a container in the TaskDefinition."
            )


def merge_container(definition: Json, override: Json) -> dict[str, Any]:
    """Return the container definition with the override applied.

    Environment variables are merged by name. Other overridden fields are replaced.
    """
    merged = dict(definition)
    for key in _REPLACED:
        if override.get(key) is not None:
            merged[key] = override[key]
    if override.get("environment"):
        variables = {item["name"]: item for item in definition.get("environment") or ()}
        for item in override["environment"]:
            variables[item["name"]] = item
        merged["environment"] = list(variables.values())
    return merged


def override_for(overrides: Json, name: str) -> Json:
    """Return the override of a container; empty if it has none."""
    for override in overrides.get("containerOverrides") or ():
        if override.get("name") == name:
            found: Json = override
            return found
    return {}


def echo(overrides: Json, container_names: Sequence[str]) -> dict[str, Any]:
    """Return the overrides as DescribeTasks shows them, with an entry for every container."""
    shown: dict[str, Any] = {
        "containerOverrides": [
            dict(override_for(overrides, name)) or {"name": name} for name in container_names
        ],
        "inferenceAcceleratorOverrides": list(
            overrides.get("inferenceAcceleratorOverrides") or ()
        ),
    }
    for key in ("cpu", "memory", "taskRoleArn", "executionRoleArn", "ephemeralStorage"):
        if overrides.get(key) is not None:
            shown[key] = overrides[key]
    return shown
