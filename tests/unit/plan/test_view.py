"""Questions about a plan, and its description for a person."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from mwaa_ecs.errors import OperationError
from mwaa_ecs.iam.model import NotJudgedError
from mwaa_ecs.plan import (
    Attachment,
    Plan,
    Policy,
    UnknownValueError,
    dangers,
    inventory_differences,
    policy_changes,
)
from mwaa_ecs.plan.inventory import inventory_text
from mwaa_ecs.plan.raw import CONTRACTS
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
    assert tasks["rates"].contract is not None
    with pytest.raises(UnknownValueError, match=r'task\["rates"\]: the contract is known only'):
        _ = tasks["rates"].contract["cluster"]


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


def task_of(instance: str, name: str, contract: Any) -> list[dict[str, Any]]:
    """Return the changes of a task, with its parameter in the same module instance."""
    known = {} if contract is None else {"insecure_value": json.dumps(contract)}
    return [
        change(
            f'{instance}module.task.aws_ecs_task_definition.this["{name}"]',
            "aws_ecs_task_definition",
            None,
            {"family": f"jobs-{name}", "cpu": "256", "memory": "512"},
        ),
        change(
            f'{instance}module.ssm_parameters.aws_ssm_parameter.task["{name}"]',
            "aws_ssm_parameter",
            None,
            {"name": f"/mwaa/{instance}/tasks/{name}", **known},
            after_unknown={} if known else {"insecure_value": True},
        ),
    ]


def test_two_module_instances_with_a_task_of_the_same_name_keep_both() -> None:
    one, two = 'module.jobs["a.b"].', "module.other.module.jobs[0]."
    tasks = plan(
        *task_of(one, "etl", {"cluster": "one"}),
        *task_of(two, "etl", {"cluster": "two"}),
        *task_of(two, "rates", {"cluster": "two"}),
    ).tasks
    assert {key: task.contract["cluster"] for key, task in tasks.items() if task.contract} == {
        'module.jobs["a.b"].etl': "one",
        "module.other.module.jobs[0].etl": "two",
        "rates": "two",
    }
    with pytest.raises(LookupError, match=r"2 module instances have a task 'etl'; ask for one"):
        _ = tasks["etl"]


def test_whose_contract_a_parameter_is_is_never_guessed() -> None:
    changes = task_of("", "etl", {"cluster": "one"})
    other = {**changes[1], "address": 'module.x.aws_ssm_parameter.task["etl"]'}
    with pytest.raises(LookupError, match="the contract of the task 'etl' may be module"):
        _ = plan(*changes, other).tasks


def test_what_is_known_of_a_contract_can_be_asked_while_the_security_group_is_not_made() -> (
    None
):
    network = {"assignPublicIp": "DISABLED", "securityGroups": [None], "subnets": ["subnet-1"]}
    contract = {"cluster": "jobs", "network_configuration": {"awsvpcConfiguration": network}}
    unknown = {"network_configuration": {"awsvpcConfiguration": {"securityGroups": [True]}}}
    exposed = {
        "actions": ["create"],
        "after": {"module.jobs": {"etl": contract}},
        "after_unknown": {"module.jobs": {"etl": unknown}},
    }
    found = plan(*task_of("module.jobs.", "etl", None), output_changes={CONTRACTS: exposed})
    asked = found.tasks["etl"].contract
    assert asked is not None
    vpc = asked["network_configuration"]["awsvpcConfiguration"]
    assert (asked["cluster"], vpc["assignPublicIp"]) == ("jobs", "DISABLED")
    assert set(vpc) == {"assignPublicIp", "securityGroups", "subnets"}
    with pytest.raises(UnknownValueError, match=r"securityGroups\.0 is known only after apply"):
        _ = vpc["securityGroups"][0]
    with pytest.raises(UnknownValueError):
        _ = vpc == network
    assert found.changed_outputs == []


def test_sizes_are_numbers_and_what_is_not_set_has_ecs_defaults() -> None:
    changes = task_of("", "etl", {})
    containers = [
        {"name": "etl", "image": "i", "environment": [{"name": "A", "value": "1"}], "cpu": 128},
        {"name": "log", "image": "i", "essential": False, "environment": None},
    ]
    changes[0]["change"]["after"]["container_definitions"] = json.dumps(containers)
    task = plan(*changes).tasks["etl"]
    assert (task.cpu, task.memory) == (256, 512)
    etl, log = task.containers
    assert (etl.cpu, etl.environment, etl.essential) == (128, {"A": "1"}, True)
    assert (log.cpu, log.memory, log.environment, log.essential) == (0, None, {}, False)
    assert (log.privileged, log.read_only_root_filesystem, log.command) == (False, False, ())


def test_a_part_that_is_unknown_raises_also_deep_inside_an_attribute() -> None:
    found = plan(
        change(
            "aws_x.this",
            "aws_x",
            None,
            {"setting": [{"name": "a", "value": None}]},
            after_unknown={"setting": [{"value": True}]},
        )
    ).one("aws_x")
    (setting,) = found["setting"]
    assert setting["name"] == "a"
    with pytest.raises(
        UnknownValueError, match=r"aws_x\.this: setting\.0: value is known only"
    ):
        _ = setting["value"]


def test_a_misspelt_type_of_resource_is_an_error_and_not_an_empty_list() -> None:
    found = Plan({}, kinds=lambda: frozenset(("aws_ecs_cluster", "aws_nat_gateway")))
    assert found.of_kind("aws_nat_gateway") == []
    with pytest.raises(
        LookupError, match=r"'aws_ecs_clutser' is not a type.*'aws_ecs_cluster'"
    ):
        found.of_kind("aws_ecs_clutser")


def test_a_failing_assertion_names_the_resource_the_task_and_the_plan() -> None:
    found = Plan(
        {"resource_changes": task_of("module.a.", "etl", {})}, about={"environment": "prod"}
    )
    (definition, *_) = found.of_kind("aws_ecs_task_definition")
    assert repr(definition) == '<module.a.module.task.aws_ecs_task_definition.this["etl"]>'
    assert repr(found.tasks["etl"]) == "Task(name='etl', instance='module.a')"
    assert repr(found) == "<plan of prod>"
    with pytest.raises(LookupError, match="the plan's region is not known"):
        _ = found.region


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
