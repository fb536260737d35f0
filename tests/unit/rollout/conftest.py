"""A team's repository, and who calls AWS in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from mwaa_ecs.sandbox.local_aws import LocalAws
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


@pytest.fixture(scope="module")
def bucket() -> Iterator[LocalAws]:
    with LocalAws() as aws:
        aws.client("s3").create_bucket(
            Bucket="states", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
        yield aws


@pytest.fixture
def in_s3(team: Team, bucket: LocalAws, monkeypatch: pytest.MonkeyPatch) -> Team:
    for name, value in bucket.environment().items():
        if "REGION" not in name:
            monkeypatch.setenv(name, value)
    (team.folder / "backend.tf").write_text('terraform {\n  backend "s3" {}\n}\n')
    team.yaml("dev", "backend: {type: s3, bucket: states, key: dev}\ninputs: {word: hello}\n")
    return team
