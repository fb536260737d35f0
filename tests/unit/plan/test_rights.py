"""What the policies of a plan allow."""

from __future__ import annotations

from typing import Any

import pytest

from mwaa_ecs.errors import OperationError
from mwaa_ecs.iam.model import NotJudgedError
from mwaa_ecs.plan import Attachment, Policy
from unit.plan.plans import ARN, RUN, WATCH, change, plan, policy


def test_a_policy_can_be_asked() -> None:
    found = Policy.from_json(policy(RUN, WATCH))
    on = {"ecs_cluster": f"{ARN}:cluster/jobs"}
    assert found.allows("ecs:RunTask", f"{ARN}:task-definition/etl:3", **on)
    assert not found.allows("ecs:RunTask", f"{ARN}:task-definition/other:3", **on)
    assert not found.allows("ecs:RunTask", f"{ARN}:task-definition/etl:3", ecs_cluster=None)
    assert not found.allows("ecs:RunTask", f"{ARN}:task-definition/etl", **on)
    assert found.allows("ecs:stoptask", f"{ARN}:task/jobs/abc")
    assert [statement.sid for statement in found.about("ecs:RunTask")] == ["Run"]
    assert found.actions == {"ecs:RunTask", "ecs:StopTask"}


def test_what_is_denied_is_not_allowed() -> None:
    found = Policy.from_json(policy(WATCH, {**WATCH, "Effect": "Deny", "Action": "ecs:*"}))
    assert not found.allows("ecs:StopTask", f"{ARN}:task/jobs/abc")


def test_a_condition_key_that_is_not_given_is_an_error_and_not_a_no() -> None:
    found = Policy.from_json(policy(RUN))
    with pytest.raises(OperationError, match=r"ecs:cluster is not known.*ecs_cluster=ARN"):
        found.allows("ecs:RunTask", f"{ARN}:task-definition/etl:3")


def test_a_condition_that_cannot_be_judged_is_an_error_and_no_guess() -> None:
    odd = {**RUN, "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}
    with pytest.raises(OperationError, match="IpAddress is not judged here"):
        Policy.from_json(policy(odd)).allows("ecs:RunTask", f"{ARN}:task-definition/etl:3")


def test_all_actions_but_some_and_all_resources_but_some_are_judged() -> None:
    found = Policy.from_json(
        policy(
            {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},
            {"Effect": "Deny", "Action": "s3:*", "NotResource": "arn:aws:s3:::mine/*"},
        )
    )
    assert found.allows("ecs:RunTask", f"{ARN}:task-definition/etl:3")
    assert not found.allows("IAM:PassRole", "arn:aws:iam::111111111111:role/x")
    assert found.allows("s3:GetObject", "arn:aws:s3:::mine/file")
    assert not found.allows("s3:GetObject", "arn:aws:s3:::theirs/file")
    assert [statement.effect for statement in found.about("s3:GetObject")] == ["Allow", "Deny"]


def test_the_policy_is_that_of_who_runs_tasks() -> None:
    found = plan(
        change("a", "aws_iam_role_policy", None, {"role": "mwaa", "policy": policy(RUN)}),
        change(
            "b", "aws_iam_role_policy", None, {"role": "execution", "policy": policy(WATCH)}
        ),
    )
    assert found.policy.actions == {"ecs:RunTask"}
    with pytest.raises(LookupError, match="no policy that is known now allows ecs:RunTask"):
        _ = plan().policy


EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def test_a_second_policy_of_airflows_role_counts_whatever_it_names() -> None:
    found = plan(
        change("a", "aws_iam_role_policy", None, {"role": "mwaa", "policy": policy(RUN)}),
        change(
            "b", "aws_iam_role_policy", None, {"role": "mwaa", "policy": policy(EVERYTHING)}
        ),
    )
    assert found.policy.allows("s3:DeleteBucket", "arn:aws:s3:::mine")


def unknown_policy(address: str, **values: Any) -> dict[str, Any]:
    return change(
        address,
        "aws_iam_role_policy",
        None,
        {**values, "policy": None},
        after_unknown={"policy": True},
    )


def test_a_policy_that_is_known_only_after_apply_is_not_passed_over() -> None:
    found = plan(
        change("a", "aws_iam_role_policy", None, {"role": "mwaa", "policy": policy(RUN)}),
        unknown_policy("b", role="mwaa"),
    )
    hidden = found.policies["b"]
    for ask in (
        lambda: hidden.statements,
        lambda: hidden.actions,
        lambda: hidden.about("iam:PassRole"),
        lambda: hidden.allows("s3:GetObject", "arn:aws:s3:::x/y"),
        lambda: found.policy.allows("s3:GetObject", "arn:aws:s3:::x/y"),
    ):
        with pytest.raises(NotJudgedError, match="b: the policy is known only after apply"):
            ask()
    with pytest.raises(NotJudgedError, match="b: the policy is known only after apply"):
        _ = plan(unknown_policy("b", role="mwaa")).policy.actions
    # Another role's policy says nothing about Airflow's.
    other = plan(*found.raw["resource_changes"][:1], unknown_policy("b", role="other"))
    assert not other.policy.allows("s3:GetObject", "arn:aws:s3:::x/y")


@pytest.mark.parametrize(
    "kind", ["aws_iam_role_policy_attachment", "aws_iam_role_policy_attachments_exclusive"]
)
def test_a_policy_that_is_attached_to_airflows_role_is_shown_and_not_passed_over(
    kind: str,
) -> None:
    arn = "arn:aws:iam::aws:policy/AdministratorAccess"
    exclusive = kind.endswith("exclusive")
    given: dict[str, Any] = {"role": "mwaa", "policy_arn": arn}
    if exclusive:
        given = {"role_name": "mwaa", "policy_arns": [arn]}
    no = {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}
    found = plan(
        change("a", "aws_iam_role_policy", None, {"role": "mwaa", "policy": policy(RUN, no)}),
        change("b", kind, None, given),
    )
    assert found.attachments == (Attachment("b", "role", "mwaa", arn),)
    with pytest.raises(NotJudgedError, match=f"b: what {arn} allows is not in the plan"):
        found.policy.allows("iam:CreateUser", "*")
    # An explicit deny wins over every other policy.
    assert not found.policy.allows("s3:GetObject", "arn:aws:s3:::x/y")


def test_a_managed_policy_of_the_same_plan_is_airflows_own() -> None:
    found = plan(
        change("module.p.aws_iam_policy.a", "aws_iam_policy", None, {"policy": policy(RUN)}),
        change(
            "module.p.aws_iam_role_policy_attachment.a",
            "aws_iam_role_policy_attachment",
            None,
            {"role": "mwaa", "policy_arn": None},
            after_unknown={"policy_arn": True},
        ),
    )
    assert not found.policy.allows("s3:GetObject", "arn:aws:s3:::x/y")


def test_a_managed_policy_is_asked_as_an_inline_one() -> None:
    found = plan(change("a", "aws_iam_policy", None, {"name": "jobs", "policy": policy(RUN)}))
    assert found.policy.actions == {"ecs:RunTask"}
