"""Counts, addresses and failed checks of a plan in the form of `terraform show -json`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

CONTRACTS = "mwaa_ecs_contracts"
"""The output that plan checks add to a copy of a configuration: the tasks' contracts."""


def failed_checks(plan: Mapping[str, Any]) -> list[str]:
    """Return the message of every `check` block that does not hold.

    Terraform only warns about these. The tooling stops at them, before anything is created.
    """
    return [
        problem["message"]
        for check in plan.get("checks", [])
        if check["address"]["kind"] == "check" and check["status"] in ("fail", "error")
        for instance in check.get("instances", [])
        for problem in instance.get("problems", [])
    ]


def change_counts(plan: Mapping[str, Any]) -> dict[str, int]:
    """Return how many resources a plan creates, updates, replaces, deletes and forgets.

    Imports, moves and changed outputs have counts of their own.
    """
    counts = {"create": 0, "update": 0, "replace": 0, "delete": 0, "forget": 0}
    counts |= {"import": 0, "move": 0}
    for resource in plan.get("resource_changes", []):
        if resource["mode"] != "managed":
            continue
        actions = resource["change"]["actions"]
        kind = "replace" if len(actions) > 1 else actions[0]
        if kind in counts:
            counts[kind] += 1
        if resource["change"].get("importing"):
            counts["import"] += 1
        elif resource.get("previous_address"):
            counts["move"] += 1
    changes = plan.get("output_changes", {}).values()
    counts["output"] = sum(1 for change in changes if change["actions"] != ["no-op"])
    return counts


def changed_addresses(plan: Mapping[str, Any]) -> list[str]:
    """Return the addresses of the resources that a plan would change in any way."""
    return [
        resource["address"]
        for resource in plan.get("resource_changes", [])
        if resource["mode"] == "managed" and resource["change"]["actions"] != ["no-op"]
    ]
