"""Plans attach to a provider that runs already, also where there is no local AWS."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from running_provider import VARIABLE


@pytest.fixture(scope="module", autouse=True)
def attached(attached_provider: str) -> Iterator[None]:
    """Let Terraform find the provider."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, attached_provider)
        yield
