"""The change of rights in a plan, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from mwaa_ecs.plan import policy_changes
from unit.plan.plans import ARN, RUN, WATCH, change, plan, policy


def test_the_policys_change_is_told_in_words() -> None:
    narrow = {**RUN, "Resource": f"{ARN}:task-definition/etl:*"}
    lines = policy_changes(
        plan(
            change(
                "a",
                "aws_iam_role_policy",
                {"role": "mwaa", "policy": policy(narrow, WATCH)},
                {"role": "mwaa", "policy": policy(RUN)},
            ),
            change("b", "aws_iam_role_policy", {"role": "old", "policy": policy(WATCH)}, None),
            change(
                "c",
                "aws_iam_role_policy",
                None,
                {"role": "new", "policy": None},
                after_unknown={"policy": True},
            ),
        )
    )
    assert lines == [
        "mwaa may now ecs:RunTask on ecs task-definition/rates:* where ecs:cluster is "
        "ecs cluster/jobs",
        "mwaa may no longer ecs:StopTask on ecs task/jobs/*",
        "old may no longer ecs:StopTask on ecs task/jobs/*",
        "new: what it may do is known only after apply",
    ]


def test_where_only_region_or_account_differ_they_are_shown() -> None:
    there = ARN.replace("eu-west-1", "us-east-1")

    def moved(*before_after: Mapping[str, Any]) -> list[str]:
        before, after = map(policy, before_after)
        changed = ({"role": "mwaa", "policy": before}, {"role": "mwaa", "policy": after})
        return policy_changes(plan(change("a", "aws_iam_role_policy", *changed)))

    other = {**WATCH, "Resource": f"{there}:task/jobs/*"}
    assert moved(WATCH, other) == [
        f"mwaa may now ecs:StopTask on {there}:task/jobs/*",
        f"mwaa may no longer ecs:StopTask on {ARN}:task/jobs/*",
    ]
    all_but = {"Effect": "Deny", "Action": "ecs:*", "NotResource": f"{ARN}:task/jobs/*"}
    assert moved(all_but, {**all_but, "NotResource": f"{there}:task/jobs/*"}) == [
        f"mwaa may now be refused ecs:* on everything but {there}:task/jobs/*",
        f"mwaa may no longer be refused ecs:* on everything but {ARN}:task/jobs/*",
    ]
    here = {**WATCH, "Condition": {"ArnEquals": {"ecs:cluster": f"{ARN}:cluster/jobs"}}}
    elsewhere = {**WATCH, "Condition": {"ArnEquals": {"ecs:cluster": f"{there}:cluster/jobs"}}}
    assert moved(here, elsewhere)[0] == (
        "mwaa may now ecs:StopTask on ecs task/jobs/* where ecs:cluster is "
        f"{there}:cluster/jobs"
    )


def said(kind: str, document: str, **values: str) -> list[str]:
    return policy_changes(plan(change("x", kind, None, {**values, "policy": document})))


@pytest.mark.parametrize(
    ("kind", "values", "who"),
    [
        ("aws_iam_role_policy", {"role": "mwaa"}, "mwaa"),
        ("aws_iam_policy", {"name": "jobs"}, "who has the policy jobs"),
        ("aws_iam_policy", {"name_prefix": "jobs-"}, "who has the policy jobs-"),
        ("aws_iam_user_policy", {"user": "ci"}, "user ci"),
        ("aws_iam_group_policy", {"group": "team"}, "group team"),
    ],
)
def test_what_a_policy_of_any_kind_allows_is_told(
    kind: str, values: dict[str, str], who: str
) -> None:
    assert said(kind, policy(WATCH), **values) == [
        f"{who} may now ecs:StopTask on ecs task/jobs/*"
    ]


def test_whom_a_managed_policy_is_given_to_is_told() -> None:
    kind, arn = "aws_iam_role_policy_attachment", "arn:aws:iam::aws:policy/AdministratorAccess"
    lines = policy_changes(
        plan(
            change("a", kind, None, {"role": "mwaa", "policy_arn": arn}),
            change(
                "b",
                kind,
                None,
                {"role": "mwaa", "policy_arn": None},
                after_unknown={"policy_arn": True},
            ),
            change("c", kind, {"role": "mwaa", "policy_arn": arn}, None),
        )
    )
    assert lines == [
        f"mwaa may now do what the policy {arn} allows",
        "mwaa may now do what a policy made here allows",
        f"mwaa may no longer do what the policy {arn} allows",
    ]


@pytest.mark.parametrize(
    ("operator", "key", "values", "words"),
    [
        ("StringEquals", "aws:PrincipalOrgID", ["o-1"], "aws:PrincipalOrgID is o-1"),
        ("StringNotEquals", "aws:PrincipalOrgID", ["o-1"], "aws:PrincipalOrgID is not o-1"),
        ("StringNotLike", "x", ["a*", "b*"], "x is not a* nor b*"),
        ("ArnNotEquals", "ecs:cluster", [f"{ARN}:task/a"], "ecs:cluster is not ecs task/a"),
        ("StringLikeIfExists", "x", ["a"], "x is a, if it is given"),
        ("ForAllValues:StringEquals", "aws:TagKeys", ["a", "b"], "every aws:TagKeys is a or b"),
        ("ForAnyValue:StringLike", "aws:TagKeys", ["a"], "any aws:TagKeys is a"),
        ("Null", "aws:TokenIssueTime", ["true"], "aws:TokenIssueTime is not given"),
        ("Null", "aws:TokenIssueTime", ["false"], "aws:TokenIssueTime is given"),
        ("Bool", "aws:SecureTransport", ["false"], "aws:SecureTransport is false"),
        ("NumericLessThan", "x", ["3"], "x is less than 3"),
        ("NotIpAddress", "aws:SourceIp", ["10.0.0.0/8"], "aws:SourceIp is not in 10.0.0.0/8"),
        ("OfTomorrow", "x", ["1"], "x OfTomorrow 1"),
    ],
)  # fmt: skip
def test_a_condition_is_told_with_its_sense(
    operator: str, key: str, values: list[str], words: str
) -> None:
    document = policy({**WATCH, "Condition": {operator: {key: values}}})
    (line,) = said("aws_iam_role_policy", document, role="mwaa")
    assert line == f"mwaa may now ecs:StopTask on ecs task/jobs/* where {words}"


def test_all_but_some_is_told() -> None:
    document = policy(
        {"Effect": "Deny", "NotAction": ["iam:*", "sts:*"], "NotResource": f"{ARN}:cluster/a"}
    )
    assert said("aws_iam_role_policy", document, role="mwaa") == [
        "mwaa may now be refused every action but iam:* and sts:* "
        "on everything but ecs cluster/a"
    ]
