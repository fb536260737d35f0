"""Mistakes in the variables of the modules that the root module composes."""

from __future__ import annotations

import json
from typing import Any

from variable_mistakes.mistake import KEY_ALIAS, LOG_GROUP_ARN, TASK, Mistake


def mistake(module: str, *parts: str, **inputs: Any) -> Mistake:
    return Mistake(module, inputs, parts)


def strategy(*entries: dict[str, Any], **others: Any) -> dict[str, Any]:
    return {"default_capacity_provider_strategy": list(entries), **others}


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
    *(
        mistake("cluster", f'"base":{base}', "base from 0 to 100000", **strategy(entry))
        for base in (-1, 100001)
        for entry in ({"capacity_provider": "FARGATE", "base": base},)
    ),
    mistake(
        "cluster",
        '"base":1,"capacity_provider":"FARGATE_SPOT"',
        "only one",
        **strategy(
            {"capacity_provider": "FARGATE", "base": 1},
            {"capacity_provider": "FARGATE_SPOT", "base": 1},
        ),
    ),
    mistake(
        "cluster",
        'execute_command_configuration.logging is "DEFAULT"',
        "log_configuration",
        execute_command_configuration={
            "logging": "DEFAULT",
            "log_configuration": {"cloud_watch_log_group_name": "/exec"},
        },
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
    *(
        mistake("execution-role", f'secrets: "{name}"', "must name one secret", secrets=[name])
        for name in ("/a/*", "/a/${aws:username}")
    ),
    mistake("execution-role", 'path is "/*/"', "begin and end with a slash", path="/*/"),
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
    mistake("iam-policy", "families is []", "at least one", families=[]),
    mistake(
        "iam-policy",
        "etl--nightly",
        "allow_register",
        families=["etl", "etl--nightly"],
        allow_register=True,
    ),
    *(
        mistake(
            "iam-policy",
            f'passed_role_arns is ["{arn}"]',
            "the ARN of one role",
            passed_role_arns=[arn],
        )
        for arn in (
            "*",
            "arn:aws:iam::123456789012:role/*",
            "arn:aws:iam::123456789012:role/${aws:username}",
        )
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
    mistake(
        "iam-policy", "own_tasks_only is true", "resource_tag must be set", own_tasks_only=True
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
    *(
        mistake("ssm-parameters", f'prefix is "{prefix}"', "1 to 13 levels", prefix=prefix)
        for prefix in ("/a/", "/aws/a")
    ),
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
        'tasks: "b" must have either launch_type or capacity_provider_strategy',
        tasks={
            "a": TASK,
            "b": {**TASK, "capacity_provider_strategy": [{"capacity_provider": "FARGATE"}]},
        },
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
        'egress.shop.description is "The shop\'s API". It must have up to 255 letters',
        egress={
            "good": {"cidr_ipv4": "10.0.0.0/8", "description": "A [shop] (2)."},
            "shop": {"cidr_ipv4": "10.1.0.0/16", "description": "The shop's API"},
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

TASK_DEFINITION = [
    mistake(
        "task-definition",
        'tasks["a"] is null',
        'tasks has "b c". A task\'s name must have 1 to 200 letters',
        tasks={"a": None, "b c": {"image": "b"}},
    ),
    mistake(
        "task-definition",
        'tasks["a"].sidecars["agent"] is null',
        "at least an image",
        tasks={"a": {"image": "a", "sidecars": {"agent": None}}},
    ),
    *(
        mistake(
            "task-definition", f"logs.{field} is {json.dumps(value)}", part, logs={field: value}
        )
        for field, value, part in (
            ("retention_in_days", 31, "one of 0, 1"),
            ("stream_prefix", "a:b", "1 to 223"),
            ("log_group_class", "CHEAP", "STANDARD or INFREQUENT_ACCESS"),
            ("log_group_name", LOG_GROUP_ARN, "1 to 512"),
            ("kms_key_arn", KEY_ALIAS, "not of an alias"),
        )
    ),
]

RUN_TASKS = [
    *CLUSTER,
    *ROLES_AND_POLICIES,
    *EXECUTION_ROLE,
    *IAM_POLICY,
    *PARAMETERS,
    *SECURITY_GROUP,
    *TASK_DEFINITION,
]
