"""An example that creates an MWAA environment: applied to the local AWS, changed, destroyed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from applied import Attach
from mwaa_ecs.sandbox.inventory import inventory
from mwaa_ecs.sandbox.local_aws import LocalAws
from mwaa_ecs.terraform import Event, Terraform
from mwaa_ecs.terraform.configuration import copy_configuration

REPOSITORY = Path(__file__).resolve().parents[1]

# Every argument of the environment that MWAA changes in place, with another value than in the
# examples. `check_changed` checks each.
CHANGED = """
module "mwaa" {
  airflow_version                 = "3.2.1"
  environment_class               = "mw1.medium"
  workers                         = { min = 2, max = 12 }
  webservers                      = { min = 3, max = 4 }
  schedulers                      = 3
  weekly_maintenance_window_start = "TUE:04:30"
  webserver_access_mode           = "%(access)s"
  airflow_configuration_options   = { "core.default_task_retries" = "2" }
  dag_s3_path                     = "workflows"
  bucket = {
    existing = { arn = "arn:aws:s3:::${aws_s3_bucket_versioning.another.id}" }
  }
  logging = {
    task      = { level = "DEBUG" }
    webserver = { enabled = false }
  }
  execution_role                  = { name = "another" }
  security_group_ids              = [aws_security_group.another.id]
  requirements                    = module.dags.requirements
  plugins                         = module.dags.plugins
  startup_script                  = module.dags.startup_script
  tags                            = { team = "data" }
}

