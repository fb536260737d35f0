"""A healthy account whose bucket has DAGs, as `show` reads it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mwaa_ecs.doctor import Account
from mwaa_ecs.sandbox.local_aws import LocalAws
from mwaa_ecs.show import Picture, read_account
from unit.doctor import healthy

DAGS = {
    "dags/daily.py": "EcsTaskOperator(task_id='x', task='etl')",
    "dags/hello.py": "DockerOperator(task_id='x', image='library/hello-world')",
    "dags/other.py": "BashOperator(task_id='x', bash_command='echo etl')",
    "dags/broken.py": "def (",
    "dags/mwaa_ecs_operator/console.py": "run(task='etl')",
}


@pytest.fixture(scope="module")
def world() -> Iterator[healthy.World]:
    with LocalAws(region=healthy.REGION) as aws:
        world = healthy.build(aws)
        for key, text in DAGS.items():
            bucket = world.place.dags_bucket_name
            aws.client("s3").put_object(Bucket=bucket, Key=key, Body=text.encode())
        yield world


@pytest.fixture(scope="module")
def picture(world: healthy.World) -> Picture:
    return read_account(Account(world.aws.client, healthy.REGION), "/mwaa")
