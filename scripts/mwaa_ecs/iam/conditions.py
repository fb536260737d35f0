"""Condition operators.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from mwaa_ecs.iam.document import Condition
from mwaa_ecs.iam.model import Need, NotJudgedError

Test = Callable[[str, str], bool]
"""Whether a policy's value matches a request's."""

_ARN_PARTS = 6
_SETS = ("ForAllValues:", "ForAnyValue:")
_IF_EXISTS = "IfExists"


def matches(pattern: str, text: str) -> bool:
    """Whether a text matches a pattern with `*` and `?`."""
    return _compiled(pattern).fullmatch(text) is not None


def no_variables(value: str) -> str:
    """The value. Raises NotJudgedError if it holds a policy variable, `${aws:username}`."""
    if "${" in value:
        raise NotJudgedError(f"the policy variable in {value!r} is not judged here")
    return value


def arn_matches(pattern: str, arn: str) -> bool:
    """Whether an ARN matches a pattern, part by part: no `*` reaches over a colon of the five.

    Raises NotJudgedError for a pattern that is not whole.
    """
    patterns, parts = pattern.split(":", 5), arn.split(":", 5)
    if len(patterns) < _ARN_PARTS or patterns[0] != "arn":
        raise NotJudgedError(f"{pattern!r} is no whole ARN")
    return len(parts) == _ARN_PARTS and all(map(matches, patterns, parts))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    escaped = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.compile(escaped, re.DOTALL)


def _equals(value: str, given: str) -> bool:
    return value == given


def _equals_ignoring_case(value: str, given: str) -> bool:
    return value.lower() == given.lower()


def _bool(value: str, given: str) -> bool:
    if {value.lower(), given.lower()} - {"true", "false"}:
        raise NotJudgedError(f"{value!r} or {given!r} is no Boolean")
    return value.lower() == given.lower()


# Each with whether it is turned round.
_OPERATORS: dict[str, tuple[Test, bool]] = {
    "StringEquals": (_equals, False),
    "StringNotEquals": (_equals, True),
    "StringEqualsIgnoreCase": (_equals_ignoring_case, False),
    "StringNotEqualsIgnoreCase": (_equals_ignoring_case, True),
    "StringLike": (matches, False),
    "StringNotLike": (matches, True),
    # AWS: "ArnEquals and ArnLike behave identically."
    "ArnEquals": (arn_matches, False),
    "ArnLike": (arn_matches, False),
    "ArnNotEquals": (arn_matches, True),
    "ArnNotLike": (arn_matches, True),
    "Bool": (_bool, False),
}


def holds(condition: Condition, need: Need) -> bool:
    """Whether a condition holds of a call. Raises NotJudgedError."""
    operator, given = condition.operator, need.values(condition.key)
    values = tuple(map(no_variables, condition.values))
    if operator == "Null":
        return any(_bool(value, str(not given).lower()) for value in values)
    of_set = next((prefix for prefix in _SETS if operator.startswith(prefix)), "")
    operator = operator.removeprefix(of_set)
    if_exists = operator.endswith(_IF_EXISTS)
    operator = operator.removesuffix(_IF_EXISTS)
    if operator not in _OPERATORS:
        raise NotJudgedError(f"the condition operator {condition.operator} is not judged here")
    test, turned_round = _OPERATORS[operator]
    if of_set and if_exists:
        raise NotJudgedError(f"the condition operator {condition.operator} is not judged here")
    if of_set:
        found = [_one(test, turned_round, values, value) for value in given]
        return all(found) if of_set == _SETS[0] else any(found)
    if len(given) > 1:
        raise NotJudgedError(
            f"{condition.key} has several values, and {operator} looks at one; "
            "say ForAnyValue or ForAllValues"
        )
    if not given:
        return turned_round or if_exists
    return _one(test, turned_round, values, given[0])


def _one(test: Test, turned_round: bool, values: tuple[str, ...], given: str) -> bool:
    return any(test(value, given) for value in values) != turned_round
