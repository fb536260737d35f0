"""Golden inventories: the resources of a plan as a file that tests compare."""

from __future__ import annotations

import difflib
import json
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from mwaa_ecs.files import read_text
from mwaa_ecs.plan.view import Plan

# AWS generates these ids, so another account has others.
_MADE_UP = re.compile(r"\b(subnet|vpc|sg|sgr|eni|rtb|vpce|igw|nat|eipalloc)-[0-9a-f]{8,17}\b")


def inventory(plan: Plan) -> dict[str, Any]:
    """Return the environment, counts by kind, known values by address, and known outputs."""
    resources = [resource for resource in plan.resources.values() if resource.kind]
    return {
        **plan.about,
        "counts": dict(sorted(Counter(resource.kind for resource in resources).items())),
        "values": {
            resource.address: {
                name: _stable(value)
                for name, value in sorted(resource.values.items())
                if value not in (None, [], {}, "") and name not in resource.sensitive
            }
            for resource in resources
        },
        "outputs": {name: _stable(value) for name, value in sorted(plan.outputs.items())},
    }


def orphans(folder: Path, environments: Sequence[str]) -> list[tuple[Path, str]]:
    """Return the inventories in a folder whose environment does not exist, with its name."""
    found = []
    for path in sorted(folder.glob("*.yaml")):
        first = (read_text(path) or "").partition("\n")[0]
        name = first.removeprefix("environment: ").strip("'\"")
        if name != first and name not in environments:
            found.append((path, name))
    return found


def inventory_text(plan: Plan) -> str:
    """Return a plan's inventory as the text of its file."""
    return yaml.safe_dump(inventory(plan), sort_keys=False, allow_unicode=True, width=100)


def inventory_differences(plan: Plan, golden: str) -> str:
    """Return a diff from a golden inventory to the plan's; empty if they are equal."""
    return "".join(
        difflib.unified_diff(
            golden.splitlines(keepends=True),
            inventory_text(plan).splitlines(keepends=True),
            "golden",
            "planned",
        )
    )


def _stable(value: Any) -> Any:
    if isinstance(value, str):
        text = _MADE_UP.sub(r"\1-*", value)
        # Policies and container definitions are JSON in a string, and read better parsed.
        if text.startswith(("{", "[")):
            try:
                return _stable(json.loads(text))
            except ValueError:
                return text
        return text
    if isinstance(value, dict):
        return {key: _stable(item) for key, item in sorted(value.items())}
    return [_stable(item) for item in value] if isinstance(value, list) else value
