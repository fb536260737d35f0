"""Messages of rules that need an account, a state or several tasks: field, value and remedy.

They are the root module's, and those of modules/task-definition that read the account. One plan
makes every mistake: a rule that fails stops only what depends on it.
"""

from __future__ import annotations

import json
from pathlib import Path
from string import Template
from typing import Any

import pytest
from moto.backends import get_backend

from kept_state import kept, state_of
from mwaa_ecs.sandbox.account import Account
from mwaa_ecs.sandbox.local_aws import LocalAws
from mwaa_ecs.terraform import Terraform, TerraformError
from mwaa_ecs.terraform.configuration import copy_configuration
from mwaa_ecs.terraform.errors import Diagnostic
from mwaa_ecs.terraform.process import Event

TAG = {"Key": "mwaa-ecs-contract", "Value": "/mwaa"}
TASKS = {"etl": {"image": "etl:1"}}
ALIKE = {"image": "etl:1", "family": "jobs", "task_role": {"name": "reader"}}
SPOT = [{"capacity_provider": "FARGATE_SPOT", "weight": 1}]
LOGS_ALIKE = {"image": "etl:1", "launch_type": "FARGATE", "log_group_name": "/shared"}
NO_OPTIONS = {
    "image": "etl:1",
    "memory": 512,
    "launch_type": "EC2",
    "network_mode": "bridge",
    "log_configuration": {"log_driver": "awsfirelens"},
    "sidecars": {
        "router": {
            "image": "fluent-bit:3",
            "memory": 64,
            "firelens_configuration": {"options": {"config-file-type": "s3"}},
        }
    },
}
ELSEWHERE = {"region": "us-east-1", "account_id": "210987654321", "partition": "aws"}

# Where a message is from, and its parts; `$…` is a name of `names`.
NETWORK = {
    "subnets_that_do_not_exist": (
        'root/network.tf, data "aws_subnet" "first"',
        "network.subnet_ids: subnet-0123456789abcdef0, subnet-0a1b does not exist",
        "must be the id of an existing subnet",
        "aws ec2 describe-subnets --region eu-west-1",
    ),
    "subnets_outside_network_vpc_id": (
        'root/network.tf, data "aws_subnet" "first"',
        'network.subnet_ids: $subnet lies in $vpc, but network.vpc_id is "$other_vpc"',
        "Set subnets of that VPC, or change network.vpc_id",
    ),
    "subnets_of_another_vpc_than_before": (
        'root/network.tf, resource "terraform_data" "vpc"',
        "network.subnet_ids: $subnet lies in $vpc",
        "in this state the tasks run in vpc-0before. Set subnets of that VPC",
        'set network.vpc_id to "$vpc"',
        "replaces their security group",
    ),
    "subnets_of_two_vpcs": (
        'root/network.tf, data "aws_subnets" "in_vpc"',
        "network.subnet_ids: $other_subnet does not lie in $vpc, the VPC of $subnet",
        "must lie in one VPC",
        "Replace those that do not",
    ),
    "security_groups_that_do_not_exist": (
        'root/network.tf, data "aws_security_groups" "existing"',
        "network.security_group_ids: sg-0123456789abcdef0 does not exist",
        "must be the id of an existing security group",
        "aws ec2 describe-security-groups --region eu-west-1 --filters Name=vpc-id,Values=$vpc",
    ),
    "security_groups_of_another_vpc": (
        'root/network.tf, data "aws_security_groups" "existing"',
        "network.security_group_ids: $group lies in $other_vpc, but the subnets lie in $vpc",
        "Set security groups of the subnets' VPC",
    ),
    "a_security_group_of_this_instance": (
        'root/network.tf, data "aws_security_groups" "created"',
        "network.security_group_ids: this module instance created $group",
        "the plan would destroy it. Remove security_group_ids to go on using it",
        "take it out of this instance, add these blocks where this module is called",
        "\n  moved {\n    from = module.NAME.module.security_group[0]\n"
        "    to   = module.kept_security_group\n  }\n"
        "  removed {\n    from = module.kept_security_group\n"
        "    lifecycle {\n      destroy = false\n    }\n  }\n",
        "remove the tag by which this instance knows it, and plan again",
        "aws ec2 delete-tags --region eu-west-1 --resources $group --tags Key=",
    ),
}

