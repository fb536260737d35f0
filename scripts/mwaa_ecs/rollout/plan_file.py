"""Stamps a saved plan with the environment that it is for.

Terraform's plan file is a zip archive. The stamp is the archive's comment, which Terraform does
not read and which stays with the file.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

from mwaa_ecs.environments.settings import Settings
from mwaa_ecs.errors import OperationError, UserError

_KEY = "mwaa-ecs"


def purpose(name: str, settings: Settings) -> dict[str, str]:
    """Return the stamp of an environment's plan."""
    return {
        "environment": name,
        "account": settings.account_id,
        "region": settings.region,
        "state": settings.backend.identity,
    }


def stamp(path: Path, what_for: Mapping[str, str]) -> None:
    """Write the stamp into a plan's file.

    Raises:
        OperationError: the file cannot be written.
    """
    try:
        with zipfile.ZipFile(path, "a") as archive:
            archive.comment = json.dumps({_KEY: what_for}).encode()
    except (OSError, zipfile.BadZipFile) as error:
        raise OperationError(f"{path}: the plan cannot be saved: {error}") from None


def begins_a_state(file: Path) -> bool:
    """Return whether a plan was made where no state exists yet.

    A plan holds the state that it was made from. Each write of a state counts its serial up,
    so 0 is a state that nobody has written. An empty state, as after a destroy, has a higher
    one.

    Raises:
        OperationError: the file cannot be read.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            state = json.loads(archive.read("tfstate"))
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise OperationError(f"{file}: the plan cannot be read: {error}") from None
    return not state.get("serial") and not any(
        resource.get("mode") == "managed" for resource in state.get("resources", [])
    )


def check_stamp(file: Path, expected: Mapping[str, str], path: Path) -> None:
    """Refuse a plan that is not for this environment.

    Args:
        file: the plan.
        expected: the stamp that it must have.
        path: the path that the user named.

    Raises:
        UserError: it has another stamp or none, or is not a plan.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            comment = archive.comment
    except zipfile.BadZipFile:
        raise UserError(f"--plan: {path} is not a plan; make one with plan --out") from None
    except OSError as error:
        raise UserError(f"--plan: {path} cannot be read: {error.strerror}") from None
    found = _read(comment)
    again = f"mwaa-ecs plan {expected['environment']} --out {path.name}"
    if found is None:
        raise UserError(f"--plan: {path} is not a plan of mwaa-ecs; make one with {again}")
    for key, value in expected.items():
        if found.get(key) != value:
            raise UserError(
                f"--plan: {path} is for {key} {found.get(key)}, and this is {value}; "
                f"nothing was changed. Make one with {again}"
            )


def _read(comment: bytes) -> Mapping[str, object] | None:
    try:
        found = json.loads(comment)[_KEY]
    except (ValueError, KeyError, TypeError):
        return None
    return found if isinstance(found, dict) else None
