"""Changes of policies in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from mwaa_ecs.iam.document import Condition, Statement, parse_policy
from mwaa_ecs.iam.model import NotJudgedError
from mwaa_ecs.plan.view import POLICY_KINDS, Plan, Resource

_Right = tuple[str, str, str, tuple[Condition, ...]]

_MOST = 4
_ATTACHMENTS = ("role", "user", "group")
# Words for a condition operator; one that is not here is shown by its name.
_OPERATORS = {
    "StringEquals": "is",
    "StringLike": "is",
    "StringEqualsIgnoreCase": "is, in any case,",
    "StringNotEquals": "is not",
    "StringNotLike": "is not",
    "StringNotEqualsIgnoreCase": "is not, in any case,",
    "ArnEquals": "is",
    "ArnLike": "is",
    "ArnNotEquals": "is not",
    "ArnNotLike": "is not",
    "NumericEquals": "is",
    "NumericNotEquals": "is not",
    "NumericLessThan": "is less than",
    "NumericLessThanEquals": "is at most",
    "NumericGreaterThan": "is more than",
    "NumericGreaterThanEquals": "is at least",
    "DateEquals": "is",
    "DateNotEquals": "is not",
    "DateLessThan": "is before",
    "DateLessThanEquals": "is not after",
    "DateGreaterThan": "is after",
    "DateGreaterThanEquals": "is not before",
    "Bool": "is",
    "BinaryEquals": "is",
    "IpAddress": "is in",
    "NotIpAddress": "is not in",
}


def policy_changes(plan: Plan) -> list[str]:
    """Return a line for each right that a role gains or loses."""
    lines: list[str] = []
    for resource in plan.changes:
        if resource.action == "no-op":
            continue
        if resource.kind in POLICY_KINDS:
            lines += _of_one(resource)
        elif resource.kind in (f"aws_iam_{who}_policy_attachment" for who in _ATTACHMENTS):
            lines += _attached(resource)
    return lines


def policy_words(resource: Resource) -> list[str]:
    """Return a line for each right that a role gains or loses by the change of one policy.

    Empty for a resource that is not a policy, and where the change cannot be put into words.
    """
    if resource.kind not in POLICY_KINDS:
        return []
    try:
        return _change_in_words(resource)
    except NotJudgedError:
        return []


def _of_one(resource: Resource) -> list[str]:
    try:
        return _change_in_words(resource)
    except NotJudgedError as error:
        why = f"the policy's change cannot be put into words: {error}"
        return [f"{_who(resource)}: {why}"]


def _change_in_words(resource: Resource) -> list[str]:
    role = _who(resource)
    if resource.action == "forget":
        # A forgotten policy stays in AWS, and its rights with it.
        return []
    after_text = "" if resource.action == "delete" else resource.values.get("policy")
    if not isinstance(after_text, str):
        return [f"{role}: what it may do is known only after apply"]
    before, after = _rights(resource.before.get("policy")), _rights(after_text)
    return [
        *_said(role, "may now", after - before),
        *_said(role, "may no longer", before - after),
    ]


def _who(resource: Resource) -> str:
    """Return who has the rights of a policy. A managed policy names itself."""
    kind = resource.kind.removeprefix("aws_iam_").removesuffix("policy").strip("_")

    def given(name: str) -> str:
        return str(resource.values.get(name) or resource.before.get(name) or "")

    if kind:
        who = given(kind) or f"a {kind}"
        return who if kind == "role" else f"{kind} {who}".replace(f"{kind} a {kind}", who)
    name = given("name") or given("name_prefix")
    return f"who has the policy {name}" if name else "who has a policy made here"


def _attached(resource: Resource) -> list[str]:
    kind = next(
        who for who in _ATTACHMENTS if resource.kind == f"aws_iam_{who}_policy_attachment"
    )
    lines = []
    for values, lead in ((resource.before, "may no longer"), (resource.values, "may now")):
        if not values or (resource.action == "forget"):
            continue
        who = values.get(kind) or f"a {kind}"
        arn = values.get("policy_arn")
        policy = f"the policy {arn}" if arn else "a policy made here"
        lines.append(f"{who} {lead} do what {policy} allows")
    return lines


def _rights(text: object) -> set[_Right]:
    """Return each action on each resource under its conditions, singly.

    NotAction and NotResource are one each: they cannot be taken apart.

    Raises:
        NotJudgedError: the policy has an element that is not known.
    """
    if not isinstance(text, str) or not text:
        return set()
    return {
        (statement.effect, action, resource, tuple(sorted(statement.conditions)))
        for statement in parse_policy(text)
        for action in _actions(statement)
        for resource in _resources(statement)
    }


def _actions(statement: Statement) -> tuple[str, ...]:
    if statement.not_actions:
        return (_all_but("every action", statement.actions),)
    return statement.actions


def _resources(statement: Statement) -> tuple[str, ...]:
    if statement.not_resources:
        return (_all_but("everything", tuple(map(_short, statement.resources))),)
    return statement.resources


def _all_but(what: str, names: tuple[str, ...]) -> str:
    return f"{what} but {' and '.join(names)}"


def _said(role: str, lead: str, rights: Iterable[_Right]) -> list[str]:
    """Return a line for each set of actions with the same effect, resources and conditions."""
    actions: dict[tuple[str, tuple[Condition, ...], str], list[str]] = defaultdict(list)
    for effect, action, resource, conditions in sorted(rights):
        actions[effect, conditions, resource].append(action)
    resources: dict[tuple[str, tuple[Condition, ...], tuple[str, ...]], list[str]] = (
        defaultdict(list)
    )
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
    """Return an ARN without partition, region and account."""
    parts = arn.split(":", 5)
    return f"{parts[2]} {parts[5]}" if len(parts) == 6 and parts[0] == "arn" else arn


def _when(conditions: tuple[Condition, ...]) -> str:
    return f" where {' and '.join(map(_in_words, conditions))}" if conditions else ""


def _in_words(condition: Condition) -> str:
    """Return a condition in words that keep its operator's meaning."""
    key = condition.key
    sets, _, rest = condition.operator.rpartition(":")
    name = rest.removesuffix("IfExists")
    if name == "Null":
        return f"{key} is {'not given' if condition.values == ('true',) else 'given'}"
    verb = _OPERATORS.get(name, name)
    # Against several values a negation means none of them.
    joined = (" nor " if " not" in verb else " or ").join(map(_short, condition.values))
    quantity = {"ForAllValues": "every ", "ForAnyValue": "any "}.get(sets, "")
    optional = ", if it is given" if rest != name else ""
    return f"{quantity}{key} {verb} {joined}{optional}"
