"""With --mwaa-ecs-aws=local: what the accounts hold already."""

from __future__ import annotations

from typing import Any

import accounts
import pytest


@pytest.fixture(scope="session")
def mwaa_ecs_local_account() -> Any:
    return accounts.prepare
