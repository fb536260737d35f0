"""Questions about a plan, and its description for a person."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from mwaa_ecs.errors import OperationError
from mwaa_ecs.plan import (
    Plan,
    Policy,
    UnknownValueError,
    dangers,
    inventory_differences,
    policy_changes,
)
from mwaa_ecs.plan.inventory import inventory_text
from mwaa_ecs.rollout.drift import find_drift

ARN = "arn:aws:ecs:eu-west-1:111111111111"
RUN = {
    "Sid": "Run",
    "Effect": "Allow",
    "Action": "ecs:RunTask",
    "Resource": [f"{ARN}:task-definition/etl:*", f"{ARN}:task-definition/rates:*"],
    "Condition": {"ArnEquals": {"ecs:cluster": f"{ARN}:cluster/jobs"}},
}
WATCH = {"Effect": "Allow", "Action": ["ecs:StopTask"], "Resource": f"{ARN}:task/jobs/*"}


def policy(*statements: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def change(
    address: str,
    kind: str,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    actions: list[str] | None = None,
    **extra: Any,
) -> dict[str, Any]:
    if actions is None:
        actions = ["create"] if before is None else ["delete"] if after is None else ["update"]
        actions = ["no-op"] if before == after else actions
    return {
        "address": address,
        "mode": "managed",
        "type": kind,
        "change": {"actions": actions, "before": before, "after": after, **extra},
    }


def plan(*changes: dict[str, Any], **more: Any) -> Plan:
    return Plan({"resource_changes": list(changes), **more})


def test_a_resource_is_found_by_address_and_kind() -> None:
    found = plan(
        change("module.a.aws_ecs_cluster.this", "aws_ecs_cluster", None, {"name": "jobs"}),
        change('aws_x.this["b"]', "aws_x", {"name": "old"}, None),
    )
    assert found.resources["module.a.aws_ecs_cluster.this"]["name"] == "jobs"
    assert found.one("aws_ecs_cluster")["name"] == "jobs"
    # A deleted resource is not in the plan's result.
    assert found.of_kind("aws_x") == []
    assert [resource.key for resource in found.changes] == ["b", ""]
    with pytest.raises(LookupError, match="aws_x: expected one, found none"):
        found.one("aws_x")


def test_what_is_unknown_says_so() -> None:
    found = plan(
        change(
            "aws_ecs_cluster.this",
            "aws_ecs_cluster",
            None,
            {"name": "jobs", "arn": None},
            after_unknown={"arn": True, "setting": [{"value": True}]},
        )
    ).one("aws_ecs_cluster")
    assert found.unknown == {"arn", "setting.0.value"}
    with pytest.raises(UnknownValueError, match="arn is known only after apply"):
        found["arn"]


def test_a_task_has_its_containers_and_its_contract() -> None:
    contract = {"cluster": "jobs", "task_definition": "jobs-etl"}
    containers = [
        {"name": "etl", "image": "etl:1"},
        {"name": "log", "image": "l", "essential": False},
    ]
    tasks = plan(
        change(
            'module.task["etl"].aws_ecs_task_definition.this',
            "aws_ecs_task_definition",
            None,
            {"family": "jobs-etl", "container_definitions": json.dumps(containers)},
        ),
        change(
            'aws_ssm_parameter.task["etl"]',
            "aws_ssm_parameter",
            None,
            {"name": "/mwaa/tasks/etl", "insecure_value": json.dumps(contract)},
        ),
        change(
            'module.task["rates"].aws_ecs_task_definition.this',
            "aws_ecs_task_definition",
            None,
            {"family": "jobs-rates"},
        ),
        change(
            'aws_ssm_parameter.task["rates"]',
            "aws_ssm_parameter",
            None,
            {"name": "/mwaa/tasks/rates"},
            after_unknown={"insecure_value": True},
        ),
    ).tasks
    assert tasks["etl"].family == "jobs-etl"
    assert tasks["etl"].contract == contract
    assert [(c.name, c.essential) for c in tasks["etl"].containers] == [
        ("etl", True),
        ("log", False),
    ]
    assert tasks["rates"].contract is None


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


def test_a_managed_policy_is_asked_as_an_inline_one() -> None:
    found = plan(change("a", "aws_iam_policy", None, {"name": "jobs", "policy": policy(RUN)}))
    assert found.policy.actions == {"ecs:RunTask"}


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


REPLACE = ["delete", "create"]


@pytest.mark.parametrize(
    ("kind", "before", "after", "actions", "wanted"),
    [
        # A new revision of the same family: DAGs notice nothing.
        ("aws_ecs_task_definition", {"family": "a"}, {"family": "a"}, REPLACE, None),
        ("aws_ecs_task_definition", {"family": "a"}, {"family": "b"}, REPLACE, "replaced"),
        ("aws_ecs_task_definition", {"family": "a"}, None, None, "destroyed"),
        ("aws_ecs_cluster", {"name": "a"}, {"name": "b"}, REPLACE, "replaced"),
        ("aws_ssm_parameter", {"name": "a"}, None, None, "destroyed"),
        ("aws_cloudwatch_log_group", {"name": "a"}, {"name": "b"}, REPLACE, "replaced"),
        ("aws_iam_role", {"name": "a"}, None, None, "destroyed"),
        ("aws_security_group", {"name": "a"}, {"name": "b"}, ["create", "delete"], "replaced"),
        ("aws_of_tomorrow", {"name": "a"}, None, None, "destroyed"),
        ("aws_ssm_parameter", {"name": "a"}, {"name": "a", "value": "b"}, None, None),
        ("aws_ecs_cluster", None, {"name": "a"}, None, None),
        ("terraform_data", {"id": "a"}, None, None, None),
    ],
)  # fmt: skip
def test_changes_of_what_dags_use_are_dangers(
    kind: str,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    actions: list[str] | None,
    wanted: str | None,
) -> None:
    found = dangers(plan(change("x", kind, before, after, actions)))
    assert [danger.action for danger in found] == ([wanted] if wanted else [])


def test_drift_tells_who_changed_it() -> None:
    group = {"name": "/ecs/a", "retention_in_days": 1, "tags": None}
    wanted = {"name": "/ecs/a", "retention_in_days": 30, "tags": {}}
    kind = "aws_cloudwatch_log_group"
    found = find_drift(
        plan(
            change("outside", kind, group, wanted),
            change("files", kind, group, wanted),
            change("gone", kind, None, wanted),
            change("new", kind, None, wanted),
            change("extra", kind, group, None),
            change("same", kind, wanted, wanted),
            resource_drift=[
                change("outside", kind, wanted, group),
                change("gone", kind, wanted, None),
                # AWS filled in a default; nothing in the files minds.
                change("same", kind, {**wanted, "x": None}, {**wanted, "x": ""}, ["update"]),
            ],
        )
    )
    assert {drift.address: drift.what for drift in found} == {
        "outside": "changed outside Terraform",
        "files": "changed in the files, and not rolled out",
        "gone": "missing: somebody deleted it",
        "new": "in the files, and not rolled out",
        "extra": "rolled out, and not in the files any more",
    }
    attributes = next(drift.attributes for drift in found if drift.address == "outside")
    assert attributes == {"retention_in_days": (1, 30)}


def test_a_policy_that_differs_is_told_in_words() -> None:
    kind = "aws_iam_role_policy"
    in_aws = {"role": "mwaa", "policy": policy(RUN, WATCH)}
    (drift,) = find_drift(plan(change("x", kind, in_aws, {**in_aws, "policy": policy(RUN)})))
    assert drift.rights == ("mwaa may no longer ecs:StopTask on ecs task/jobs/*",)
    unreadable = {**in_aws, "policy": "no JSON"}
    (drift,) = find_drift(plan(change("x", kind, in_aws, unreadable)))
    assert (drift.rights, drift.attributes["policy"][1]) == ((), "no JSON")


def test_a_secret_that_was_changed_outside_is_drift_from_outside_and_not_shown() -> None:
    kind = "aws_ssm_parameter"
    old, new = {"name": "a", "value": "hunter1"}, {"name": "a", "value": "hunter2"}
    hidden: dict[str, Any] = {
        "before_sensitive": {"value": True},
        "after_sensitive": {"value": True},
    }
    (drift,) = find_drift(
        plan(
            change("x", kind, new, old, **hidden),
            resource_drift=[change("x", kind, old, new, **hidden)],
        )
    )
    assert drift.what == "changed outside Terraform"
    assert (drift.attributes, drift.hidden) == ({}, ("value",))


def test_an_inventory_keeps_secrets_and_made_up_ids_out() -> None:
    one = plan(
        change(
            "aws_ssm_parameter.this",
            "aws_ssm_parameter",
            None,
            {"name": "a", "value": "hunter2", "insecure_value": "subnet-0123456789abcdef0"},
            after_sensitive={"value": True},
        )
    )
    text = inventory_text(one)
    assert "hunter2" not in text
    assert yaml.safe_load(text)["values"]["aws_ssm_parameter.this"] == {
        "name": "a",
        "insecure_value": "subnet-*",
    }
    assert inventory_differences(one, text) == ""
    other = plan(change("aws_ssm_parameter.this", "aws_ssm_parameter", None, {"name": "b"}))
    assert "-    name: a\n+    name: b" in inventory_differences(other, text).replace(
        "-    insecure_value: subnet-*\n", ""
    )
