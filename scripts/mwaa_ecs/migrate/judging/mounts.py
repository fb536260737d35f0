"""Reads a mount in every form that DockerOperator takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mwaa_ecs.migrate.folding.values import Map, Record, Text


def as_mount(mount: Any) -> dict[str, Any] | None:
    """Return a mount as Docker's API has it; None where it is not known."""
    fields: Mapping[str, Any]
    if isinstance(mount, str):
        source, colon, rest = mount.partition(":")
        target = rest.partition(":")[0] if colon else source
        return {"Source": source, "Target": target, "Type": "bind"}
    if isinstance(mount, Text):
        return _of_text(mount)
    if isinstance(mount, Record) and mount.kind == "Mount" and not mount.is_open:
        fields = mount.fields
    elif isinstance(mount, Map) and not mount.is_open:
        fields = {str(key).lower(): value for key, value in mount.items.items()}
    else:
        return None
    return {
        "Source": fields.get("source"),
        "Target": fields.get("target", ""),
        "Type": fields.get("type", "volume"),
    }


def _of_text(mount: Text) -> dict[str, Any] | None:
    """Return `f"{folder}:/data"` as a mount: only its source is unknown."""
    last = mount.parts[-1]
    if not isinstance(last, str) or ":" not in last:
        return None
    before, _, rest = last.partition(":")
    target = rest.partition(":")[0]
    source = "".join(map(str, mount.parts[:-1])) + before
    return {"Source": source, "Target": target, "Type": "bind"} if target else None
