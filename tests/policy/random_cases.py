"""Random policies and requests, of a small world in which they meet often enough."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from mwaa_ecs.iam.model import Need
from policy.simulator import Case

_ACCOUNT = "123456789012"
_PRINCIPAL = f"arn:aws:sts::{_ACCOUNT}:assumed-role/AmazonMWAA-demo/random"
_ECS = f"arn:aws:ecs:eu-west-1:{_ACCOUNT}"
_CLUSTERS = (f"{_ECS}:cluster/one", f"{_ECS}:cluster/two")
_REQUESTS = {
    "ecs:RunTask": (f"{_ECS}:task-definition/etl:1", f"{_ECS}:task-definition/etl-2:12"),
    "ecs:StopTask": (f"{_ECS}:task/one/0a", f"{_ECS}:task/two/0b"),
    # `*` is left out: the full evaluator asks "on any?", IAM and ours ask "on all?".
    "ecs:ListTasks": (f"{_ECS}:container-instance/one/0a",),
    "ecs:TagResource": (f"{_ECS}:task/one/0a",),
    "iam:PassRole": (f"arn:aws:iam::{_ACCOUNT}:role/run", f"arn:aws:iam::{_ACCOUNT}:role/a/b"),
    "logs:GetLogEvents": (
        f"arn:aws:logs:eu-west-1:{_ACCOUNT}:log-group:/ecs/etl:log-stream:ecs/etl/0a",
    ),
    "ssm:GetParameter": (
        f"arn:aws:ssm:eu-west-1:{_ACCOUNT}:parameter/mwaa/tasks/etl",
        f"arn:aws-cn:ssm:cn-north-1:{_ACCOUNT}:parameter/mwaa/ecs/cluster",
    ),
    "secretsmanager:GetSecretValue": (
        f"arn:aws:secretsmanager:eu-west-1:{_ACCOUNT}:secret:db-AbC123",
    ),
}
_ACTIONS = (
    *_REQUESTS,
    *("ecs:*", "ecs:*Task", "ECS:runtask", "ssm:Get*", "ecs:?topTask", "*", "kms:Encrypt"),
)
_RESOURCES = (
    "*",
    *(arn for arns in _REQUESTS.values() for arn in arns),
    f"{_ECS}:task-definition/etl:*",
    f"{_ECS}:task-definition/etl*",
    f"{_ECS}:task-definition/etl",
    f"{_ECS}:task/*",
    f"{_ECS}:task/one/*",
    f"{_ECS}:task/?ne/0?",
    f"arn:aws:ecs:*:{_ACCOUNT}:task/*/0a",
    "arn:*:ssm:*:*:parameter/mwaa/*",
    f"arn:aws:iam::{_ACCOUNT}:role/*",
    f"arn:aws:logs:*:{_ACCOUNT}:log-group:/ecs/*:log-stream:*",
    f"arn:aws:logs:eu-west-1:{_ACCOUNT}:log-group:*",
)
_VALUES = {
    "ecs:cluster": (*_CLUSTERS, f"{_ECS}:cluster/*", "arn:aws:ecs:*:*:cluster/?ne"),
    "iam:PassedToService": ("ecs-tasks.amazonaws.com", "ec2.amazonaws.com", "e*.amazonaws.com"),
    "ecs:CreateAction": ("RunTask", "runtask", "Create*", "CreateCluster"),
    "kms:ViaService": ("ssm.eu-west-1.amazonaws.com", "logs.*.amazonaws.com*"),
    "aws:RequestedRegion": ("eu-west-1", "eu-*", "us-east-1"),
    "aws:RequestTag/team": ("data", "Data", "d?ta", "ops"),
}
_TAG_KEYS = ("team", "cost", "owner")
_ARN_KEYS = ("ecs:cluster",)
_STRING_OPERATORS = (
    *("StringEquals", "StringNotEquals", "StringLike", "StringNotLike"),
    *("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"),
)
_ARN_OPERATORS = ("ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike")


def random_cases(number: int, seed: int) -> Iterator[Case]:
    """That many cases; the same for the same seed."""
    dice = random.Random(seed)
    for _ in range(number):
        yield Case(
            need=_need(dice),
            principal=_PRINCIPAL,
            identity=[_policy(dice) for _ in range(dice.choice((1, 1, 2)))],
            boundary=_policy(dice, wide=True) if dice.random() < 0.3 else None,
        )


def _need(dice: random.Random) -> Need:
    action = dice.choice(tuple(_REQUESTS))
    context: dict[str, tuple[str, ...]] = {
        key: (dice.choice(values),) if dice.random() < 0.7 else ()
        for key, values in _VALUES.items()
    }
    context["ecs:cluster"] = (dice.choice(_CLUSTERS),) if dice.random() < 0.8 else ()
    context["aws:TagKeys"] = tuple(dice.sample(_TAG_KEYS, dice.randrange(4)))
    return Need(action, dice.choice(_REQUESTS[action]), context)


def _policy(dice: random.Random, *, wide: bool = False) -> dict[str, Any]:
    statements = [_statement(dice) for _ in range(dice.randrange(1, 5))]
    if wide and dice.random() < 0.5:
        statements.append({"Effect": "Allow", "Action": "*", "Resource": "*"})
    return {"Version": "2012-10-17", "Statement": statements}


def _statement(dice: random.Random) -> dict[str, Any]:
    action = "NotAction" if dice.random() < 0.1 else "Action"
    resource = "NotResource" if dice.random() < 0.1 else "Resource"
    statement: dict[str, Any] = {
        "Effect": "Deny" if dice.random() < 0.2 else "Allow",
        action: _some(dice, _ACTIONS),
        resource: "*" if dice.random() < 0.3 else _some(dice, _RESOURCES),
    }
    conditions: dict[str, dict[str, Any]] = {}
    while dice.random() < 0.35:
        operator, key, values = _condition(dice)
        conditions.setdefault(operator, {})[key] = values
    if conditions:
        statement["Condition"] = conditions
    return statement


def _some(dice: random.Random, among: tuple[str, ...]) -> str | list[str]:
    found = dice.sample(among, dice.randrange(1, min(4, len(among) + 1)))
    return found[0] if len(found) == 1 and dice.random() < 0.5 else found


def _condition(dice: random.Random) -> tuple[str, str, str | list[str]]:
    if dice.random() < 0.1:
        return "Null", dice.choice((*_VALUES, "aws:TagKeys")), dice.choice(("true", "false"))
    if dice.random() < 0.2:
        which = dice.choice(("ForAllValues", "ForAnyValue"))
        return (
            f"{which}:{dice.choice(_STRING_OPERATORS)}",
            "aws:TagKeys",
            _some(dice, _TAG_KEYS),
        )
    key = dice.choice(tuple(_VALUES))
    operators = _STRING_OPERATORS + (_ARN_OPERATORS if key in _ARN_KEYS else ())
    operator = dice.choice(operators) + ("IfExists" if dice.random() < 0.2 else "")
    return operator, dice.choice((key, key.lower())), _some(dice, _VALUES[key])
