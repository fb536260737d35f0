"""Plans many tasks at once with modules/task-definition: no credentials, no calls."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mwaa_ecs.terraform import Terraform, find_terraform
from mwaa_ecs.terraform.configuration import copy_configuration
from task_tables import Task

_MAIN = """
provider "aws" {
  region                      = "eu-west-1"
  KEYS
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variable "tasks" { type = any }

module "task" {
  source = "./task-definition"

  tasks              = var.tasks
  execution_role_arn = "arn:aws:iam::123456789012:role/execution"
  task_role_path     = "/planned/tasks/"
  region             = "eu-west-1"
  account_id         = "123456789012"
  partition          = "aws"
}

# A revision is known after apply, and would hide the others.
output "contracts" {
  value = {
    for name, contract in module.task.contracts : name => {
      for key, value in contract : key => value if key != "revision"
    }
  }
}
"""


@dataclass(frozen=True)
class Planned:
    """A task's definition in a plan, its role's policy, and its contract."""

    definition: Mapping[str, Any]
    resources: Mapping[str, Mapping[str, Any]]
    contract: Mapping[str, Any]

    def container(self, name: str) -> Mapping[str, Any]:
        """Return what is registered of a container."""
        found = json.loads(self.definition["container_definitions"])
        return next(item for item in found if item["name"] == name)


class TaskPlanner:
    """Plans tasks, all in one run."""

    def __init__(self, repository: Path, folder: Path) -> None:
        self.folder = folder
        copy_configuration(
            repository / "modules" / "task-definition", folder / "task-definition"
        )
        # The keys of a local AWS come from the environment; a plan alone takes any.
        here = "AWS_ACCESS_KEY_ID" in os.environ
        keys = "" if here else 'access_key = "testing"\n  secret_key = "testing"'
        (folder / "main.tf").write_text(_MAIN.replace("KEYS", keys))
        Terraform(folder).init()

    def plan(self, tasks: Mapping[str, Task]) -> dict[str, Planned]:
        """Return what is planned, by task."""
        done = self._run(tasks, "-out=plan.bin")
        assert done.returncode == 0, done.stderr
        shown = json.loads(self._terraform("show", "-json", "plan.bin").stdout)
        contracts = shown["planned_values"]["outputs"]["contracts"].get("value", {})
        found: dict[str, dict[str, Any]] = {name: {} for name in tasks}
        for resource in shown["planned_values"]["root_module"]["child_modules"][0]["resources"]:
            # "task/sidecar" and "task/policy" are the indices of what these bring.
            name, slash, of = resource["index"].partition("/")
            found[name][f"{resource['type']}{slash}{of}"] = resource["values"]
        return {
            name: Planned(
                resources["aws_ecs_task_definition"], resources, contracts.get(name, {})
            )
            for name, resources in found.items()
        }

    def refusals(self, tasks: Mapping[str, Task]) -> str:
        """Return the messages of Terraform when it refuses to plan, one a line."""
        done = self._run(tasks, "-json")
        assert done.returncode == 1, "it is planned"
        events = [json.loads(line) for line in done.stdout.splitlines()]
        return "\n".join(
            event["diagnostic"]["detail"]
            for event in events
            if event.get("type") == "diagnostic"
        )

    def apply(self, tasks: Mapping[str, Task]) -> None:
        """Make the tasks, in the AWS that the environment names."""
        self._write(tasks)
        # One by one: moto lists what other threads write, and fails.
        words = ("apply", "-input=false", "-auto-approve", "-parallelism=1")
        done = self._terraform(*words)
        assert done.returncode == 0, done.stderr

    def changes(self, tasks: Mapping[str, Task]) -> str:
        """Return what a plan would change now; empty where nothing."""
        self._write(tasks)
        words = ("plan", "-input=false", "-no-color", "-detailed-exitcode")
        done = self._terraform(*words)
        assert done.returncode in (0, 2), done.stderr
        return done.stdout if done.returncode == 2 else ""

    def _write(self, tasks: Mapping[str, Task]) -> None:
        (self.folder / "terraform.tfvars.json").write_text(json.dumps({"tasks": tasks}))

    def _run(
        self, tasks: Mapping[str, Task], *options: str
    ) -> subprocess.CompletedProcess[str]:
        self._write(tasks)
        return self._terraform("plan", "-input=false", "-refresh=false", *options)

    def _terraform(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(find_terraform()), *words],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
