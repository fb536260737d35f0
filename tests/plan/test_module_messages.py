"""Messages of the modules: each names the field, its value and what is accepted."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mwaa_ecs.terraform.configuration import copy_configuration
from planner import Planner

# The modules are planned with these names, so a plan calls no AWS.
PROVIDER = """
provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "testing"
  secret_key                  = "testing"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}
"""
PLACE = {"region": "eu-west-1", "account_id": "123456789012", "partition": "aws"}
KEY_ALIAS = "arn:aws:kms:eu-west-1:123456789012:alias/a"
LOG_GROUP_ARN = "arn:aws:logs:eu-west-1:123456789012:log-group:/a"
MANY_ROLES = [f"arn:aws:iam::123456789012:role/a-role-of-many-{n}" for n in range(300)]
MANY_SECRETS = [f"arn:aws:ssm:eu-west-1:123456789012:parameter/s-{n}" for n in range(3000)]
TASK = {"task_definition": "a", "container_name": "a", "launch_type": "FARGATE"}
ACCEPTED: dict[str, dict[str, Any]] = {
    "cluster": {"name": "etl"},
    "execution-role": {"name": "etl", **PLACE},
    "iam-policy": {
        "cluster_arn": "arn:aws:ecs:eu-west-1:123456789012:cluster/etl",
        "families": ["etl"],
        **PLACE,
    },
    "ssm-parameters": {
        "cluster": "etl",
        "network": {"subnet_ids": ["subnet-0a1"], "security_group_ids": ["sg-0c3"]},
        "tasks": {"a": TASK},
        "region": "eu-west-1",
    },
    "security-group": {"name": "tasks", "vpc_id": "vpc-1"},
}


@dataclass(frozen=True)
class Mistake:
    """Inputs that a module refuses, and parts of its message."""

    module: str
    inputs: dict[str, Any]
    parts: tuple[str, ...]


def mistake(module: str, *parts: str, **inputs: Any) -> Mistake:
    return Mistake(module, inputs, parts)


def strategy(*entries: dict[str, Any], **others: Any) -> dict[str, Any]:
    return {"default_capacity_provider_strategy": list(entries), **others}


SECURITY_GROUP = [
    mistake("security-group", 'name is "sg-a"', "must not begin with sg-", name="sg-a"),
    mistake(
        "security-group",
        "egress.both, egress.none: set exactly one of cidr_ipv4",
        egress={
            "good": {"cidr_ipv4": "10.0.0.0/8"},
            "both": {"cidr_ipv4": "10.0.0.0/8", "cidr_ipv6": "::/0"},
            "none": {},
        },
    ),
    mistake(
        "security-group",
        "egress.half, egress.https: set from_port and to_port with an ip_protocol",
        egress={
            "good": {"cidr_ipv4": "10.0.0.0/8"},
            "https": {"cidr_ipv4": "10.0.0.0/8", "from_port": 443, "to_port": 443},
            "half": {"cidr_ipv4": "10.0.0.0/8", "ip_protocol": "tcp", "from_port": 443},
        },
    ),
]

CLUSTER = [
    mistake("cluster", 'name is "a b"', "1 to 255 letters", name="a b"),
    mistake(
        "cluster",
        'capacity_providers is ["FARGATE-SPOT","aws"]',
        "FARGATE, FARGATE_SPOT or the name of a provider",
        capacity_providers=["FARGATE-SPOT", "aws"],
    ),
    mistake(
        "cluster",
        'strategy names "gpu"',
        "one of capacity_providers, FARGATE, FARGATE_SPOT",
        **strategy({"capacity_provider": "gpu"}),
    ),
    mistake(
        "cluster",
        '"capacity_provider":"gpu"',
        "must not mix Fargate with providers of your own",
        **strategy(
            {"capacity_provider": "gpu"},
            {"capacity_provider": "FARGATE"},
            capacity_providers=["gpu", "FARGATE"],
        ),
    ),
    mistake(
        "cluster",
        '"weight":1001',
        "weight must be from 0 to 1000, base from 0 to 100000",
        **strategy({"capacity_provider": "FARGATE", "weight": 1001}),
    ),
    mistake(
        "cluster",
        'execute_command_configuration.logging is "ALL"',
        "NONE, DEFAULT, OVERRIDE",
        execute_command_configuration={"logging": "ALL"},
    ),
    mistake(
        "cluster",
        'execute_command_configuration.logging is "OVERRIDE"',
        "set log_configuration",
        execute_command_configuration={"logging": "OVERRIDE"},
    ),
    mistake(
        "cluster",
        'container_insights is "on"',
        "disabled, enabled, enhanced",
        container_insights="on",
    ),
]

ROLES_AND_POLICIES = [
    mistake(module, *parts, **inputs)
    for module in ("execution-role", "iam-policy")
    for parts, inputs in (
        (('name is "a b"', "letters, digits and +=,.@_-"), {"name": "a b"}),
        (
            (f'log_group_names: "{LOG_GROUP_ARN}"', "not its ARN"),
            {"log_group_names": [LOG_GROUP_ARN, "/b"]},
        ),
        (
            (f'existing_log_group_names: "{LOG_GROUP_ARN}"', "not its ARN"),
            {"existing_log_group_names": [LOG_GROUP_ARN]},
        ),
        (('grant_by is "all"', '"name", "tag"'), {"grant_by": "all"}),
        (('grant_by is "tag"', "resource_tag is not set"), {"grant_by": "tag"}),
        (
            ('resource_tag is {"key":"","value":"a"}', "1 to 128"),
            {"resource_tag": {"key": "", "value": "a"}},
        ),
        (
            (f'kms_key_arns is ["{KEY_ALIAS}"]', "not of an alias"),
            {"kms_key_arns": [KEY_ALIAS]},
        ),
        (('region is "*"', "name of a region"), {"region": "*"}),
        (('account_id is "12"', "12 digits"), {"account_id": "12"}),
        (('partition is "cn"', "aws, aws-cn, aws-us-gov"), {"partition": "cn"}),
    )
]

EXECUTION_ROLE = [
    mistake("execution-role", 'path is "etl"', "begin and end with a slash", path="etl"),
    mistake("execution-role", 'images: "etl:*"', "must name one image", images=["etl:*", "a"]),
    mistake("execution-role", 'secrets: "/a/*"', "must name one secret", secrets=["/a/*"]),
    mistake(
        "execution-role",
        'file_arns: "arn:aws:s3:::a/*"',
        "the ARN of one object in S3",
        file_arns=["arn:aws:s3:::a/*", "arn:aws:s3:::a/b"],
    ),
    mistake(
        "execution-role",
        'credential_specs: "credentialspec:arn:aws:s3:::a/?"',
        "must name one object or parameter",
        credential_specs=["credentialspec:arn:aws:s3:::a/?"],
    ),
    mistake(
        "execution-role",
        "additional_policy_count is 11",
        "from 0 to 10",
        additional_policy_count=11,
    ),
    mistake(
        "execution-role",
        "characters. The inline policy has room for 10240",
        "Set additional_policy_count = 3",
        "it is 0",
        secrets=MANY_SECRETS[:400],
    ),
    mistake(
        "execution-role",
        "A role can have 10 of them",
        "3000 secrets",
        'grant_by = "tag" does not list those',
        "Share some of them",
        secrets=MANY_SECRETS,
    ),
]

IAM_POLICY = [
    mistake("iam-policy", 'cluster_arn is "etl"', "the ARN of a cluster", cluster_arn="etl"),
    mistake(
        "iam-policy", 'families is ["etl:3"]', "without ARN and revision", families=["etl:3"]
    ),
    mistake(
        "iam-policy",
        'passed_role_arns is ["*"]',
        "the ARN of one role",
        passed_role_arns=["*"],
    ),
    mistake(
        "iam-policy",
        'task_role_paths is ["/"]',
        "begin and end with a slash",
        "all roles of the account",
        task_role_paths=["/"],
    ),
    mistake(
        "iam-policy",
        'task_parameter_paths is ["/"]',
        "begin with a slash and not end with one",
        task_parameter_paths=["/"],
    ),
    mistake("iam-policy", 'index_path is "a/"', "begin with a slash", index_path="a/"),
    mistake("iam-policy", 'parameter_names is ["/*"]', "full name", parameter_names=["/*"]),
    mistake(
        "iam-policy",
        'parameter_paths is ["/"]',
        "all parameters of the account",
        parameter_paths=["/"],
    ),
    mistake(
        "iam-policy",
        f'log_kms_key_arns is ["{KEY_ALIAS}"]',
        "not of an alias",
        log_kms_key_arns=[KEY_ALIAS],
    ),
    mistake(
        "iam-policy",
        'role_name is "arn:aws:iam::123456789012:role/a"',
        "without ARN and path",
        role_name="arn:aws:iam::123456789012:role/a",
    ),
    mistake(
        "iam-policy",
        "the inline policies of a role together can have 10240",
        'Set grant_by = "tag"',
        "policy.grant_by in the root module",
        role_name="a",
        passed_role_arns=MANY_ROLES,
    ),
    mistake(
        "iam-policy",
        "a managed policy can have 6144",
        "It lists 1 task definitions",
        managed=True,
        passed_role_arns=MANY_ROLES,
    ),
    mistake(
        "iam-policy",
        'With grant_by = "tag" it lists 300 roles',
        "to register revisions, 1 task definitions",
        "Share some of them",
        grant_by="tag",
        resource_tag={"key": "a", "value": "b"},
        allow_register=True,
        passed_role_arns=MANY_ROLES,
    ),
]

PARAMETERS = [
    mistake("ssm-parameters", 'prefix is "/a/"', "1 to 13 levels", prefix="/a/"),
    mistake(
        "ssm-parameters",
        'prefix is "/mwaa/tasks/dev"',
        'must not be below a path named "tasks"',
        prefix="/mwaa/tasks/dev",
    ),
    mistake(
        "ssm-parameters", "tasks is empty", "at least one task", tasks={}, default_task="a"
    ),
    mistake(
        "ssm-parameters",
        'tasks has the keys ["a b"]',
        "1 to 255 letters",
        tasks={"a b": TASK},
    ),
    mistake(
        "ssm-parameters",
        'tasks: "b" must have either launch_type or capacity_provider_strategy',
        tasks={"a": TASK, "b": {**TASK, "launch_type": None}},
        default_task="a",
    ),
    mistake(
        "ssm-parameters",
        '"subnet_ids":[]',
        "at least one subnet and one security group",
        network={"subnet_ids": [], "security_group_ids": ["sg-0c3"]},
    ),
    mistake(
        "ssm-parameters",
        "there are 2 tasks",
        "/mwaa/ecs/task_definition",
        "one of a, b",
        tasks={"a": TASK, "b": TASK},
    ),
    mistake(
        "ssm-parameters",
        'default_task is "b"',
        "must be one of a",
        default_task="b",
    ),
    mistake(
        "ssm-parameters",
        'Task "a": its parameter would hold',
        "at most 4096",
        network={
            "subnet_ids": [f"subnet-{n}" for n in range(200)],
            "security_group_ids": ["sg-0c3"],
        },
    ),
    mistake(
        "ssm-parameters",
        "The parameter /mwaa/images/all would hold",
        "at most 4096",
        images={"a": {"image": "a" * 4200}},
    ),
    mistake(
        "ssm-parameters",
        'image_aliases: "docker.io/org/app:*" of a, b',
        "Remove the alias",
        tasks={"a": TASK, "b": TASK},
        default_task="a",
        images={name: {"image": f"{name}:1", "aliases": ["org/app:*"]} for name in ("a", "b")},
    ),
]

MISTAKES = {
    f"{case.module}-{number}": case
    for number, case in enumerate(
        [
            *CLUSTER,
            *ROLES_AND_POLICIES,
            *EXECUTION_ROLE,
            *IAM_POLICY,
            *PARAMETERS,
            *SECURITY_GROUP,
        ]
    )
}


@pytest.fixture(scope="module")
def messages(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the messages of one plan with all mistakes, by mistake."""
    folder = tmp_path_factory.mktemp("modules")
    calls: dict[str, Any] = {}
    for name, case in MISTAKES.items():
        target = folder / case.module
        if not target.exists():
            copy_configuration(repository / "modules" / case.module, target)
        calls[name] = {"source": f"./{case.module}", **ACCEPTED[case.module], **case.inputs}
    (folder / "provider.tf").write_text(PROVIDER)
    # Values are literals: in JSON syntax, `${` would begin an expression.
    (folder / "main.tf.json").write_text(json.dumps({"module": calls}).replace("${", "$${"))
    errors = Planner(folder, {}).refusal().split("Error: ")[1:]
    by_mistake: dict[str, str] = {}
    for error in errors:
        found = re.search(r'in module "([\w-]+)"|module\.([\w-]+)', error)
        assert found, error
        name = found[1] or found[2]
        by_mistake[name] = by_mistake.get(name, "") + error
    return by_mistake


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_reported_with_field_and_remedy(
    name: str, messages: dict[str, str]
) -> None:
    message = messages[name]
    for part in MISTAKES[name].parts:
        assert part in message
