"""Plans of modules/mwaa-environment with an existing network, bucket and role."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tftest import TerraformTestError

from mwaa_ecs.plan import Plan
from mwaa_ecs.sandbox.account import Account
from mwaa_ecs.terraform import find_terraform
from mwaa_ecs.terraform.configuration import copy_configuration
from mwaa_story import REPOSITORY
from planner import Planner

MODULE = REPOSITORY / "modules" / "mwaa-environment"

# Every input and output of https://github.com/aws-ia/terraform-aws-mwaa.
AWS_IA = """
name airflow_version airflow_configuration_options dag_s3_path environment_class schedulers
webserver_access_mode weekly_maintenance_window_start security_group_ids tags
private_subnet_ids vpc_id min_workers max_workers min_webservers max_webservers
logging_configuration kms_key requirements_s3_path requirements_s3_object_version
plugins_s3_path plugins_s3_object_version startup_script_s3_path
startup_script_s3_object_version create_iam_role execution_role_arn iam_role_name
iam_role_path iam_role_permissions_boundary force_detach_policies
iam_role_additional_policies create_s3_bucket source_bucket_arn source_bucket_name
create_security_group source_cidr
mwaa_webserver_url mwaa_arn mwaa_service_role_arn mwaa_status mwaa_role_arn mwaa_role_name
mwaa_security_group aws_s3_bucket
"""

# Arguments of the provider's resource that do not belong to the environment, or that are newer
# than the oldest provider that this module allows.
NOT_OURS = {"id", "tags_all", "region", "worker_replacement_strategy"}
# A plan's configuration does not show a dynamic block. A native test holds that times arrive.
DYNAMIC = {"timeouts.create", "timeouts.update", "timeouts.delete"}


class _Account(Planner):
    """Plans an environment in the account's network, with the account's bucket and role."""

    def __init__(self, account: Account, folder: Path) -> None:
        (folder / "provider_test.tf").write_text('provider "aws" {}\n')
        self.folder = folder
        super().__init__(
            folder,
            {
                "name": "demo",
                "subnet_ids": list(account.subnet_ids),
                "bucket": {"existing": {"arn": f"arn:aws:s3:::{account.dags_bucket_name}"}},
                "execution_role": {"existing": {"arn": account.mwaa_execution_role_arn}},
            },
        )


@pytest.fixture(scope="module")
def planner(account: Account, tmp_path_factory: pytest.TempPathFactory) -> _Account:
    target = tmp_path_factory.mktemp("mwaa-environment")
    return _Account(account, copy_configuration(MODULE, target))


@pytest.fixture(scope="module")
def plan(planner: _Account) -> Plan:
    return planner.plan()


def test_a_private_network_and_a_versioned_bucket_are_planned_with(plan: Plan) -> None:
    planned = {resource.kind for resource in plan.changes}
    assert "aws_mwaa_environment" in planned
    assert not planned & {"aws_s3_bucket", "aws_iam_role"}


def test_a_bucket_that_does_not_exist_is_named_with_its_field(planner: _Account) -> None:
    said = planner.refusal(bucket={"existing": {"arn": "arn:aws:s3:::no-such-bucket"}})
    assert "Resource (no-such-bucket): couldn't find resource" in said
    assert "There is no such bucket: correct bucket.existing.arn." in said


def test_a_web_server_reached_both_ways_is_accepted_from_airflow_3_2_on(
    planner: _Account,
) -> None:
    # The provider of these tests may not accept the value yet. This module does, so none of its
    # own messages, which all name the variable like this, is among the errors.
    try:
        planner.plan(webserver_access_mode="PUBLIC_AND_PRIVATE", airflow_version="3.2.1")
    except TerraformTestError as error:
        said = str(error)
    else:
        said = ""
    assert "Invalid value for variable" not in said


def test_every_argument_of_the_provider_can_be_set(plan: Plan, planner: _Account) -> None:
    configured = plan.raw["configuration"]["root_module"]["resources"]
    (expressions,) = (
        resource["expressions"]
        for resource in configured
        if resource["address"] == "aws_mwaa_environment.this"
    )
    schema = subprocess.run(
        [str(find_terraform()), "providers", "schema", "-json"],
        cwd=planner.folder,
        capture_output=True,
        text=True,
        check=True,
    )
    (provider,) = (
        found
        for name, found in json.loads(schema.stdout)["provider_schemas"].items()
        if name.endswith("hashicorp/aws")
    )
    block = provider["resource_schemas"]["aws_mwaa_environment"]["block"]
    assert arguments(block) - NOT_OURS - DYNAMIC == set_in(expressions)


def arguments(block: dict[str, Any], before: str = "") -> set[str]:
    """Return the arguments of a block of a schema; those of inner blocks by their path."""
    own = {
        f"{before}{name}"
        for name, attribute in block.get("attributes", {}).items()
        if attribute.get("optional") or attribute.get("required")
    }
    return own.union(
        *(
            arguments(inner["block"], f"{before}{name}.")
            for name, inner in block.get("block_types", {}).items()
        )
    )


def set_in(expressions: Any, before: str = "") -> set[str]:
    """Return the arguments that a resource's configuration sets, by their path."""
    found: set[str] = set()
    for name, value in expressions.items():
        for inner in value if isinstance(value, list) else [value]:
            if not inner.keys() & {"references", "constant_value"}:
                found |= set_in(inner, f"{before}{name}.")
            else:
                found.add(f"{before}{name}")
    return found


def test_the_readme_translates_every_name_of_the_aws_ia_module() -> None:
    sections = re.split(r"^## ", (MODULE / "README.md").read_text(), flags=re.M)
    (table,) = (part for part in sections if part.startswith("Coming from aws-ia"))
    rows = [row.split("|") for row in table.splitlines() if row.startswith("|")]
    there = {name for row in rows for name in re.findall(r"`(\w+)`", row[1])}
    assert set(AWS_IA.split()) - there == set()
