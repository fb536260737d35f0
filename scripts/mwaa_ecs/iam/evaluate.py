"""Whether identity policies and a permissions boundary allow what a call needs.

An explicit deny anywhere wins; without one, an identity policy must allow, and the boundary too
where there is one.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mwaa_ecs.iam.conditions import arn_matches, holds, matches, no_variables
from mwaa_ecs.iam.document import Statement
from mwaa_ecs.iam.model import Need, NotJudgedError

_IDENTITY = "identity-based policy"
_BOUNDARY = "permissions boundary"


@dataclass(frozen=True)
class Decision:
    """A judgement.

    Attributes:
        allowed: whether the call is allowed.
        because: why not, as AWS's messages end; empty where it is allowed.
        explicit: whether a statement denies it, so that no other statement can allow it.
    """

    allowed: bool
    because: str = ""
    explicit: bool = False


def decide(
    need: Need,
    identity: Iterable[Statement],
    boundary: Iterable[Statement] | None = None,
) -> Decision:
    """Judge one need.

    Args:
        need: the permission that a call needs.
        identity: the statements of all policies of the principal.
        boundary: the statements of its permissions boundary; None where it has none.

    Raises:
        NotJudgedError: the answer depends on something that is not known here.
    """
    kinds = [(_IDENTITY, tuple(identity))]
    if boundary is not None:
        kinds.append((_BOUNDARY, tuple(boundary)))
    for kind, statements in kinds:
        if any(applies(one, need) for one in statements if one.effect == "Deny"):
            article = "an" if kind == _IDENTITY else "a"
            return Decision(False, f"with an explicit deny in {article} {kind}", explicit=True)
    for kind, statements in kinds:
        if not any(applies(one, need) for one in statements if one.effect == "Allow"):
            return Decision(False, f"because no {kind} allows the {need.action} action")
    return Decision(True)


def applies(statement: Statement, need: Need) -> bool:
    """Return whether a statement, allowing or denying, is about a need.

    Raises:
        NotJudgedError: that depends on something that is not known here.
    """
    return (
        covers_action(statement, need.action)
        and covers_resource(statement, need)
        and _conditions_hold(statement, need)
    )


def covers_action(statement: Statement, action: str) -> bool:
    """Return whether a statement is about an action.

    Raises:
        NotJudgedError: an action of the statement has a policy variable.
    """
    covered = any(
        matches(no_variables(pattern).lower(), action.lower()) for pattern in statement.actions
    )
    return covered != statement.not_actions


def covers_resource(statement: Statement, need: Need) -> bool:
    """Return whether a statement is about the resource of a need.

    Raises:
        NotJudgedError: the resource is not known, or one of the statement has a policy variable
            or is not a whole ARN.
    """
    # A resource that is not known is covered by `*` too, so `*` comes first.
    covered = "*" in statement.resources or any(
        _is_resource(pattern, need) for pattern in statement.resources
    )
    return covered != statement.not_resources


def _is_resource(pattern: str, need: Need) -> bool:
    no_variables(pattern)
    if need.resource is None:
        raise NotJudgedError(f"the resource of {need.action} is not known")
    if need.resource == "*":
        return False
    return arn_matches(pattern, need.resource)


def _conditions_hold(statement: Statement, need: Need) -> bool:
    # All are looked at: one that cannot be judged is an error though another fails.
    held = [holds(condition, need) for condition in statement.conditions]
    return all(held)
