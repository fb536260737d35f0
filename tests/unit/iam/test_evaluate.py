"""What is allowed, what is denied, and that what is not known is neither."""

from __future__ import annotations

from typing import Any

import pytest

from mwaa_ecs.iam.document import parse_policy
from mwaa_ecs.iam.evaluate import Decision, decide
from mwaa_ecs.iam.model import Need, NotJudgedError

_TASKS = "arn:aws:ecs:eu-west-1:123456789012:task/one/*"
_TASK = "arn:aws:ecs:eu-west-1:123456789012:task/one/0a1b"
_CLUSTER = "arn:aws:ecs:eu-west-1:123456789012:cluster/one"
_STOP = Need("ecs:StopTask", _TASK, {"ecs:cluster": (_CLUSTER,), "aws:ResourceTag/*": ()})


def _policy(*statements: dict[str, Any]) -> dict[str, Any]:
    given = [
        {"Effect": "Allow", "Action": "ecs:StopTask", "Resource": _TASKS} | one
        for one in statements
    ]
    return {"Version": "2012-10-17", "Statement": given}


def _decide(*statements: dict[str, Any], need: Need = _STOP, boundary: Any = None) -> Decision:
    return decide(
        need,
        parse_policy(_policy(*statements)),
        None if boundary is None else parse_policy(boundary),
    )


def test_what_a_statement_covers_is_allowed() -> None:
    assert _decide({}).allowed


def test_without_a_statement_the_message_ends_as_awss() -> None:
    decision = _decide({"Action": "ecs:RunTask"})
    assert decision.because == "because no identity-based policy allows the ecs:StopTask action"


def test_an_explicit_deny_wins() -> None:
    decision = _decide({}, {"Effect": "Deny", "Action": "ecs:*", "Resource": "*"})
    assert decision.because == "with an explicit deny in an identity-based policy"


def test_a_boundary_must_allow_too() -> None:
    decision = _decide({}, boundary=_policy({"Action": "s3:*", "Resource": "*"}))
    assert decision.because == "because no permissions boundary allows the ecs:StopTask action"
    assert _decide({}, boundary=_policy({"Action": "ecs:*", "Resource": "*"})).allowed


def test_a_boundarys_deny_wins() -> None:
    decision = _decide({}, boundary=_policy({}, {"Effect": "Deny"}))
    assert decision.because == "with an explicit deny in a permissions boundary"


def test_an_absent_key_holds_of_no_equals_and_of_every_not_equals() -> None:
    absent = {"aws:ResourceTag/team": "data"}
    assert not _decide({"Condition": {"StringEquals": absent}}).allowed
    assert _decide({"Condition": {"StringNotEquals": absent}}).allowed
    assert _decide({"Condition": {"StringEqualsIfExists": absent}}).allowed


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param({"Condition": {"DateLessThan": {"ecs:cluster": "2030"}}}, id="operator"),
        pytest.param({"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}}, id="key"),
        pytest.param(
            {"Condition": {"StringNotEquals": {"ecs:task-cpu": "4096"}}}, id="key of an absence"
        ),
        pytest.param({"Resource": f"{_TASKS[:-1]}${{aws:username}}"}, id="variable"),
        pytest.param({"Resource": "arn:aws:ecs:*"}, id="short ARN"),
        pytest.param({"Principal": "*"}, id="element"),
        pytest.param({"Effect": "allow"}, id="effect"),
        pytest.param({"Resource": []}, id="empty list"),
    ],
)
def test_what_is_not_known_is_an_error_and_never_an_allow(statement: dict[str, Any]) -> None:
    with pytest.raises(NotJudgedError):
        _decide(statement)


@pytest.mark.parametrize("version", ["2008-10-17", None])
def test_a_policy_of_the_older_version_is_judged_alike(version: str | None) -> None:
    (found,) = parse_policy({**_policy({}), "Version": version})
    assert decide(_STOP, [found]).allowed


def test_a_policy_of_a_version_that_is_not_known_is_an_error() -> None:
    with pytest.raises(NotJudgedError, match="2030-01-01"):
        parse_policy({**_policy({}), "Version": "2030-01-01"})


def test_of_an_unknown_resource_only_a_sure_answer_is_given() -> None:
    unknown = Need("glue:GetTable", None)
    assert not _decide({}, need=unknown).allowed
    assert _decide({"Action": "glue:*", "Resource": "*"}, need=unknown).allowed
    with pytest.raises(NotJudgedError, match="glue:GetTable"):
        _decide({"Action": "glue:*", "Resource": "arn:aws:glue:*:*:table/x"}, need=unknown)
