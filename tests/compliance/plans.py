"""Plans of every example against a local AWS, as `terraform show -json` prints them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mwaa_ecs.environments import EnvironmentFolder, load_module
from mwaa_ecs.sandbox.account import Account
from mwaa_ecs.sandbox.example import load_example
from mwaa_ecs.sandbox.local_aws import LocalAws
from mwaa_ecs.terraform.configuration import copy_configuration, keep_state_here
from planner import Planner

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
# The environment with all that an example of environments sets.
_ENVIRONMENT = "prod"


def plans(
    aws: LocalAws, account: Account, work: Path
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each example's name and its first plan.

    Args:
        aws: the local AWS, which Terraform reaches by this process's environment.
        account: what its account has.
        work: an empty folder.
    """
    ec2 = aws.client("ec2")
    group = ec2.create_security_group(
        GroupName="jobs", Description="jobs", VpcId=account.vpc_id
    )["GroupId"]
    aws.client("ecs").create_cluster(clusterName="shared")
    for folder in sorted(path.parent for path in EXAMPLES.glob("*/main.tf")):
        example = load_example(folder)
        declared = example.variables
        given = {**_environment(folder), **account.variables(declared)}
        # A plan does not mind that several teams have one role.
        roles = [name for name in declared if name.endswith("_role_name")]
        given |= dict.fromkeys(roles, account.mwaa_execution_role_name)
        given |= {"security_group_ids": [group]} if "security_group_ids" in declared else {}
        if "subnet_tag" in given:
            tag = {"Key": "Name", "Value": given["subnet_tag"]}
            ec2.create_tags(Resources=list(account.subnet_ids), Tags=[tag])
        copy = copy_configuration(folder, work / folder.name)
        keep_state_here(copy)
        yield folder.name, Planner(copy, {**example.values, **given}).plan().raw


def _environment(folder: Path) -> dict[str, Any]:
    """Return an environment's inputs, in the local AWS's account and region."""
    if not (folder / "environments").is_dir():
        return {}
    found = EnvironmentFolder(folder / "environments", load_module(folder)).load()
    (environment,) = (one for one in found if one.name == _ENVIRONMENT)
    return {**environment.inputs, "account_id": "123456789012"}
