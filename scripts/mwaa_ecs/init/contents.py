"""The files of a new folder, as texts."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from mwaa_ecs.distribution import own_version
from mwaa_ecs.init.mwaa import MwaaEnvironment

_GIT = re.compile(
    r"git::(?P<url>[^?]+?)(?P<sub>(?<![:/])//[^?]*)?(?:\?(?:.*&)?ref=(?P<ref>[^&]+).*)?"
)
# [<host>/]<namespace>/<name>/<provider>
_REGISTRY = re.compile(r"(?:[\w.-]+(?::\d+)?/)?[\w-]+/[\w-]+/[\w-]+")


@dataclass(frozen=True)
class Contents:
    """The values that the files of a new folder are built from.

    Attributes:
        mwaa: the MWAA environment.
        task: name of the task and of the DAG.
        image: its image.
        source: the module's source address, as Terraform takes it.
        dags_source: that of `modules/dags`.
        environments: whether values are YAML of environments instead of terraform.tfvars.
    """

    mwaa: MwaaEnvironment
    task: str
    image: str
    source: str
    dags_source: str
    environments: bool = False

    def files(self) -> dict[str, str]:
        """Return the text of each file, by its path in the folder."""
        found = {
            "main.tf": self._main(),
            "variables.tf": self._variables(),
            "outputs.tf": _OUTPUTS,
            "versions.tf": _VERSIONS,
            f"dags/{self.task}.py": self._dag(),
            "sandbox.yaml": self._sandbox(),
            ".gitignore": _GITIGNORE,
        }
        if self.environments:
            found |= {
                "environments/defaults.yaml": self._defaults(),
                f"environments/{self.mwaa.name}.yaml": self._environment(),
            }
        else:
            found["terraform.tfvars"] = self._tfvars()
        if package := _package(self.source):
            found |= {"requirements.txt": package, ".github/workflows/check.yml": _WORKFLOW}
        return found

    def _main(self) -> str:
        return f"""provider "aws" {{
  region = var.region
}}

module "airflow_ecs" {{
{_sourced(self.source)}

  name                     = var.name
  mwaa_execution_role_name = var.mwaa_execution_role_name
  network                  = {{ subnet_ids = var.subnet_ids }}

  tasks = {{
    {self.task} = {{
      image  = {quoted(self.image)}
      cpu    = 256
      memory = 512
    }}
  }}
}}

module "dags" {{
{_sourced(self.dags_source)}

