"""What all tests share: Terraform's providers, and a folder's copy to work on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from mwaa_ecs.terraform import provider_environment

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session", autouse=True)
def providers() -> Iterator[None]:
    """Let every Terraform that a test starts find its providers, tftest's included.

    Nothing of the caller's AWS settings may reach a test.
    """
    with pytest.MonkeyPatch.context() as patch, provider_environment() as found:
        for name in [name for name in os.environ if name.startswith(("AWS_", "TF_VAR_"))]:
            patch.delenv(name)
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        for name, value in found.items():
            if value is None:
                patch.delenv(name, raising=False)
            else:
                patch.setenv(name, value)
        yield


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of this repository."""
    return REPOSITORY
