"""Policies and parameters that are too large, and ambiguous aliases."""

from __future__ import annotations

from typing import Any

from module_mistakes.mistake import Mistakes, message

MANY_ROLES = [f"arn:aws:iam::123456789012:role/a-role-of-many-{n}" for n in range(300)]
# Few and long: the time that Terraform takes grows with the square of their number.
MANY_SECRETS = [
    f"arn:aws:ssm:eu-west-1:123456789012:parameter/{'very-' * 160}long-name-{n}"
    for n in range(100)
]
TASK = {"task_definition": "a", "container_name": "a", "launch_type": "FARGATE"}


def mistake(module: str, about: str, *parts: str, **inputs: Any) -> Mistakes:
    return Mistakes(module, (message(about, *parts),), inputs)


SIZES = [
    mistake(
        "execution-role",
        "aws_iam_role_policy.this",
        "characters. The inline policy has room for 10240",
        "Set additional_policy_count = 2",
        "it is 0",
        secrets=MANY_SECRETS[:20],
    ),
    mistake(
        "execution-role",
        "aws_iam_role_policy.this",
        "A role can have 10 of them",
        "100 secrets",
        'grant_by = "tag" does not list those',
        "Share some of them",
        secrets=MANY_SECRETS,
    ),
    mistake(
        "iam-policy",
        "aws_iam_role_policy.this",
        "the inline policies of a role together can have 10240",
        'Set grant_by = "tag"',
        "policy.grant_by in the root module",
        role_name="a",
        passed_role_arns=MANY_ROLES,
    ),
    mistake(
        "iam-policy",
        "aws_iam_policy.this",
        "a managed policy can have 6144",
        "It lists 1 task definitions",
        managed=True,
        passed_role_arns=MANY_ROLES,
    ),
    mistake(
        "iam-policy",
        "output.json",
        'With grant_by = "tag" it lists 300 roles',
        "to register revisions, 1 task definitions",
        "Share some of them",
        grant_by="tag",
        resource_tag={"key": "a", "value": "b"},
        allow_register=True,
        passed_role_arns=MANY_ROLES,
    ),
    mistake(
        "ssm-parameters",
        "aws_ssm_parameter.task",
        'Task "a": its parameter would hold',
        "at most 4096",
        "Use fewer subnets",
        network={
            "subnet_ids": [f"subnet-{n}" for n in range(200)],
            "security_group_ids": ["sg-0c3"],
        },
    ),
    mistake(
        "ssm-parameters",
        "aws_ssm_parameter.image_index",
        "The parameter /mwaa/images/all would hold",
        "at most 4096",
        "Set fewer image_aliases",
        images={"a": {"image": "a" * 4200}},
    ),
    mistake(
        "ssm-parameters",
        "aws_ssm_parameter.image_index",
        'image_aliases: "docker.io/org/app:*" of a, b',
        "Remove the alias",
        tasks={"a": TASK, "b": TASK},
        default_task="a",
        images={name: {"image": f"{name}:1", "aliases": ["org/app:*"]} for name in ("a", "b")},
    ),
]