module "dags" {
  requirements   = "${path.module}/changed/requirements.txt"
  plugins        = "${path.module}/changed/plugins.zip"
  startup_script = "${path.module}/changed/startup.sh"
}
"""
ANOTHER = """
resource "aws_security_group" "another" {
  name   = "another"
  vpc_id = module.network.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "another" {
  security_group_id            = aws_security_group.another.id
  referenced_security_group_id = aws_security_group.another.id
  ip_protocol                  = "-1"
}

resource "aws_s3_bucket" "another" {
  bucket_prefix = "another-"
  force_destroy = true
}

resource "aws_s3_bucket_public_access_block" "another" {
  bucket                  = aws_s3_bucket.another.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_versioning" "another" {
  bucket = aws_s3_bucket.another.id

  versioning_configuration {
    status = "Enabled"
  }

  # The environment uses this resource's id, so it waits for both.
  depends_on = [aws_s3_bucket_public_access_block.another]
}
"""


class MwaaStory:
    """One example, from an empty account to its destroy.

    Args:
        name: the example's folder.
        aws: where it is applied.
        target: an empty folder for its copy.
        attach: called with the copy, where it uploads files.
    """

    def __init__(
        self, name: str, aws: LocalAws, target: Path, attach: Attach | None = None
    ) -> None:
        self.aws = aws
        self.folder = copy_configuration(REPOSITORY / "examples" / name, target)
        if attach is not None:
            attach(self.folder)
        self.before = inventory(aws)
        self._planned: dict[str, str] = {}
        self.steps: list[str] = []
        self._plan_file = self.folder / "saved.tfplan"
        self._terraform = Terraform(self.folder, on_event=self._note)
        self._terraform.init()

    def _note(self, event: Event) -> None:
        if event.get("type") == "planned_change" and event["change"]["action"] != "read":
            self._planned[event["change"]["resource"]["addr"]] = event["change"]["action"]
        if event.get("type") in ("apply_start", "apply_complete"):
            hook = event["hook"]
            what = event["type"].removeprefix("apply_")
            self.steps.append(f"{what} {hook['action']} {hook['resource']['addr']}")

    def changes(self) -> dict[str, str]:
        """Plan; return the planned action of each resource that changes, by address."""
        self._planned.clear()
        self._terraform.plan(self._plan_file)
        return dict(self._planned)

    def apply(self) -> None:
        """Apply the plan of `changes`; note in `steps` what begins and ends."""
        self.steps.clear()
        self._terraform.apply(self._plan_file)

    def environment(self) -> dict[str, Any]:
        """Return the one environment, as MWAA describes it."""
        mwaa = self.aws.client("mwaa")
        (name,) = mwaa.list_environments()["Environments"]
        found: dict[str, Any] = mwaa.get_environment(Name=name)["Environment"]
        return found

    def change_everything(self, access: str) -> None:
        """Set every argument that can change in place to another value."""
        changed = self.folder / "changed"
        changed.mkdir()
        (changed / "requirements.txt").write_text("# none\n")
        # An empty zip file.
        (changed / "plugins.zip").write_bytes(b"PK\x05\x06" + bytes(18))
        (changed / "startup.sh").write_text("#!/bin/sh\n")
        (self.folder / "changed_override.tf").write_text(CHANGED % {"access": access})
        (self.folder / "another.tf").write_text(ANOTHER)

    def take_out_requirements(self) -> None:
        """Remove the requirements."""
        text = (self.folder / "changed_override.tf").read_text()
        for given in ("module.dags.requirements", '"${path.module}/changed/requirements.txt"'):
            assert given in text
            text = text.replace(given, "null")
        (self.folder / "changed_override.tf").write_text(text)

    def policy_of(self, role_arn: str, name: str) -> dict[str, Any]:
        """Return an inline policy of a role."""
        found = self.aws.client("iam").get_role_policy(
            RoleName=role_arn.rpartition("/")[2], PolicyName=name
        )["PolicyDocument"]
        return json.loads(found) if isinstance(found, str) else dict(found)

    def left_over(self) -> set[str]:
        """Destroy the example; return what exists now and did not before."""
        self._terraform.destroy()
        return set(inventory(self.aws) - self.before)


def run_in_sandbox(name: str, *options: str, report: Path) -> dict[str, Any]:
    """Run an example as a user does, with stand-ins; return the report."""
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("mwaa-ecs")),
            *("sandbox", "run", str(REPOSITORY / "examples" / name)),
            *("--engine", "stand-in", *options, "--json", str(report)),
        ],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Hello from Docker!" in done.stdout
    told = json.loads(report.read_text())
    assert told["ok"]
    assert told["second_plan"] == told["left_over"] == []
    (run,) = told["dag_runs"]
    assert run["container_lines"][0] == "Hello from Docker!"
    return dict(told)


def check_changed(story: MwaaStory, access: str) -> None:
    """Assert that MWAA has the values of CHANGED."""
    environment = story.environment()
    told = {
        name: environment[name]
        for name in (
            "AirflowVersion",
            "EnvironmentClass",
            "MinWorkers",
            "MaxWorkers",
            "MinWebservers",
            "MaxWebservers",
            "Schedulers",
            "WeeklyMaintenanceWindowStart",
            "WebserverAccessMode",
            "DagS3Path",
            "RequirementsS3Path",
            "PluginsS3Path",
            "StartupScriptS3Path",
            "Tags",
        )
    }
    assert told == {
        "AirflowVersion": "3.2.1",
        "EnvironmentClass": "mw1.medium",
        "MinWorkers": 2,
        "MaxWorkers": 12,
        "MinWebservers": 3,
        "MaxWebservers": 4,
        "Schedulers": 3,
        "WeeklyMaintenanceWindowStart": "TUE:04:30",
        "WebserverAccessMode": access,
        "DagS3Path": "workflows",
        "RequirementsS3Path": "requirements.txt",
        "PluginsS3Path": "plugins.zip",
        "StartupScriptS3Path": "startup.sh",
        "Tags": {"team": "data"},
    }
    assert environment["ExecutionRoleArn"].endswith(":role/another")
    assert environment["SourceBucketArn"].startswith("arn:aws:s3:::another-")
    groups = environment["NetworkConfiguration"]["SecurityGroupIds"]
    (group,) = story.aws.client("ec2").describe_security_groups(GroupIds=groups)[
        "SecurityGroups"
    ]
    assert group["GroupName"] == "another"
    assert environment["AirflowConfigurationOptions"]["core.default_task_retries"] == "2"
    logging = environment["LoggingConfiguration"]
    assert logging["TaskLogs"]["LogLevel"] == "DEBUG"
    assert not logging["WebserverLogs"]["Enabled"]
    for name in ("Requirements", "Plugins", "StartupScript"):
        assert environment[f"{name}S3ObjectVersion"] not in ("", "null")
