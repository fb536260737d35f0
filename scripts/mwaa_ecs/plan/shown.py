"""Reads what `terraform show -json` writes of a plan or a state."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mwaa_ecs.errors import UserError
from mwaa_ecs.plan.view import Plan

_CONVERT = "make one with: terraform show -json PLAN > FILE"


def read_shown(path: Path) -> tuple[str, Plan]:
    """Read a file of `terraform show -json`; return `plan` or `state`, and its content.

    Raises:
        UserError: there is no such file, or it is something else.
    """
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(f"{str(path)!r} cannot be read: {error.strerror}") from None
    except ValueError:
        raise UserError(
            f"{str(path)!r} is not JSON. A plan's own file is not; {_CONVERT}"
        ) from None
    if not isinstance(raw, dict) or "format_version" not in raw:
        raise UserError(
            f"{str(path)!r} is not the JSON of a plan or a state; {_CONVERT}. Without PLAN it "
            "is the state's"
        )
    if "planned_values" in raw or "resource_changes" in raw:
        return "plan", Plan(raw)
    return "state", plan_of_state(raw)


def plan_of_state(raw: Mapping[str, Any]) -> Plan:
    """Return a state as a plan that changes nothing."""
    changes = [
        {
            "address": one["address"],
            "mode": one["mode"],
            "type": one["type"],
            "change": {
                "actions": ["no-op"],
                "before": one.get("values") or {},
                "after": one.get("values") or {},
                "after_sensitive": one.get("sensitive_values") or {},
            },
        }
        for one in _resources((raw.get("values") or {}).get("root_module") or {})
    ]
    return Plan({"resource_changes": changes})


def _resources(module: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from module.get("resources") or ()
    for child in module.get("child_modules") or ():
        yield from _resources(child)
