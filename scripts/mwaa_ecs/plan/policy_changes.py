"""Changes of policies in words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from mwaa_ecs.iam.document import Condition, Statement, parse_policy
from mwaa_ecs.iam.model import NotJudgedError
from mwaa_ecs.plan.resource import Resource
from mwaa_ecs.plan.rights import POLICY_KINDS, PRINCIPALS
from mwaa_ecs.plan.view import Plan

_Target = tuple[bool, tuple[str, ...]]
"""The patterns of Resource, or of NotResource if the first is true."""

_Right = tuple[str, str, _Target, tuple[Condition, ...]]

_MOST = 4
# Words for condition operators. Any other operator is shown by its name.
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
        elif resource.kind in (f"aws_iam_{who}_policy_attachment" for who in PRINCIPALS):
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


def policy_in_words(who: str, document: str | Mapping[str, Any]) -> list[str]:
    """Return a line for each set of rights that a policy document grants or refuses.

    Args:
        who: whose rights they are.
        document: the policy, as `parse_policy` takes it.

    Raises:
        NotJudgedError: the policy has an element that is not known.
    """
    rights = _singly(parse_policy(document))
    return _said(who, "may", rights, _Shortener(rights), most=len(rights))


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
    short = _Shortener(after ^ before)
    return [
        *_said(role, "may now", after - before, short),
        *_said(role, "may no longer", before - after, short),
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
        who for who in PRINCIPALS if resource.kind == f"aws_iam_{who}_policy_attachment"
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
    return _singly(parse_policy(text)) if isinstance(text, str) and text else set()


def _singly(statements: Iterable[Statement]) -> set[_Right]:
    return {
        (statement.effect, action, resource, tuple(sorted(statement.conditions)))
        for statement in statements
        for action in _actions(statement)
        for resource in _resources(statement)
    }


def _actions(statement: Statement) -> tuple[str, ...]:
    if statement.not_actions:
        return (_all_but("every action", statement.actions),)
    return statement.actions


def _resources(statement: Statement) -> tuple[_Target, ...]:
    if statement.not_resources:
        return ((True, statement.resources),)
    return tuple((False, (one,)) for one in statement.resources)


def _all_but(what: str, names: tuple[str, ...]) -> str:
    return f"{what} but {' and '.join(names)}"


class _Shortener:
    """Shortens ARNs to what a person reads, unless that would make two of them the same.

    Args:
        rights: the rights whose ARNs are shown together.
    """

    def __init__(self, rights: Iterable[_Right]) -> None:
        arns: set[str] = set()
        for _, _, (_, patterns), conditions in rights:
            arns.update(patterns)
            arns.update(value for condition in conditions for value in condition.values)
        self._count = Counter(map(_short, arns))

    def __call__(self, arn: str) -> str:
        """Return an ARN without partition, region and account where these do not tell it."""
        short = _short(arn)
        return arn if self._count[short] > 1 else short

    def target(self, target: _Target) -> str:
        """Return resources in words."""
        negated, patterns = target
        names = tuple(map(self, patterns))
        return _all_but("everything", names) if negated else names[0]


def _said(
    role: str, lead: str, rights: Iterable[_Right], short: _Shortener, most: int = _MOST
) -> list[str]:
    """Return a line for each set of actions with the same effect, resources and conditions."""
    actions: dict[tuple[str, tuple[Condition, ...], _Target], list[str]] = defaultdict(list)
    for effect, action, target, conditions in sorted(rights):
        actions[effect, conditions, target].append(action)
    targets: dict[tuple[str, tuple[Condition, ...], tuple[str, ...]], list[str]] = defaultdict(
        list
    )
    for (effect, conditions, target), found in actions.items():
        targets[effect, conditions, tuple(found)].append(short.target(target))
    lines = []
    for (effect, conditions, names), named in targets.items():
        denied = "be refused " if effect == "Deny" else ""
        shown = ", ".join(named[:most])
        if len(named) > most:
            shown += f" and {len(named) - most} more"
        when = _when(conditions, short)
        lines.append(f"{role} {lead} {denied}{', '.join(names)} on {shown}{when}")
    return lines


def _short(arn: str) -> str:
    """Return an ARN without partition, region and account."""
    parts = arn.split(":", 5)
    return f"{parts[2]} {parts[5]}" if len(parts) == 6 and parts[0] == "arn" else arn


def _when(conditions: tuple[Condition, ...], short: _Shortener) -> str:
    words = [_in_words(condition, short) for condition in conditions]
    return f" where {' and '.join(words)}" if words else ""


def _in_words(condition: Condition, short: _Shortener) -> str:
    """Return a condition in words that keep its operator's meaning."""
    key = condition.key
    sets, _, rest = condition.operator.rpartition(":")
    name = rest.removesuffix("IfExists")
    if name == "Null":
        return f"{key} is {'not given' if condition.values == ('true',) else 'given'}"
    verb = _OPERATORS.get(name, name)
    # Against several values a negation means none of them.
    joined = (" nor " if " not" in verb else " or ").join(map(short, condition.values))
    quantity = {"ForAllValues": "every ", "ForAnyValue": "any "}.get(sets, "")
    optional = ", if it is given" if rest != name else ""
    return f"{quantity}{key} {verb} {joined}{optional}"
