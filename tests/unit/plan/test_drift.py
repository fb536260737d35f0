"""What differs between the files, the state and AWS."""

from __future__ import annotations

from typing import Any

from mwaa_ecs.rollout.drift import find_drift
from unit.plan.plans import RUN, WATCH, change, plan, policy


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