  bucket     = var.dags_bucket_name
  prefix     = {quoted(self.mwaa.dags_prefix)}
  source_dir = "${{path.module}}/dags"
  operator   = true
}}
"""

    def _variables(self) -> str:
        return "\n".join(
            f"""variable "{name}" {{
  description = "{description}"
  type        = {kind}
}}
"""
            if name != "name"
            else f"""variable "{name}" {{
  description = "{description}"
  type        = {kind}
  default     = "airflow-ecs"
}}
"""
            for name, kind, description in (
                ("region", "string", "Region of the MWAA environment."),
                ("name", "string", "Prefix of the names of what is created."),
                (
                    "mwaa_execution_role_name",
                    "string",
                    "Name of the MWAA environment's execution role, without ARN and path.",
                ),
                (
                    "subnet_ids",
                    "list(string)",
                    "Private subnets of the tasks. They need a way to the image.",
                ),
                (
                    "dags_bucket_name",
                    "string",
                    "Name of the bucket that the MWAA environment reads its DAGs from.",
                ),
            )
        )

    def values(self) -> dict[str, object]:
        """Return the values of the folder's variables."""
        return {
            "region": self.mwaa.region,
            "mwaa_execution_role_name": self.mwaa.role_name,
            "subnet_ids": list(self.mwaa.subnet_ids),
            "dags_bucket_name": self.mwaa.bucket_name,
        }

    def _tfvars(self) -> str:
        values = self.values()
        width = max(map(len, values))
        lines = [f"{name:<{width}} = {json.dumps(value)}" for name, value in values.items()]
        return "\n".join([f"# From the MWAA environment {self.mwaa.name}.", *lines, ""])

    def _defaults(self) -> str:
        return """# Settings of all environments. Each other file here is an environment.
inputs:
  region: ${region}
"""

    def _environment(self) -> str:
        values: Mapping[str, object] = {
            name: value for name, value in self.values().items() if name != "region"
        }
        lines = [f"  {name}: {json.dumps(value)}" for name, value in values.items()]
        head = [f"region: {self.mwaa.region}", f'account_id: "{self.mwaa.account_id}"', ""]
        return "\n".join([*head, "inputs:", *lines, ""])

    def _dag(self) -> str:
        return f'''"""Runs the task {self.task} of main.tf on ECS."""

from datetime import datetime, timezone

from airflow import DAG
from mwaa_ecs_operator import EcsTaskOperator

with DAG(
    dag_id={self.task!r},
    start_date=datetime(2024, 1, 1, tzinfo=timezone.utc),
    schedule=None,
    catchup=False,
):
    EcsTaskOperator(task_id={self.task!r}, task={self.task!r})
'''

    def _sandbox(self) -> str:
        return f"""# `mwaa-ecs sandbox run` applies this folder, then runs these DAGs.
dags:
  - {self.task}

images:
  {json.dumps(self.image)}:
    # Runs in the container's place where there is no container engine.
    stand_in: [echo, "the container of {self.task} would run here"]
    # Builds the image where it cannot be pulled. Name the folder of its Dockerfile.
    # build: image
"""


def quoted(text: str) -> str:
    """Return a string of HCL, in which nothing is a template."""
    return json.dumps(text, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")


def _sourced(source: str) -> str:
    """Return the arguments that tell where a module comes from."""
    if _REGISTRY.fullmatch(source.partition("//")[0]):
        return f'  source  = {quoted(source)}\n  version = "{own_version()}"'
    return f"  source = {quoted(source)}"


def _package(source: str) -> str:
    """Return a requirements.txt with the tool that the module goes with; "" without one."""
    if _REGISTRY.fullmatch(source.partition("//")[0]):
        return f"mwaa-ecs[sandbox]=={own_version()}\n"
    match = _GIT.fullmatch(source)
    if match is None or match["ref"] is None:
        return ""
    origin = f"git+{match['url']}@{match['ref']}"
    operator = f"mwaa-ecs-operator @ {origin}#subdirectory=modules/dags/operator"
    return f"mwaa-ecs[sandbox] @ {origin}\n{operator}\n"


_VERSIONS = """terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.79, < 7.0"
    }
  }
}
"""

_OUTPUTS = """output "dag_snippet" {
  description = "Python to paste into a DAG, by task."
  value       = module.airflow_ecs.dag_snippet
}
"""

_GITIGNORE = """.terraform/
.mwaa-ecs/
*.tfstate
*.tfstate.*
*.tfplan
__pycache__/
"""

_WORKFLOW = """# Checks a pull request in the sandbox, with no AWS account.
name: check

on:
  pull_request:

permissions: {}

concurrency:
  group: check-${{ github.ref }}
  cancel-in-progress: true

jobs:
  sandbox:
    name: Run in the sandbox
    runs-on: ubuntu-latest
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
        with:
          persist-credentials: false
      - uses: actions/setup-python@a26af69be951a213d495a4c3e4e4022e16d87065 # v5.6.0
        with:
          python-version: "3.12"
      - uses: hashicorp/setup-terraform@b9cd54a3c349d3f38e8881555d616ced269862dd # v3.1.2
        with:
          terraform_wrapper: false
      - run: pip install --requirement requirements.txt
      - run: terraform fmt -check -recursive
      - run: mwaa-ecs sandbox run .
"""
