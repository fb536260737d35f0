"""The VPC endpoints of modules/network allow what the policies grant."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase

import pytest

from mwaa_ecs.plan import Plan
from mwaa_ecs.terraform.configuration import copy_configuration
from mwaa_story import REPOSITORY
from planner import Planner

ACCOUNT = "123456789012"
CONFIGURATION = f"""
provider "aws" {{
  region                      = "eu-west-1"
  access_key                  = "testing"
  secret_key                  = "testing"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}}

module "network" {{
  source = "./network"

  name               = "airflow"
  nat_gateways       = "none"
  availability_zones = ["eu-west-1a", "eu-west-1b"]
  region             = "eu-west-1"
  account_id         = "{ACCOUNT}"
  partition          = "aws"
}}

module "policy" {{
  source = "./iam-policy"

  cluster_arn           = "arn:aws:ecs:eu-west-1:{ACCOUNT}:cluster/airflow"
  families              = ["airflow-etl"]
  log_group_names       = ["/ecs/airflow-etl"]
  parameter_names       = ["/mwaa/ecs/cluster"]
  parameter_paths       = ["/mwaa/tasks"]
  kms_key_arns          = ["arn:aws:kms:eu-west-1:{ACCOUNT}:key/a"]
  passed_role_arns      = ["arn:aws:iam::{ACCOUNT}:role/airflow"]
  allow_reattach        = true
  allow_tags            = true
  allow_execute_command = true
  allow_register        = true
  region                = "eu-west-1"
  account_id            = "{ACCOUNT}"
  partition             = "aws"
}}

output "granted" {{
  value = module.policy.json
}}

output "let_through" {{
  value = module.network.endpoint_policies
}}
"""


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    folder = tmp_path_factory.mktemp("endpoint-policies")
    for module in ("network", "iam-policy"):
        copy_configuration(REPOSITORY / "modules" / module, folder / module)
    (folder / "main.tf").write_text(CONFIGURATION)
    return Planner(folder, {}).plan()


def actions(policy: str) -> set[str]:
    """Return all actions of a policy's statements."""
    return {action for s in json.loads(policy)["Statement"] for action in s["Action"]}


def test_the_endpoints_allow_everything_that_the_root_can_grant(plan: Plan) -> None:
    # IAM has no endpoint here: who runs a task passes its roles without a call.
    granted = actions(plan.outputs["granted"]) - {"iam:PassRole"}
    assert {"ecs:RunTask", "ecs:ExecuteCommand", "ecs:RegisterTaskDefinition"} <= granted
    let_through = {a for p in plan.outputs["let_through"].values() for a in actions(p)}
    assert {
        action
        for action in granted
        if not any(fnmatchcase(action, pattern) for pattern in let_through)
    } == set()


def test_the_endpoints_allow_the_operators_own_calls(plan: Plan) -> None:
    """EcsTaskDefinitionStateSensor asks whether a registered revision is there."""
    assert "ecs:DescribeTaskDefinition" in actions(plan.outputs["let_through"]["ecs"])
