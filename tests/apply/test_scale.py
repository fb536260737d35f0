"""The cost of one more task: resources, and calls of a plan without changes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import tftest

from mwaa_ecs.sandbox.account import Account
from mwaa_ecs.sandbox.local_aws import LocalAws
from mwaa_ecs.terraform.configuration import copy_configuration

TASKS = 30
MAIN = """
provider "aws" { region = "eu-west-1" }

variable "given" { type = any }

module "airflow_ecs" {
  source = "./module"

  name                     = "many"
  mwaa_execution_role_name = var.given.mwaa_execution_role_name
  cluster                  = { existing = { name = "shared" } }
  default_task             = "task-0"
  policy                   = { grant_by = "tag" }
  tasks = {
    for n in range(var.given.tasks) : "task-${n}" => { image = "etl:1" }
  }
  network = {
    subnet_ids         = var.given.subnet_ids
    security_group_ids = [var.given.group]
  }
}

output "policy_json" { value = module.airflow_ecs.policy_json }
"""


def test_a_task_costs_three_resources_and_six_calls(
    tmp_path: Path,
    repository: Path,
    local_aws: LocalAws,
    account: Account,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # moto can fail when it lists what another thread writes, so the apply makes one call
    # at a time.
    monkeypatch.setenv("TF_CLI_ARGS_apply", "-parallelism=1")
    copy_configuration(repository, tmp_path / "module")
    (tmp_path / "main.tf").write_text(MAIN)
    group = local_aws.client("ec2").create_security_group(
        GroupName="jobs", Description="jobs", VpcId=account.vpc_id
    )["GroupId"]
    local_aws.client("ecs").create_cluster(clusterName="shared")
    declared = frozenset({"subnet_ids", "mwaa_execution_role_name"})
    given = {**account.variables(declared), "group": group, "tasks": TASKS}
    var_file = tmp_path / "test.tfvars.json"
    var_file.write_text(json.dumps({"given": given}))
    terraform = tftest.TerraformTest(tmp_path.name, str(tmp_path.parent))
    terraform.setup()
    terraform.apply(tf_var_file=str(var_file))

    with local_aws.recording() as recording:
        plan = terraform.plan(output=True, tf_var_file=str(var_file))

    assert {tuple(c["change"]["actions"]) for c in plan.resource_changes.values()} == {
        ("no-op",)
    }
    # Beside the tasks: the six shared parameters, the eight parts of the index of images, the
    # execution role and two policies, and the place and the VPC that the state keeps.
    assert len(plan.resource_changes) == 3 * TASKS + 19
    assert len(recording.calls) <= 6 * TASKS + 64
    policy = terraform.output()["policy_json"]
    assert '"aws:ResourceTag/mwaa-ecs-contract":"/mwaa"' in policy


SECRETS = """
provider "aws" { region = "eu-west-1" }

# These stand for secrets of the same plan: only their number is known.
resource "terraform_data" "secret" {
  count = 150
  input = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:one-of-${count.index}-aB3dE6"
}

module "execution_role" {
  source  = "./module"
  name    = "many-secrets"
  secrets = terraform_data.secret[*].output

  additional_policy_count = 1
}
"""


def test_secrets_made_in_the_same_plan_are_spread_over_policies(
    tmp_path: Path, repository: Path, local_aws: LocalAws, account: Account
) -> None:
    copy_configuration(repository / "modules" / "execution-role", tmp_path / "module")
    (tmp_path / "main.tf").write_text(SECRETS)
    terraform = tftest.TerraformTest(tmp_path.name, str(tmp_path.parent))
    terraform.setup()
    terraform.apply()

    plan = terraform.plan(output=True)
    assert {tuple(c["change"]["actions"]) for c in plan.resource_changes.values()} == {
        ("no-op",)
    }
    iam = local_aws.client("iam")
    inline = iam.get_role_policy(RoleName="many-secrets", PolicyName="start-tasks")
    (more,) = iam.list_attached_role_policies(RoleName="many-secrets")["AttachedPolicies"]
    managed = iam.get_policy_version(PolicyArn=more["PolicyArn"], VersionId="v1")
    documents = (inline["PolicyDocument"], managed["PolicyVersion"]["Document"])
    may_read = [s["Resource"] for document in documents for s in document["Statement"]]
    assert [len(secrets) for secrets in may_read if secrets] != [150]
    assert len({secret for secrets in may_read for secret in secrets}) == 150
