"""A plan as a person reads it, and as a machine does."""

from __future__ import annotations

import json
from itertools import takewhile
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from mwaa_ecs.plan import Plan, Resource, change_counts, dangers, policy_changes
from mwaa_ecs.plan.dangers import is_new_revision

_SIGNS = {
    "create": ("+", "green"),
    "update": ("~", "yellow"),
    "replace": ("±", "red"),
    "forget": (".", "yellow"),
    "import": ("=", "green"),
    "move": (">", "yellow"),
}
_DONE = {
    "create": "made",
    "update": "changed",
    "replace": "replaced",
    "delete": "destroyed",
    "forget": "forgotten, kept in AWS",
    "import": "imported",
    "move": "moved",
}
_LONGEST = 60
_LEAD = 20


def print_plan(console: Console, plan: Plan) -> None:
    """Print what a plan does: a line a resource, then the policy's change in words."""
    rows = [
        (
            *_SIGNS.get(action, ("-", "red")),
            "new revision" if is_new_revision(resource) else _DONE.get(action, action),
            resource.kind.removeprefix("aws_"),
            _called(resource),
            ", ".join(_details(resource)),
        )
        for resource in plan.changes
        if resource.does_something
        for action in (_what(resource),)
    ]
    if not rows:
        # Changed resources change outputs, so outputs are shown only if nothing else changes.
        rows = [("~", "yellow", "changed", "output", name, "") for name in plan.changed_outputs]
    # Aligned by hand: a table of rich's cuts names where there is no terminal.
    done, kind, name = (
        max((len(row[column]) for row in rows), default=0) for column in (2, 3, 4)
    )
    for row in rows:
        text = Text.assemble(
            (f"{row[0]} {row[2]:<{done}}  ", row[1]),
            (f"{row[3]:<{kind}}  ", "bold"),
            f"{row[4]:<{name}}  " if row[5] else row[4],
            (row[5], "dim"),
        )
        console.print(text, soft_wrap=True)
    lines = policy_changes(plan)
    if lines:
        console.print("\n[bold]What roles may do[/]")
        for line in lines:
            console.print(f"  {escape(line)}", soft_wrap=True)
    console.print(f"\n{summary(plan)}", soft_wrap=True)


def summary(plan: Plan) -> str:
    """Return the counts of a plan in words."""
    counts = change_counts(plan.raw)
    revisions = sum(map(is_new_revision, plan.changes))
    counts["replace"] -= revisions
    parts = [f"{counts[action]} {word}" for action, word in _DONE.items() if counts[action]]
    if revisions:
        parts.insert(0, f"{revisions} new revision{'s' if revisions > 1 else ''}")
    if counts["output"] and not parts:
        parts.append(f"{counts['output']} output{'s' if counts['output'] > 1 else ''} changed")
    return ", ".join(parts) if parts else "Nothing changes."


def plan_data(plan: Plan) -> dict[str, Any]:
    """Return a plan for a machine."""
    return {
        "counts": change_counts(plan.raw),
        "changes": [
            {
                "address": resource.address,
                "kind": resource.kind,
                "action": resource.action,
                "new_revision": is_new_revision(resource),
                "changed": sorted(resource.changed_names),
                "imported": resource.importing,
                "moved_from": resource.moved_from or None,
            }
            for resource in plan.changes
            if resource.does_something
        ],
        "outputs_changed": plan.changed_outputs,
        "policy": policy_changes(plan),
        "dangers": [vars(danger) for danger in dangers(plan)],
        "failed_checks": plan.failed_checks,
    }


def shown_change(before: Any, after: Any) -> str:
    """Return a change for a line of text: of long values the part that differs."""
    old, new = (
        value if isinstance(value, str) else json.dumps(value) for value in (before, after)
    )
    start = 0
    if max(len(old), len(new)) > _LONGEST:
        # A few characters before the first that differs tell where it stands.
        alike = takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False))
        start = max(0, sum(1 for _ in alike) - _LEAD)
    return f"{_cut(old, start)} -> {_cut(new, start)}"


def _cut(text: str, start: int) -> str:
    head = "..." if start else ""
    rest = text[start:]
    return head + (rest if len(rest) <= _LONGEST else f"{rest[: _LONGEST - 3]}...")


def _what(resource: Resource) -> str:
    if resource.action != "no-op":
        return resource.action
    return "import" if resource.importing else "move"


def _details(resource: Resource) -> list[str]:
    """Return what changes in it; of what is imported or moved as well, that too."""
    found = sorted(resource.changed_names)
    if resource.importing and resource.action != "no-op":
        found.append("imported")
    if resource.moved_from:
        found.append(f"moved from {resource.moved_from}")
    return found


def _called(resource: Resource) -> str:
    """Return what a person calls a resource: its name in AWS, else its address."""
    values = resource.before if resource.action in ("delete", "forget") else resource.values
    for attribute in ("family", "name", "key", "cluster_name"):
        if isinstance(values.get(attribute), str) and values[attribute]:
            return str(values[attribute])
    return resource.key or resource.address
