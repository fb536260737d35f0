"""Mistakes in the variables of the root module."""

from __future__ import annotations

from typing import Any

from variable_mistakes.mistake import KEY_ALIAS, LOG_GROUP_ARN, ROLE_ARN, Mistake


def mistake(*parts: str, **inputs: Any) -> Mistake:
    return Mistake("", inputs, parts)


def network(*subnet_ids: str, **others: Any) -> dict[str, Any]:
    return {"network": {"subnet_ids": list(subnet_ids), **others}}


ROOT = [
    mistake('name is "1a"', "1 to 48 letters", name="1a"),
    mistake('name is "aaaa', "1 to 48 letters", name="a" * 49),
    mistake("network.subnet_ids has 1 (subnet-0a1)", "Set 2 to 16", **network("subnet-0a1")),
    mistake(
        "network.subnet_ids has 17",
        "Set 2 to 16",
        **network(*(f"subnet-0{number}" for number in range(17))),
    ),
    mistake(
        'network.subnet_ids is ["subnet-0a1","subnet-0a1"]',
        "each subnet once",
        **network("subnet-0a1", "subnet-0a1"),
    ),
    mistake(
        'network.subnet_ids is ["subnet-0a1,subnet-0b2","subnet-0c3"]',
        "not several ids joined by commas",
        **network("subnet-0a1,subnet-0b2", "subnet-0c3"),
    ),
    mistake(
        "network.security_group_ids has 0",
        "Set 1 to 5",
        **network("subnet-0a1", "subnet-0b2", security_group_ids=[]),
    ),
    mistake(
        'network.security_group_ids is ["sg"]',
        "must be one security group's id",
        **network("subnet-0a1", "subnet-0b2", security_group_ids=["sg"]),
    ),
    mistake(
        'mwaa_execution_role_name is "arn:aws:iam::123456789012:role/a"',
        "without ARN and path",
        mwaa_execution_role_name="arn:aws:iam::123456789012:role/a",
    ),
    mistake(
        "cluster.existing is set",
        "so name and container_insights cannot be set",
        cluster={"existing": {"name": "a"}, "name": "b", "container_insights": "enabled"},
    ),
    mistake(
        "cluster.existing is set",
        "so tags cannot be set",
        cluster={"existing": {"name": "a"}, "tags": {"team": "data"}},
    ),
    mistake(
        'cluster.existing is {"arn":null,"check":true,"name":null}',
        "either name or arn",
        cluster={"existing": {}},
    ),
    mistake(
        'cluster.existing is {"arn":"arn:aws:ecs:eu-west-1:123456789012:cluster/a"',
        "either name or arn",
        cluster={
            "existing": {"name": "a", "arn": "arn:aws:ecs:eu-west-1:123456789012:cluster/a"}
        },
    ),
    mistake(
        'cluster.existing.arn is "shared"',
        "must be a cluster's ARN",
        cluster={"existing": {"arn": "shared"}},
    ),
    *(
        mistake(
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
    mistake('the name is "a b"', "1 to 255 letters", cluster={"name": "a b"}),
    mistake(
        "execution_role.existing is set",
        "so path and grant_by cannot be set",
        execution_role={"existing": {"arn": ROLE_ARN}, "path": "/", "grant_by": "name"},
    ),
    mistake(
        'execution_role.existing.arn is "a"',
        "the ARN of one role",
        execution_role={"existing": {"arn": "a"}},
    ),
    mistake(
        'execution_role.existing.arn is "arn:aws:iam::123456789012:role/${aws:username}"',
        "without wildcards and policy variables",
        execution_role={"existing": {"arn": "arn:aws:iam::123456789012:role/${aws:username}"}},
    ),
    mistake(
        "execution_role.existing is set",
        "so additional_policy_count cannot be set",
        execution_role={"existing": {"arn": ROLE_ARN}, "additional_policy_count": 1},
    ),
    mistake(
        'execution_role.existing.arn is "arn:aws:iam::210987654321:role/a"',
        "a role of the account 123456789012 (aws)",
        execution_role={"existing": {"arn": "arn:aws:iam::210987654321:role/a"}},
    ),
    mistake('execution_role.name is "a b"', "1 to 64", execution_role={"name": "a b"}),
    mistake('execution_role.path is "a"', "with a slash", execution_role={"path": "a"}),
    mistake(
        f'execution_role.kms_key_arns is ["{KEY_ALIAS}"]',
        "not of an alias",
        execution_role={"kms_key_arns": [KEY_ALIAS]},
    ),
    mistake(
        'execution_role.grant_by is "all"',
        '"name", "tag"',
        execution_role={"grant_by": "all"},
    ),
    mistake(
        "execution_role.additional_policy_count is 11",
        "from 0 to 10",
        execution_role={"additional_policy_count": 11},
    ),
    mistake("logs.retention_in_days is 31", "one of 0, 1", logs={"retention_in_days": 31}),
    mistake('logs.stream_prefix is "a:b"', "1 to 223", logs={"stream_prefix": "a:b"}),
    mistake(
        'logs.log_group_class is "CHEAP"',
        "STANDARD or INFREQUENT_ACCESS",
        logs={"log_group_class": "CHEAP"},
    ),
    *(
        mistake(f'logs.log_group_name is "{name}"', "1 to 512", logs={"log_group_name": name})
        for name in ("a b", LOG_GROUP_ARN)
    ),
    mistake(
        f'logs.kms_key_arn is "{KEY_ALIAS}"',
        "not of an alias",
        logs={"kms_key_arn": KEY_ALIAS},
    ),
    mistake('ssm_prefix is "/a/"', "1 to 13 levels", ssm_prefix="/a/"),
    mistake('ssm_prefix is "/aws/a"', "which AWS reserves", ssm_prefix="/aws/a"),
    mistake("ssm_prefix has 301 characters", "at most 256", ssm_prefix=f"/{'a' * 300}"),
    mistake(
        'ssm_prefix is "/a/images"',
        'must not be below a path named "tasks" or "images"',
        ssm_prefix="/a/images",
    ),
    mistake(
        'ssm_prefix is "/a/tasks"',
        'must not be below a path named "tasks" or "images"',
        ssm_prefix="/a/tasks",
    ),
    mistake(
        "default_task is not set, and there are 2 tasks",
        "one of a, b",
        tasks={"a": {"image": "a"}, "b": {"image": "b"}},
        default_task=None,
    ),
    mistake('default_task is "b"', "must be one of a", default_task="b"),
    mistake('policy.grant_by is "all"', '"name", "tag"', policy={"grant_by": "all"}),
    mistake('policy.name is "a b"', "1 to 128", policy={"name": "a b"}),
    mistake(
        f'policy.kms_key_arns is ["{KEY_ALIAS}"]',
        "not of an alias",
        policy={"kms_key_arns": [KEY_ALIAS]},
    ),
    mistake("tasks is empty", "Set at least one", tasks={}, default_task=None),
    mistake(
        'tasks["a"] is null',
        'tasks has "b c". A task\'s name must have 1 to 200 letters',
        tasks={"a": None, "b c": {"image": "b"}},
        default_task="a",
    ),
    mistake(
        'tasks["a"].sidecars["agent"] is null',
        "at least an image",
        tasks={"a": {"image": "a", "sidecars": {"agent": None}}},
    ),
    mistake(
        'tasks: "a" has gpu in its capacity_provider_strategy',
        "The cluster has FARGATE, FARGATE_SPOT",
        tasks={
            "a": {"image": "a", "capacity_provider_strategy": [{"capacity_provider": "gpu"}]}
        },
    ),
]
