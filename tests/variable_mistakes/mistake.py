"""A mistake in the inputs of a module, and values that several tables share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

KEY_ALIAS = "arn:aws:kms:eu-west-1:123456789012:alias/a"
LOG_GROUP_ARN = "arn:aws:logs:eu-west-1:123456789012:log-group:/a"
ROLE_ARN = "arn:aws:iam::123456789012:role/a"
TASK = {"task_definition": "a", "container_name": "a", "launch_type": "FARGATE"}


@dataclass(frozen=True)
class Mistake:
    """Inputs that a module refuses, and parts of its message.

    Attributes:
        module: the module's folder in `modules`; empty for the root module.
        inputs: the values that differ from accepted ones.
        parts: texts that the message has.
    """

    module: str
    inputs: dict[str, Any]
    parts: tuple[str, ...]