CLUSTER = {
    "a_cluster_that_does_not_exist": (
        'root/checks.tf, data "aws_ecs_cluster" "existing"',
        "reading ECS Cluster (none)",
        "There is no such cluster: correct cluster.existing",
    ),
    "a_cluster_that_is_not_active": (
        'root/checks.tf, data "aws_ecs_cluster" "existing"',
        'cluster.existing: the cluster "leaving" is DEPROVISIONING',
        "must be ACTIVE",
        "Set another cluster, or remove existing",
    ),
    "a_cluster_of_this_instance": (
        'root/checks.tf, data "aws_ecs_cluster" "existing"',
        'cluster.existing: this module instance created the cluster "ours"',
        "the plan would destroy it. Remove existing to go on using it",
        "take it out of this instance, add these blocks where this module is called",
        "\n  moved {\n    from = module.NAME.module.cluster[0]\n"
        "    to   = module.kept_cluster\n  }\n"
        "  removed {\n    from = module.kept_cluster\n"
        "    lifecycle {\n      destroy = false\n    }\n  }\n",
        "remove the tag by which this instance knows it, and plan again",
        "aws ecs untag-resource --region eu-west-1 --resource-arn"
        " arn:aws:ecs:eu-west-1:123456789012:cluster/ours --tag-keys mwaa-ecs-contract",
    ),
    "a_capacity_provider_that_the_cluster_lacks": (
        'root/outputs.tf, output "cluster_name"',
        'cluster.capacity_providers is ["FARGATE"]',
        # "a" by its own strategy, "b" by the default one.
        'the task "a" runs on FARGATE_SPOT; the task "b" runs on FARGATE_SPOT',
        "add it; else change the task's capacity_provider_strategy",
        "cluster.default_capacity_provider_strategy",
    ),
}

TASKS_TOGETHER = {
    "one_family_for_two_tasks": (
        'root/outputs.tf, output "tasks"',
        'tasks: "a" and "b" have the family "jobs"',
        "replace the other's revision",
        "Set a different family for each",
    ),
    "one_log_group_that_two_tasks_create": (
        'root/outputs.tf, output "tasks"',
        'tasks: "a" and "b" would each create the log group "/ecs/jobs"; '
        '"c" and "d" would each create the log group "/shared"',
        "Set create_log_group = false in all but one, or a different log_group_name",
    ),
    "one_role_that_two_tasks_create": (
        'root/outputs.tf, output "tasks"',
        'tasks: "a" and "b" would each create the role "reader"',
        "Set a different task_role.name for each",
        "set its ARN as task_role_arn in the others",
    ),
    "a_mistake_that_concerns_all_tasks": (
        "main.tf.json, module.logs",
        "logs.retention_in_days is 31. It must be one of 0, 1",
    ),
    "a_log_router_without_options": (
        'root/modules/task-definition/main.tf, resource "aws_ecs_task_definition" "this"',
        'tasks["etl"]',
        "config-file-value",
    ),
}

