"""Condition operators.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import re
from collections.abc import Callable

from mwaa_ecs.iam.document import Condition
from mwaa_ecs.iam.model import Need, NotJudgedError

Test = Callable[[str, str], bool]
"""Whether a policy's value matches a request's."""

_ARN_PARTS = 6
_SETS = ("ForAllValues:", "ForAnyValue:")
_IF_EXISTS = "IfExists"
_NULL = "Null"


def matches(pattern: str, text: str) -> bool:
    """Return whether a text matches a pattern with `*` and `?`."""
    return _compiled(pattern).fullmatch(text) is not None


def no_variables(value: str) -> str:
    """Return the value as it is.

    Raises:
        NotJudgedError: it has a policy variable, for example `${aws:username}`.
    """
    if "${" in value:
        raise NotJudgedError(f"the policy variable in {value!r} is not judged here")
    return value


def arn_matches(pattern: str, arn: str) -> bool:
    """Return whether an ARN matches a pattern, part by part.

    A `*` does not reach over the first five colons.

    Raises:
        NotJudgedError: the pattern is not a whole ARN.
    """
    patterns, parts = pattern.split(":", 5), arn.split(":", 5)
    if len(patterns) < _ARN_PARTS or patterns[0] != "arn":
        raise NotJudgedError(f"{pattern!r} is not a whole ARN")
    return len(parts) == _ARN_PARTS and all(map(matches, patterns, parts))


def _compiled(pattern: str) -> re.Pattern[str]:
    escaped = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.compile(escaped, re.DOTALL)


def _equals(value: str, given: str) -> bool:
    return value == given


def _equals_ignoring_case(value: str, given: str) -> bool:
    return value.lower() == given.lower()


def _bool(value: str, given: str) -> bool:
    if {value.lower(), given.lower()} - {"true", "false"}:
        raise NotJudgedError(f"{value!r} or {given!r} is not a Boolean")
    return value.lower() == given.lower()


# Each operator's test, and whether its result is negated.
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
    """Return whether a condition holds for a call.

    Raises:
        NotJudgedError: the operator, or the value of the key, is not known here.
    """
    operator = condition.operator
    of_set = next((prefix for prefix in _SETS if operator.startswith(prefix)), "")
    operator = operator.removeprefix(of_set)
    if_exists = operator.endswith(_IF_EXISTS)
    operator = operator.removesuffix(_IF_EXISTS)
    known = condition.operator == _NULL or (
        operator in _OPERATORS and not (of_set and if_exists)
    )
    if not known:
        raise NotJudgedError(f"the condition operator {condition.operator} is not judged here")
    given = need.values(condition.key)
    values = tuple(map(no_variables, condition.values))
    if operator == _NULL:
        return any(_bool(value, str(not given).lower()) for value in values)
    test, negated = _OPERATORS[operator]
    if of_set:
        found = [_one(test, negated, values, value) for value in given]
        return all(found) if of_set == _SETS[0] else any(found)
    if len(given) > 1:
        raise NotJudgedError(
            f"{condition.key} has several values, and {operator} compares one; "
            "use ForAnyValue or ForAllValues"
        )
    if not given:
        return negated or if_exists
    return _one(test, negated, values, given[0])


def _one(test: Test, negated: bool, values: tuple[str, ...], given: str) -> bool:
    return any(test(value, given) for value in values) != negated
