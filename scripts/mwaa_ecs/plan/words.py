"""The change of a policy in words."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable

from mwaa_ecs.plan.policy import Policy
from mwaa_ecs.plan.view import Plan, Resource

_Right = tuple[str, str, str, str]

_MOST = 4


def policy_changes(plan: Plan) -> list[str]:
    """Return what roles may do more and less than before, a line each."""
    lines: list[str] = []
    for resource in plan.changes:
        if resource.kind == "aws_iam_role_policy" and resource.action != "no-op":
            lines += _of_one(resource)
    return lines


def _of_one(resource: Resource) -> list[str]:
    role = resource.values.get("role") or resource.before.get("role") or "a role"
    before = _rights(resource.before.get("policy"))
    if resource.action == "delete":
        return _said(role, "may no longer", before)
    after_text = resource.values.get("policy")
    if not isinstance(after_text, str):
        return [f"{role}: what it may do is known only after apply"]
    after = _rights(after_text)
    return [
        *_said(role, "may now", after - before),
        *_said(role, "may no longer", before - after),
    ]


def _rights(text: object) -> set[_Right]:
    """Return each action on each resource under its conditions, singly."""
    if not isinstance(text, str) or not text:
        return set()
    return {
        (statement.effect, action, resource, json.dumps(statement.conditions, sort_keys=True))
        for statement in Policy.from_json(text).statements
        for action in statement.actions
        for resource in statement.resources
    }


def _said(role: str, lead: str, rights: Iterable[_Right]) -> list[str]:
    """Return a line for each set of actions that is granted on the same terms."""
    actions: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for effect, action, resource, conditions in sorted(rights):
        actions[effect, conditions, resource].append(action)
    resources: dict[tuple[str, str, tuple[str, ...]], list[str]] = defaultdict(list)
    for (effect, conditions, resource), found in actions.items():
        resources[effect, conditions, tuple(found)].append(_short(resource))
    lines = []
    for (effect, conditions, names), targets in resources.items():
        denied = "be refused " if effect == "Deny" else ""
        shown = ", ".join(targets[:_MOST])
        if len(targets) > _MOST:
            shown += f" and {len(targets) - _MOST} more"
        lines.append(f"{role} {lead} {denied}{', '.join(names)} on {shown}{_when(conditions)}")
    return lines


def _short(arn: str) -> str:
    """Return an ARN without partition, region and account, as a person names the thing."""
    parts = arn.split(":", 5)
    return f"{parts[2]} {parts[5]}" if len(parts) == 6 else arn


def _when(conditions: str) -> str:
    said = [
        f"{key} is {' or '.join(_short(value) for value in values)}"
        for keys in json.loads(conditions).values()
        for key, values in keys.items()
    ]
    return f" where {' and '.join(said)}" if said else ""
