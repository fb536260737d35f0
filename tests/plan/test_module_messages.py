"""Policies and parameters that are too large, and ambiguous aliases, are refused."""

from __future__ import annotations

import json
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
MANY_ROLES = [f"arn:aws:iam::123456789012:role/a-role-of-many-{n}" for n in range(300)]
MANY_SECRETS = [
    f"arn:aws:ssm:eu-west-1:123456789012:parameter/a-secret-with-a-long-name-of-very-many-{n}"
    for n in range(1000)
]
TASK = {"task_definition": "a", "container_name": "a", "launch_type": "FARGATE"}
ACCEPTED: dict[str, dict[str, Any]] = {
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
}


@dataclass(frozen=True)
class Mistake:
    """Inputs that a module refuses, and parts of its message."""

    module: str
    inputs: dict[str, Any]
    parts: tuple[str, ...]


def mistake(module: str, *parts: str, **inputs: Any) -> Mistake:
    return Mistake(module, inputs, parts)


EXECUTION_ROLE = [
    mistake(
        "execution-role",
        "characters. The inline policy has room for 10240",
        "Set additional_policy_count = 2",
        "it is 0",
        secrets=MANY_SECRETS[:200],
    ),
    mistake(
        "execution-role",
        "A role can have 10 of them",
        "1000 secrets",
        'grant_by = "tag" does not list those',
        "Share some of them",
        secrets=MANY_SECRETS,
    ),
]

IAM_POLICY = [
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
    for number, case in enumerate([*EXECUTION_ROLE, *IAM_POLICY, *PARAMETERS])
}


@pytest.fixture(scope="module")
def messages(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Return the messages of one plan with all mistakes."""
    folder = tmp_path_factory.mktemp("modules")
    calls: dict[str, Any] = {}
    for name, case in MISTAKES.items():
        target = folder / case.module
        if not target.exists():
            copy_configuration(repository / "modules" / case.module, target)
        calls[name] = {"source": f"./{case.module}", **ACCEPTED[case.module], **case.inputs}
    (folder / "provider.tf").write_text(PROVIDER)
    (folder / "main.tf.json").write_text(json.dumps({"module": calls}))
    # tftest repeats the output in its error.
    return set(Planner(folder, {}).refusal().split("Error: ")[1:])


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_reported_with_a_remedy(name: str, messages: set[str]) -> None:
    case = MISTAKES[name]
    found = [message for message in messages if f"{case.module}/" in message]
    assert any(all(part in message for part in case.parts) for message in found), found


def test_each_mistake_has_one_message(messages: set[str]) -> None:
    assert len(messages) == len(MISTAKES)
