"""An example that makes an MWAA environment: applied to the local AWS, changed, destroyed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import tftest

from mwaa_ecs.sandbox.example import copy_configuration
from mwaa_ecs.sandbox.inventory import inventory
from mwaa_ecs.sandbox.local_aws import LocalAws

REPOSITORY = Path(__file__).resolve().parents[1]

# Every argument of the environment that MWAA changes in place, at another value than the
# examples have.
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
  dag_s3_path                     = "dags"
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
ANOTHER_GROUP = """
resource "aws_security_group" "another" {
  name   = "another"
  vpc_id = module.network.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "another" {
  security_group_id            = aws_security_group.another.id
  referenced_security_group_id = aws_security_group.another.id
  ip_protocol                  = "-1"
}
"""


class MwaaStory:
    """One example, from an empty account on."""

    def __init__(self, name: str, aws: LocalAws, target: Path) -> None:
        self.aws = aws
        self.folder = copy_configuration(REPOSITORY / "examples" / name, target)
        self.before = inventory(aws)
        self.terraform = tftest.TerraformTest(self.folder.name, str(self.folder.parent))
        self.terraform.setup()

    def apply(self) -> dict[str, Any]:
        """Apply it; return the outputs."""
        self.terraform.apply()
        return dict(self.terraform.output())

    def changes(self) -> dict[str, tuple[str, ...]]:
        """Plan; return what would be done, by address, without what would stay."""
        plan = self.terraform.plan(output=True)
        return {
            address: tuple(change["change"]["actions"])
            for address, change in plan.resource_changes.items()
            if change["change"]["actions"] not in (["no-op"], ["read"])
        }

    def environment(self) -> dict[str, Any]:
        """The one environment, as MWAA tells it."""
        mwaa = self.aws.client("mwaa")
        (name,) = mwaa.list_environments()["Environments"]
        found: dict[str, Any] = mwaa.get_environment(Name=name)["Environment"]
        return found

    def change_everything(self, access: str) -> None:
        """Say every argument that can change anew."""
        changed = self.folder / "changed"
        changed.mkdir()
        (changed / "requirements.txt").write_text("# none\n")
        # An empty zip file.
        (changed / "plugins.zip").write_bytes(b"PK\x05\x06" + bytes(18))
        (changed / "startup.sh").write_text("#!/bin/sh\n")
        (self.folder / "changed_override.tf").write_text(CHANGED % {"access": access})
        (self.folder / "another.tf").write_text(ANOTHER_GROUP)

    def policy_of(self, role_arn: str, name: str) -> dict[str, Any]:
        """An inline policy of a role."""
        found = self.aws.client("iam").get_role_policy(
            RoleName=role_arn.rpartition("/")[2], PolicyName=name
        )["PolicyDocument"]
        return json.loads(found) if isinstance(found, str) else dict(found)

    def left_over(self) -> set[str]:
        """Destroy it; return what is there and was not before."""
        self.terraform.destroy()
        return set(inventory(self.aws) - self.before)


def check_changed(environment: dict[str, Any], access: str) -> None:
    """Assert that MWAA has what CHANGED says."""
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
        "RequirementsS3Path": "requirements.txt",
        "PluginsS3Path": "plugins.zip",
        "StartupScriptS3Path": "startup.sh",
        "Tags": {"team": "data"},
    }
    assert environment["ExecutionRoleArn"].endswith(":role/another")
    assert environment["AirflowConfigurationOptions"]["core.default_task_retries"] == "2"
    logging = environment["LoggingConfiguration"]
    assert logging["TaskLogs"]["LogLevel"] == "DEBUG"
    assert not logging["WebserverLogs"]["Enabled"]
    for name in ("Requirements", "Plugins", "StartupScript"):
        assert environment[f"{name}S3ObjectVersion"] not in ("", "null")
