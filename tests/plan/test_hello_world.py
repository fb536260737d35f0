"""What a person reads in the plan of examples/hello-world, and in the plan of a mistake."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import tftest

from mwaa_ecs.plan import failed_checks
from mwaa_ecs.sandbox.account import Account
from mwaa_ecs.sandbox.example import load_example
from mwaa_ecs.sandbox.local_aws import LocalAws

REPOSITORY = Path(__file__).resolve().parents[2]


class Planner:
    """Plans the example with other variables than the account's."""

    def __init__(self, folder: Path, variables: dict[str, Any]) -> None:
        self.variables = variables
        self.var_file = folder / "test.tfvars.json"
        self.terraform = tftest.TerraformTest(folder.name, str(folder.parent))
        self.terraform.setup()

    def plan(self, **changed: Any) -> Any:
        """Return tftest's view of the plan."""
        self.var_file.write_text(json.dumps({**self.variables, **changed}))
        return self.terraform.plan(output=True, tf_var_file=str(self.var_file))

    def refusal(self, **changed: Any) -> str:
        """Return what Terraform says when it refuses to plan, on one line."""
        with pytest.raises(tftest.TerraformTestError) as caught:
            self.plan(**changed)
        return re.sub(r"[\s│]+", " ", " ".join(map(str, caught.value.args)))


@pytest.fixture(scope="module")
def planner(hello_world: Path, account: Account) -> Planner:
    example = load_example(REPOSITORY / "examples" / "hello-world")
    return Planner(hello_world, account.variables(example.variables))


def test_the_plan_creates_everything_and_changes_nothing_else(planner: Planner) -> None:
    plan = planner.plan()
    actions = {tuple(change["change"]["actions"]) for change in plan.resource_changes.values()}
    assert actions == {("create",)}
    kinds = sorted(change["type"] for change in plan.resource_changes.values())
    assert kinds == sorted(
        [
            "aws_cloudwatch_log_group",
            "aws_ecs_cluster",
            "aws_ecs_cluster_capacity_providers",
            "aws_ecs_task_definition",
            "aws_iam_role",
            "aws_iam_role_policy",  # of the execution role
            "aws_iam_role_policy",  # of MWAA's role
            "aws_s3_object",
            "aws_security_group",
            "aws_vpc_security_group_egress_rule",
            *["aws_ssm_parameter"] * 7,
        ]
    )
    assert failed_checks(plan) == []


def test_the_role_that_exists_is_given_a_policy_and_nothing_else(planner: Planner) -> None:
    plan = planner.plan()
    changed = {
        change["change"]["after"].get("role")
        for change in plan.resource_changes.values()
        if change["type"].startswith("aws_iam_role_")
    }
    assert planner.variables["mwaa_execution_role_name"] in changed


def test_one_subnet_is_too_few(planner: Planner) -> None:
    said = planner.refusal(subnet_ids=["subnet-0a1b2c3d"])
    assert "network.subnet_ids has 1 (subnet-0a1b2c3d): give 2 to 16" in said


def test_subnets_joined_by_commas_are_no_list(planner: Planner) -> None:
    said = planner.refusal(subnet_ids=["subnet-0a1b2c3d,subnet-1b2c3d4e", "subnet-2c3d4e5f"])
    assert "ids joined by commas are not one" in said


def test_a_role_given_by_its_arn_is_refused_with_its_name(planner: Planner) -> None:
    said = planner.refusal(
        mwaa_execution_role_name="arn:aws:iam::123456789012:role/service-role/AmazonMWAA-demo"
    )
    assert "give the role's name alone" in said


def test_a_role_that_does_not_exist_fails_a_check(planner: Planner) -> None:
    failed = failed_checks(planner.plan(mwaa_execution_role_name="AmazonMWAA-dmeo"))
    assert len(failed) == 1
    assert "AmazonMWAA-dmeo" in failed[0]


def test_planning_changes_nothing(planner: Planner, local_aws: LocalAws) -> None:
    before = len(local_aws.calls)
    planner.plan()
    made = {f"{call.service}:{call.action}" for call in list(local_aws.calls)[before:]}
    assert made
    assert not {
        action for action in made if not re.match(r"\w+:(Get|Describe|List|Head)", action)
    }
