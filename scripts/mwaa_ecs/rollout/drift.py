"""Differences between what runs in AWS and the files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mwaa_ecs.plan import Plan, policy_words


@dataclass(frozen=True)
class Drift:
    """A resource that differs from the files.

    Attributes:
        address: the resource's address.
        what: the difference, e.g. `changed outside Terraform`.
        attributes: the value in AWS and the value in the files, by attribute.
        hidden: the changed attributes whose values must not be shown.
        rights: of a policy, in words what a role may do and may no longer do after an apply;
            empty where the change cannot be put into words.
    """

    address: str
    what: str
    attributes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    hidden: tuple[str, ...] = ()
    rights: tuple[str, ...] = ()


def find_drift(plan: Plan) -> list[Drift]:
    """Return the differences that a plan would correct.

    A change outside the files that no file sets, such as a default of AWS, is not drift.
    """
    gone = {
        item["address"]
        for item in plan.raw.get("resource_drift", [])
        if item["change"]["actions"] == ["delete"]
    }
    found = []
    for resource in plan.changes:
        if not resource.does_something:
            continue
        outside = resource.outside & resource.changed_names
        if resource.importing:
            what = "to be imported, and not rolled out"
        elif resource.action == "no-op":
            what = f"moved from {resource.moved_from} in the files, and not rolled out"
        elif resource.action == "forget":
            what = "to be forgotten by Terraform and kept in AWS, and not rolled out"
        elif resource.action == "create":
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
        hidden = tuple(sorted(resource.changed_names & resource.sensitive))
        rights = tuple(policy_words(resource)) if "policy" in resource.changed else ()
        found.append(Drift(resource.address, what, resource.changed, hidden, rights))
    if not found:
        # Outputs follow from resources, so they count only where no resource differs.
        found += [Drift(f"output.{name}", "not rolled out") for name in plan.changed_outputs]
    return found
