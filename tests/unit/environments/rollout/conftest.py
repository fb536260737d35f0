"""A team's repository, and who calls AWS in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from mwaa_ecs.terraform import find_terraform
from rollout_team import Session, Team


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> type[Session]:
    made = type("MadeSession", (Session,), {"assumed": []})
    monkeypatch.setattr("boto3.Session", made)
    return made


@pytest.fixture
def team(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, session: type[Session]
) -> Iterator[Team]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", os.environ["PATH"])
    yield Team(tmp_path)
    # A test may have put another one in its way.
    find_terraform.cache_clear()
