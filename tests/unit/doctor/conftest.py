"""One local AWS for the tests of a file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mwaa_ecs.sandbox.local_aws import LocalAws
from unit.doctor import healthy


@pytest.fixture(scope="module")
def aws() -> Iterator[LocalAws]:
    with LocalAws(region=healthy.REGION) as aws:
        yield aws
