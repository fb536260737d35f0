"""What the root module says, whatever is wrong in how many tasks: once, and in plain words."""

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


def test_what_is_wrong_for_all_tasks_is_told_once(planner: Planner) -> None:
    def told(number: int) -> int:
        tasks = {f"task-{n}": {"image": "etl:1"} for n in range(number)}
        said = planner.refusal(tasks=tasks, logs={"retention_in_days": 31})
        return said.count("logs.retention_in_days is 31. It must be one of 0, 1")

    assert told(20) == told(1) > 0


def test_a_router_without_its_configuration_s_place_is_no_riddle(planner: Planner) -> None:
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
