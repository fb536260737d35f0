"""The plan of examples/hello-world, and plans with mistakes."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from mwaa_ecs.plan import Plan
from mwaa_ecs.sandbox.account import Account
from mwaa_ecs.sandbox.example import load_example
from mwaa_ecs.sandbox.local_aws import LocalAws
from planner import Planner

REPOSITORY = Path(__file__).resolve().parents[2]
OPERATOR = [*(REPOSITORY / "modules" / "dags" / "operator").glob("mwaa_ecs_operator/*.py")]


@pytest.fixture(scope="module")
def planner(hello_world: Path, account: Account) -> Planner:
    example = load_example(REPOSITORY / "examples" / "hello-world")
    return Planner(hello_world, account.variables(example.variables))


@pytest.fixture(scope="module")
def planned(planner: Planner, local_aws: LocalAws) -> tuple[Plan, frozenset[str]]:
    """Return the plan and the actions that it called."""
    before = len(local_aws.calls)
    plan = planner.plan()
    return plan, frozenset(
        f"{call.service}:{call.action}" for call in list(local_aws.calls)[before:]
    )


@pytest.fixture(scope="module")
def plan(planned: tuple[Plan, frozenset[str]]) -> Plan:
    return planned[0]


def test_the_plan_creates_everything_and_changes_nothing_else(plan: Plan) -> None:
    assert {resource.action for resource in plan.changes} == {"create"}
    assert Counter(resource.kind for resource in plan.changes) == {
        "aws_cloudwatch_log_group": 1,
        "aws_ecs_cluster": 1,
        "aws_ecs_cluster_capacity_providers": 1,
        "aws_ecs_task_definition": 1,
        "aws_iam_role": 1,
        "aws_iam_role_policy": 2,  # of the execution role, and of MWAA's
        "aws_s3_object": 3 + len(OPERATOR),  # two DAGs, the operator, .airflowignore
        "aws_security_group": 1,
        "aws_vpc_security_group_egress_rule": 1,
        "aws_ssm_parameter": 8,
        "terraform_data": 2,  # what the state keeps: the place, and the VPC
    }
    assert plan.failed_checks == []


def test_the_existing_role_gets_a_policy_and_nothing_else(plan: Plan, planner: Planner) -> None:
    changed = [
        resource
        for resource in plan.changes
        if resource.values.get("role") == planner.variables["mwaa_execution_role_name"]
    ]
    assert [resource.kind for resource in changed] == ["aws_iam_role_policy"]
    assert plan.policies[changed[0].address].statements == plan.policy.statements


def test_airflow_may_run_the_task_in_its_cluster_and_nowhere_else(plan: Plan) -> None:
    policy = plan.policy
    ecs = "arn:aws:ecs:eu-west-1:123456789012"
    family = f"{ecs}:task-definition/airflow-ecs-operator:1"
    here = f"{ecs}:cluster/airflow-ecs-cluster"
    assert policy.allows("ecs:RunTask", family, ecs_cluster=here)
    assert not policy.allows("ecs:RunTask", family, ecs_cluster=f"{ecs}:cluster/other")
    assert not policy.allows("ecs:RunTask", family.removesuffix(":1"), ecs_cluster=here)


def test_planning_changes_nothing(planned: tuple[Plan, frozenset[str]]) -> None:
    _, called = planned
    assert called
    assert not {
        action for action in called if not re.match(r"\w+:(Get|Describe|List|Head)", action)
    }
