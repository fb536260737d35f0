"""The resources of a plan, and the messages of failing assertions."""

from __future__ import annotations

import pytest

from mwaa_ecs.plan import Plan, UnknownValueError
from unit.plan.plans import change, plan, task_of


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
