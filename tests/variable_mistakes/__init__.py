"""Tables of the mistakes that validations of variables refuse, by module.

Each mistake needs a message with field, value and what is accepted.
"""

from __future__ import annotations

from typing import Any

from variable_mistakes.dags import DAGS
from variable_mistakes.mistake import ROLE_ARN, TASK, Mistake
from variable_mistakes.mwaa_environment import MWAA_ENVIRONMENT
from variable_mistakes.network import NETWORK
from variable_mistakes.root import ROOT
from variable_mistakes.run_tasks import RUN_TASKS

__all__ = ["ACCEPTED", "MISTAKES", "Mistake"]

PLACE = {"region": "eu-west-1", "account_id": "123456789012", "partition": "aws"}
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
    "task-definition": {"tasks": {"a": {"image": "a"}}, "execution_role_arn": ROLE_ARN},
    "security-group": {"name": "tasks", "vpc_id": "vpc-1"},
    "mwaa-environment": {"name": "etl", "subnet_ids": ["subnet-0a1", "subnet-0b2"]},
    "dags": {"bucket": "etl", "source_dir": "dags"},
    "network": {"name": "etl", **PLACE},
}
"""Accepted values of the required inputs, by module."""

MISTAKES = [*ROOT, *RUN_TASKS, *MWAA_ENVIRONMENT, *NETWORK, *DAGS]