PLACE_AND_ROLES = {
    "the_root_s_state_of_another_account": (
        'root/main.tf, resource "terraform_data" "place"',
        'This state belongs to region "us-east-1" of account "210987654321"',
        'the provider works in region "eu-west-1" of account "123456789012"',
        "Set the provider to the region and account of this state, or use another state",
    ),
    "a_task_definition_s_state_of_another_account": (
        'task-definition/data.tf, resource "terraform_data" "place"',
        'This state belongs to region "us-east-1" of account "210987654321"',
        'the provider works in region "eu-west-1" of account "123456789012"',
        "Set the provider to the region and account of this state, or use another state",
    ),
    "a_mwaa_execution_role_that_does_not_exist": (
        'root/checks.tf, check "mwaa_execution_role"',
        'mwaa_execution_role_name is "AmazonMWAA-dmeo". This account has no such role',
        "from the MWAA environment's page, without ARN and path",
        "set policy = { check_role = false }",
    ),
    "an_execution_role_with_a_long_name": (
        'root/outputs.tf, output "execution_role_arn"',
        f'execution_role.name: the role would be called "{"n" * 48}-execution-eu-west-1"',
        "has 68 characters. A role's name has at most 64",
        'Set execution_role = { name = "..." }, or shorten name',
    ),
    "a_task_role_of_another_account": (
        'task-definition/role.tf, resource "aws_iam_role" "this"',
        'tasks["etl"].task_role: the role\'s ARN is "arn:aws:iam::123456789012:role/etl',
        'with account_id "210987654321" and partition "aws"',
        'it must be "arn:aws:iam::210987654321:role/etl/reader"',
        "Remove account_id and partition, or set both to the provider's",
    ),
}

MESSAGES = {**NETWORK, **CLUSTER, **TASKS_TOGETHER, **PLACE_AND_ROLES}


def create_what_exists(aws: LocalAws, account: Account) -> dict[str, str]:
    """Create clusters, a second VPC and a role; return the ids that messages name."""
    ec2, ecs, iam = (aws.client(service) for service in ("ec2", "ecs", "iam"))
    for name in ("shared", "leaving"):
        ecs.create_cluster(clusterName=name)
    # moto deletes a cluster at once.
    clusters = get_backend("ecs")[aws.account_id][aws.region].clusters
    clusters["leaving"].status = "DEPROVISIONING"
    ecs.create_cluster(clusterName="ours", tags=[{"key": TAG["Key"], "value": TAG["Value"]}])
    other_vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=other_vpc, CidrBlock="10.9.1.0/24")["Subnet"]
    group = ec2.create_security_group(
        GroupName="ours",
        Description="x",
        VpcId=other_vpc,
        TagSpecifications=[{"ResourceType": "security-group", "Tags": [TAG]}],
    )
    iam.create_role(RoleName="reader", Path="/etl/", AssumeRolePolicyDocument="{}")
    return {
        "subnet": account.subnet_ids[0],
        "vpc": account.vpc_id,
        "other_subnet": subnet["SubnetId"],
        "other_vpc": other_vpc,
        "group": group["GroupId"],
    }


def calls(account: Account, names: dict[str, str]) -> dict[str, dict[str, Any]]:
    """Return the inputs of each module instance, by its name."""
    subnets = list(account.subnet_ids)
    role = {"etl": {"image": "etl:1", "task_role": {"name": "reader"}}}
    found: dict[str, dict[str, Any]] = {
        "elsewhere": {
            "cluster": {"existing": {"name": "leaving"}},
            "network": {"subnet_ids": subnets, "vpc_id": names["other_vpc"]},
        },
        "moved": {
            "cluster": {"existing": {"name": "ours"}},
            "mwaa_execution_role_name": "AmazonMWAA-dmeo",
            "network": {
                "subnet_ids": [subnets[0], names["other_subnet"]],
                "security_group_ids": ["sg-0123456789abcdef0", names["group"]],
            },
        },
        "missing": {
            "cluster": {"existing": {"name": "none"}},
            "network": {"subnet_ids": [*subnets, "subnet-0123456789abcdef0", "subnet-0a1b"]},
        },
        "alike": {
            "name": "n" * 48,
            "cluster": {
                "existing": {"name": "shared"},
                "capacity_providers": ["FARGATE"],
                "default_capacity_provider_strategy": SPOT,
            },
            "default_task": "a",
            "tasks": {
                "a": {**ALIKE, "capacity_provider_strategy": SPOT},
                "b": ALIKE,
                "c": LOGS_ALIKE,
                "d": LOGS_ALIKE,
            },
        },
        "logs": {
            "default_task": "a",
            "logs": {"retention_in_days": 31},
            "tasks": {name: {"image": "etl:1"} for name in ("a", "b")},
        },
        "router": {"tasks": {"etl": NO_OPTIONS}},
    }
    usual = {"source": "./root", "name": "etl", "tasks": TASKS}
    usual["network"] = {"subnet_ids": subnets}
    alone = {"source": "./task-definition", "tasks": role, "task_role_path": "/etl/"}
    alone["execution_role_arn"] = "arn:aws:iam::123456789012:role/execution"
    return {
        **{name: {**usual, **inputs} for name, inputs in found.items()},
        "definition": alone,
        "role": {**alone, **ELSEWHERE, "region": "eu-west-1"},
    }


