"""Messages of the root module: each mistake once, with field, value and remedy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import tftest

from mwaa_ecs.sandbox.account import Account
from mwaa_ecs.terraform.configuration import copy_configuration
from planner import Planner

MAIN = """
provider "aws" { region = "eu-west-1" }

variable "subnet_ids" { type = list(string) }
variable "tasks" { type = any }
variable "logs" { type = any }

module "airflow_ecs" {
  source = "./module"

  name         = "etl"
  network      = { subnet_ids = var.subnet_ids }
  default_task = keys(var.tasks)[0]
  tasks        = var.tasks
  logs         = var.logs
}
"""


@pytest.fixture(scope="module")
def planner(
    tmp_path_factory: pytest.TempPathFactory, repository: Path, account: Account
) -> Planner:
    folder = tmp_path_factory.mktemp("root")
    copy_configuration(repository, folder / "module")
    (folder / "main.tf").write_text(MAIN)
    return Planner(folder, account.variables(frozenset({"subnet_ids"})))


def test_a_mistake_that_concerns_all_tasks_is_reported_once(planner: Planner) -> None:
    def told(number: int) -> int:
        tasks = {f"task-{n}": {"image": "etl:1"} for n in range(number)}
        said = planner.refusal(tasks=tasks, logs={"retention_in_days": 31})
        return said.count("logs.retention_in_days is 31. It must be one of 0, 1")

    assert told(20) == told(1) > 0


def test_subnets_that_do_not_exist_are_named_with_field_and_remedy(planner: Planner) -> None:
    subnets = [*planner.variables["subnet_ids"], "subnet-0123456789abcdef0", "subnet-0a1b"]
    said = planner.refusal(subnet_ids=subnets, tasks={"etl": {"image": "etl:1"}}, logs={})
    assert "network.subnet_ids: subnet-0123456789abcdef0, subnet-0a1b does not exist" in said
    assert "aws ec2 describe-subnets --region eu-west-1" in said
    assert "no matching" not in said


def test_a_log_router_without_options_has_a_message_of_its_own(planner: Planner) -> None:
    router = {
        "image": "fluent-bit:3",
        "memory": 64,
        "firelens_configuration": {"options": {"config-file-type": "s3"}},
    }
    task: dict[str, Any] = {
        "image": "etl:1",
        "launch_type": "EC2",
        "network_mode": "bridge",
        "log_configuration": {"log_driver": "awsfirelens"},
        "sidecars": {"router": router},
    }
    try:
        planner.plan(tasks={"etl": task}, logs={})
    except tftest.TerraformTestError as error:
        said = str(error)
        assert "Invalid index" not in said
        assert 'tasks["etl"]' in said
