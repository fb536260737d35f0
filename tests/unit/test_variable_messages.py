"""Messages about the variables of the modules: field, value and what is accepted.

An empty name of a module is the root module.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from variable_rules import refusals

PLACE = {"region": "eu-west-1", "account_id": "123456789012", "partition": "aws"}
KEY_ALIAS = "arn:aws:kms:eu-west-1:123456789012:alias/a"
LOG_GROUP_ARN = "arn:aws:logs:eu-west-1:123456789012:log-group:/a"
ROLE_ARN = "arn:aws:iam::123456789012:role/a"
TASK = {"task_definition": "a", "container_name": "a", "launch_type": "FARGATE"}
ACCEPTED: dict[str, dict[str, Any]] = {
    "": {
        "name": "etl",
        "network": {"subnet_ids": ["subnet-0a1", "subnet-0b2"]},
        "tasks": {"a": {"image": "a"}},
    },
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
    "mwaa-environment": {"name": "etl", "subnet_ids": ["subnet-0a1", "subnet-0b2"]},
    "dags": {"bucket": "etl", "source_dir": "dags"},
    "network": {"name": "etl", **PLACE},
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


def network(*subnet_ids: str, **others: Any) -> dict[str, Any]:
    return {"network": {"subnet_ids": list(subnet_ids), **others}}


ROOT = [
    mistake("", 'name is "1a"', "1 to 48 letters", name="1a"),
    mistake("", 'name is "aaaa', "1 to 48 letters", name="a" * 49),
    mistake(
        "", "network.subnet_ids has 1 (subnet-0a1)", "Set 2 to 16", **network("subnet-0a1")
    ),
    mistake(
        "",
        "network.subnet_ids has 17",
        "Set 2 to 16",
        **network(*(f"subnet-0{number}" for number in range(17))),
    ),
    mistake(
        "",
        'network.subnet_ids is ["subnet-0a1","subnet-0a1"]',
        "each subnet once",
        **network("subnet-0a1", "subnet-0a1"),
    ),
    mistake(
        "",
        'network.subnet_ids is ["subnet-0a1,subnet-0b2","subnet-0c3"]',
        "not several ids joined by commas",
        **network("subnet-0a1,subnet-0b2", "subnet-0c3"),
    ),
    mistake(
        "",
        "network.security_group_ids has 0",
        "Set 1 to 5",
        **network("subnet-0a1", "subnet-0b2", security_group_ids=[]),
    ),
    mistake(
        "",
        'network.security_group_ids is ["sg"]',
        "must be one security group's id",
        **network("subnet-0a1", "subnet-0b2", security_group_ids=["sg"]),
    ),
    mistake(
        "",
        'mwaa_execution_role_name is "arn:aws:iam::123456789012:role/a"',
        "without ARN and path",
        mwaa_execution_role_name="arn:aws:iam::123456789012:role/a",
    ),
    mistake(
        "",
        "cluster.existing is set",
        "so name and container_insights cannot be set",
        cluster={"existing": {"name": "a"}, "name": "b", "container_insights": "enabled"},
    ),
    mistake(
        "",
        "cluster.existing is set",
        "so tags cannot be set",
        cluster={"existing": {"name": "a"}, "tags": {"team": "data"}},
    ),
    mistake(
        "",
        'cluster.existing is {"arn":null,"check":true,"name":null}',
        "either name or arn",
        cluster={"existing": {}},
    ),
    mistake(
        "",
        'cluster.existing is {"arn":"arn:aws:ecs:eu-west-1:123456789012:cluster/a"',
        "either name or arn",
        cluster={
            "existing": {"name": "a", "arn": "arn:aws:ecs:eu-west-1:123456789012:cluster/a"}
        },
    ),
    mistake(
        "",
        'cluster.existing.arn is "shared"',
        "must be a cluster's ARN",
        cluster={"existing": {"arn": "shared"}},
    ),
    *(
        mistake(
            "",
            f'cluster.existing.arn is "arn:{place}:cluster/a"',
            "must be in eu-west-1 of the account 123456789012 (aws)",
            cluster={"existing": {"arn": f"arn:{place}:cluster/a"}},
        )
        for place in (
            "aws:ecs:eu-west-2:123456789012",
            "aws:ecs:eu-west-1:210987654321",
            "aws-cn:ecs:eu-west-1:123456789012",
        )
    ),
    mistake("", 'the name is "a b"', "1 to 255 letters", cluster={"name": "a b"}),
    mistake(
        "",
        "execution_role.existing is set",
        "so path and grant_by cannot be set",
        execution_role={"existing": {"arn": ROLE_ARN}, "path": "/", "grant_by": "name"},
    ),
    mistake(
        "",
        'execution_role.existing.arn is "a"',
        "the ARN of one role",
        execution_role={"existing": {"arn": "a"}},
    ),
    mistake(
        "",
        'execution_role.existing.arn is "arn:aws:iam::123456789012:role/${aws:username}"',
        "without wildcards and policy variables",
        execution_role={"existing": {"arn": "arn:aws:iam::123456789012:role/${aws:username}"}},
    ),
    mistake(
        "",
        "execution_role.existing is set",
        "so additional_policy_count cannot be set",
        execution_role={"existing": {"arn": ROLE_ARN}, "additional_policy_count": 1},
    ),
    mistake(
        "",
        'execution_role.existing.arn is "arn:aws:iam::210987654321:role/a"',
        "a role of the account 123456789012 (aws)",
        execution_role={"existing": {"arn": "arn:aws:iam::210987654321:role/a"}},
    ),
    mistake("", 'execution_role.name is "a b"', "1 to 64", execution_role={"name": "a b"}),
    mistake("", 'execution_role.path is "a"', "with a slash", execution_role={"path": "a"}),
    mistake(
        "",
        f'execution_role.kms_key_arns is ["{KEY_ALIAS}"]',
        "not of an alias",
        execution_role={"kms_key_arns": [KEY_ALIAS]},
    ),
    mistake(
        "",
        'execution_role.grant_by is "all"',
        '"name", "tag"',
        execution_role={"grant_by": "all"},
    ),
    mistake(
        "",
        "execution_role.additional_policy_count is 11",
        "from 0 to 10",
        execution_role={"additional_policy_count": 11},
    ),
    mistake("", "logs.retention_in_days is 31", "one of 0, 1", logs={"retention_in_days": 31}),
    mistake("", 'logs.stream_prefix is "a:b"', "1 to 223", logs={"stream_prefix": "a:b"}),
    mistake(
        "",
        'logs.log_group_class is "CHEAP"',
        "STANDARD or INFREQUENT_ACCESS",
        logs={"log_group_class": "CHEAP"},
    ),
    *(
        mistake(
            "", f'logs.log_group_name is "{name}"', "1 to 512", logs={"log_group_name": name}
        )
        for name in ("a b", LOG_GROUP_ARN)
    ),
    mistake(
        "",
        f'logs.kms_key_arn is "{KEY_ALIAS}"',
        "not of an alias",
        logs={"kms_key_arn": KEY_ALIAS},
    ),
    mistake("", 'ssm_prefix is "/a/"', "1 to 13 levels", ssm_prefix="/a/"),
    mistake("", 'ssm_prefix is "/aws/a"', "which AWS reserves", ssm_prefix="/aws/a"),
    mistake("", "ssm_prefix has 301 characters", "at most 256", ssm_prefix=f"/{'a' * 300}"),
    mistake(
        "",
        'ssm_prefix is "/a/images"',
        'must not be below a path named "tasks" or "images"',
        ssm_prefix="/a/images",
    ),
    mistake(
        "",
        'ssm_prefix is "/a/tasks"',
        'must not be below a path named "tasks" or "images"',
        ssm_prefix="/a/tasks",
    ),
    mistake(
        "",
        "default_task is not set, and there are 2 tasks",
        "one of a, b",
        tasks={"a": {"image": "a"}, "b": {"image": "b"}},
        default_task=None,
    ),
    mistake("", 'default_task is "b"', "must be one of a", default_task="b"),
    mistake("", 'policy.grant_by is "all"', '"name", "tag"', policy={"grant_by": "all"}),
    mistake("", 'policy.name is "a b"', "1 to 128", policy={"name": "a b"}),
    mistake(
        "",
        f'policy.kms_key_arns is ["{KEY_ALIAS}"]',
        "not of an alias",
        policy={"kms_key_arns": [KEY_ALIAS]},
    ),
    mistake("", "tasks is empty", "Set at least one", tasks={}, default_task=None),
    mistake(
        "",
        'tasks["a"] is null',
        'tasks has "b c". A task\'s name must have 1 to 200 letters',
        tasks={"a": None, "b c": {"image": "b"}},
        default_task="a",
    ),
    mistake(
        "",
        'tasks["a"].sidecars["agent"] is null',
        "at least an image",
        tasks={"a": {"image": "a", "sidecars": {"agent": None}}},
    ),
    mistake(
        "",
        'tasks: "a" has gpu in its capacity_provider_strategy',
        "The cluster has FARGATE, FARGATE_SPOT",
        tasks={
            "a": {"image": "a", "capacity_provider_strategy": [{"capacity_provider": "gpu"}]}
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
        "ssm-parameters", "tasks is empty", "at least one task", tasks={}, default_task=None
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
        default_task=None,
    ),
    mistake(
        "ssm-parameters",
        'default_task is "b"',
        "must be one of a",
        default_task="b",
    ),
]

MWAA = [
    mistake(
        "mwaa-environment",
        "bucket.policies: readers: the value must be a policy in JSON",
        "data.aws_iam_policy_document.mine.json",
        bucket={"policies": {"readers": "s3:GetObject", "good": '{"Statement": []}'}},
    ),
    mistake(
        "dags",
        'existing: plugins.sha256 is "d41d8cd9"',
        "that sha256sum prints",
        existing={"plugins": {"object_version": "v1", "sha256": "d41d8cd9"}},
    ),
    mistake(
        "network",
        'cidr_block is "10.0.0.0/28". It must be an IPv4 block from /16 to /27',
        "A /28 is AWS's smallest subnet, and MWAA needs two.",
        cidr_block="10.0.0.0/28",
    ),
    mistake(
        "network",
        'cidr_block is "10.0.0.0/27", and nat_gateways is "one"',
        'Set a /26 or larger, or nat_gateways to "none".',
        cidr_block="10.0.0.0/27",
    ),
]

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

MISTAKES = {
    f"{case.module or 'root'}-{number}": case
    for number, case in enumerate(
        [
            *ROOT,
            *CLUSTER,
            *ROLES_AND_POLICIES,
            *EXECUTION_ROLE,
            *IAM_POLICY,
            *PARAMETERS,
            *SECURITY_GROUP,
            *MWAA,
        ]
    )
}


@pytest.fixture(scope="module")
def messages(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the messages of one plan with all mistakes, by mistake."""
    calls = {
        name: (
            f"modules/{case.module}" if case.module else "",
            {**ACCEPTED[case.module], **case.inputs},
        )
        for name, case in MISTAKES.items()
    }
    return refusals(repository, tmp_path_factory.mktemp("rules"), calls)


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_reported_with_field_and_remedy(
    name: str, messages: dict[str, str]
) -> None:
    message = messages[name]
    for part in MISTAKES[name].parts:
        assert part in message
