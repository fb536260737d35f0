"""What runs in AWS and is not what the files say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mwaa_ecs.plan import Plan


@dataclass(frozen=True)
class Drift:
    """A resource that is not as the files say.

    Attributes:
        what: `missing`, `not rolled out`, `changed outside Terraform` and so on.
        attributes: what AWS has and what the files want, by attribute.
    """

    address: str
    what: str
    attributes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)


def find_drift(plan: Plan) -> list[Drift]:
    """Return what a plan would put right.

    A change that nothing in the files minds (AWS filled in a default) is no drift.
    """
    gone = {
        item["address"]
        for item in plan.raw.get("resource_drift", [])
        if item["change"]["actions"] == ["delete"]
    }
    found = []
    for resource in plan.changes:
        if resource.action == "no-op":
            continue
        outside = resource.outside & set(resource.changed)
        if resource.action == "create":
            what = (
                "missing: somebody deleted it"
                if resource.address in gone
                else "in the files, and not rolled out"
            )
        elif resource.action == "delete":
            what = "rolled out, and not in the files any more"
        elif outside:
            what = "changed outside Terraform"
        else:
            what = "changed in the files, and not rolled out"
        found.append(Drift(resource.address, what, resource.changed))
    if not found:
        changed = {
            name
            for name, change in plan.raw.get("output_changes", {}).items()
            if change["actions"] != ["no-op"]
        }
        found += [Drift(f"output.{name}", "not rolled out") for name in sorted(changed)]
    return found