def state() -> dict[str, Any]:
    """Return the state of an earlier apply in another account, and into another VPC."""
    place = {"value": ELSEWHERE, "type": ["object", dict.fromkeys(ELSEWHERE, "string")]}
    vpc = {"value": "vpc-0before", "type": "string"}
    with_roles = {"value": True, "type": "bool"}
    alone = {"input": place, "triggers_replace": with_roles}
    role = {"id": "reader", "name": "reader", "path": "/etl/"}
    return state_of(
        [
            kept("elsewhere", "terraform_data.place", {"id": "place", "input": place}),
            kept("moved", "terraform_data.vpc", {"id": "vpc", "input": vpc}),
            kept("definition", "terraform_data.place[0]", {"id": "place", **alone}),
            kept("role", 'aws_iam_role.this["etl"]', role),
        ]
    )


@pytest.fixture(scope="module")
def names(local_aws: LocalAws, account: Account) -> dict[str, str]:
    """The ids that messages name."""
    return create_what_exists(local_aws, account)


@pytest.fixture(scope="module")
def messages(
    repository: Path,
    account: Account,
    names: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> list[tuple[str, str]]:
    """Where each message of one plan is from, and what it says."""
    folder = tmp_path_factory.mktemp("messages")
    copy_configuration(repository, folder / "root")
    copy_configuration(repository / "modules/task-definition", folder / "task-definition")
    inputs = calls(account, names)
    # Constants would be checked by `validate`, and the plan would not begin.
    blocks = {
        call: {
            name: value if name == "source" else f'${{var.inputs["{call}"]["{name}"]}}'
            for name, value in values.items()
        }
        for call, values in inputs.items()
    }
    main = {"variable": {"inputs": {"type": "any"}}, "module": blocks}
    (folder / "main.tf.json").write_text(json.dumps(main))
    (folder / "terraform.tfvars.json").write_text(json.dumps({"inputs": inputs}))
    (folder / "provider.tf").write_text('provider "aws" {\n  region = "eu-west-1"\n}\n')
    (folder / "terraform.tfstate").write_text(json.dumps(state()))
    found: list[tuple[str, str]] = []

    def note(event: Event) -> None:
        if said := event.get("diagnostic"):
            told = Diagnostic.from_json(said)
            place = ", ".join(filter(None, (told.filename, said["snippet"]["context"])))
            found.append((place, str(told)))

    terraform = Terraform(folder, on_event=note)
    terraform.init()
    with pytest.raises(TerraformError):
        terraform.plan(folder / "plan.bin")
    return found


@pytest.mark.parametrize("mistake", MESSAGES)
def test_a_mistake_is_reported_with_field_value_and_remedy(
    mistake: str, messages: list[tuple[str, str]], names: dict[str, str]
) -> None:
    place, *parts = (Template(part).substitute(names) for part in MESSAGES[mistake])
    found = [text for where, text in messages if where == place]
    assert any(all(part in text for part in parts) for text in found), found


def test_each_mistake_has_one_message(messages: list[tuple[str, str]]) -> None:
    assert len(messages) == len(MESSAGES)
