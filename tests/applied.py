"""An example, applied to the local AWS."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tftest

from mwaa_ecs.sandbox.account import Account
from mwaa_ecs.sandbox.local_aws import LocalAws

Attach = Callable[[Path], None]


@dataclass(frozen=True)
class Applied:
    """What a test needs to look at it, and to go on from there."""

    aws: LocalAws
    account: Account
    terraform: tftest.TerraformTest
    var_file: str
    outputs: dict[str, Any]
    before: frozenset[str]

    def client(self, service: str) -> Any:
        """Return a boto3 client for the local AWS."""
        return self.aws.client(service)
