"""examples/multi-environment, its README followed word for word, on the local AWS."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import boto3
import pytest
from botocore.config import Config

from healthy_account import complaints
from mwaa_ecs.doctor.image_names import parse_ecr
from mwaa_ecs.sandbox.account import Account, create_ecs_service_role, give_way_out
from mwaa_ecs.sandbox.local_aws import LocalAws
from mwaa_ecs.terraform.configuration import copy_configuration
from unit.doctor.healthy import image_index

REPOSITORY = Path(__file__).resolve().parents[2]
EXAMPLE = REPOSITORY / "examples" / "multi-environment"


def blocks(readme: str) -> list[str]:
    """Return the commands of a README, without those of the other terminal."""
    return re.findall(r"^```sh\n(.*?)^```", readme, re.M | re.S)


@pytest.fixture(scope="module")
def followed(
    attached_commands: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Path, LocalAws]]:
    """Follow the README; return the output of its commands, the folder and the local AWS."""
    folder = copy_configuration(EXAMPLE, tmp_path_factory.mktemp("clone"))
    with LocalAws() as aws:
        script = "set -eux\n" + "\n".join(blocks((EXAMPLE / "README.md").read_text()))
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=folder,
            env={
                **{k: v for k, v in os.environ.items() if not k.startswith("AWS_")},
                **aws.environment(),
                "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        yield done.stdout, folder, aws


def account(aws: LocalAws, account_id: str, region: str) -> boto3.Session:
    role = f"arn:aws:iam::{account_id}:role/test"
    keys = aws.client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    return boto3.Session(
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
        region_name=region,
    )


def test_the_readme_works_word_for_word(followed: tuple[str, Path, LocalAws]) -> None:
    text, _, _ = followed
    assert "prod matches the files" in text
    assert "+ made  cloudwatch_log_group  /ecs/jobs-dev-report" in re.sub(" {2,}", "  ", text)
    assert "6 passed" in text


@pytest.mark.parametrize(
    ("name", "account_id", "region", "partition", "tasks"),
    [
        ("dev", "111111111111", "eu-west-1", "aws", {"etl", "currency-rates"}),
        ("prod", "222222222222", "us-gov-west-1", "aws-us-gov", {"etl", "report"}),
    ],
)
def test_each_environment_is_where_its_yaml_says(
    followed: tuple[str, Path, LocalAws],
    name: str,
    account_id: str,
    region: str,
    partition: str,
    tasks: set[str],
) -> None:
    _, _, aws = followed
    session = account(aws, account_id, region)
    ssm = session.client("ssm", endpoint_url=aws.endpoint_url)
    found = ssm.get_parameters_by_path(Path=f"/mwaa/{name}/tasks")["Parameters"]
    contracts = {item["Name"].rpartition("/")[2]: json.loads(item["Value"]) for item in found}
    assert set(contracts) == tasks
    assert contracts["etl"]["cluster"] == f"jobs-{name}-cluster"
    assert contracts["etl"]["awslogs_region"] == region
    iam = session.client("iam", endpoint_url=aws.endpoint_url)
    names = iam.list_role_policies(RoleName=f"AmazonMWAA-{name}")["PolicyNames"]
    policy = iam.get_role_policy(RoleName=f"AmazonMWAA-{name}", PolicyName=names[0])
    text = json.dumps(policy["PolicyDocument"])
    assert (
        f"arn:{partition}:ecs:{region}:{account_id}:task-definition/jobs-{name}-etl:*" in text
    )
    assert set(re.findall(r"arn:([a-z-]+):", text)) == {partition}


@pytest.mark.parametrize(
    ("name", "account_id", "region"),
    [("dev", "111111111111", "eu-west-1"), ("prod", "222222222222", "us-gov-west-1")],
)
def test_the_doctor_has_no_complaint_about_an_environment_with_a_way_out_and_its_images(
    followed: tuple[str, Path, LocalAws], name: str, account_id: str, region: str
) -> None:
    _, _, aws = followed
    session = account(aws, account_id, region)

    def client(service: str, where: str = region) -> Any:
        # MWAA's calls go to `api.` before the host, which has no name here.
        config = Config(inject_host_prefix=False)
        return session.client(
            service, region_name=where, endpoint_url=aws.endpoint_url, config=config
        )

    contracts = client("ssm").get_parameters_by_path(Path=f"/mwaa/{name}/tasks")["Parameters"]
    network = json.loads(contracts[0]["Value"])["network_configuration"]["awsvpcConfiguration"]
    (vpc_id,) = {
        subnet["VpcId"]
        for subnet in client("ec2").describe_subnets(SubnetIds=network["subnets"])["Subnets"]
    }
    here = SimpleNamespace(client=client, region=region, account_id=account_id)
    place = SimpleNamespace(region=region, vpc_id=vpc_id, subnet_ids=network["subnets"])
    give_way_out(cast("LocalAws", here), cast("Account", place), "10.0.200.0/24")
    create_ecs_service_role(cast("LocalAws", here), region)
    push_images(client, contracts)
    assert complaints(cast("LocalAws", here), prefix=f"/mwaa/{name}") == []


def push_images(client: Callable[[str], Any], contracts: list[dict[str, str]]) -> None:
    """Push the image of each task that is in ECR."""
    for contract in contracts:
        family = json.loads(contract["Value"])["task_definition"]
        found = client("ecs").describe_task_definition(taskDefinition=family)
        for container in found["taskDefinition"]["containerDefinitions"]:
            image = parse_ecr(container["image"])
            if image is None:
                continue
            with suppress(client("ecr").exceptions.RepositoryAlreadyExistsException):
                client("ecr").create_repository(repositoryName=image.repository)
            client("ecr").put_image(
                repositoryName=image.repository,
                imageManifest=image_index("amd64"),
                imageTag=image.tag,
            )


def test_the_environment_that_was_destroyed_leaves_only_its_state(
    followed: tuple[str, Path, LocalAws],
) -> None:
    _, _, aws = followed
    session = account(aws, "111111111111", "eu-west-1")
    ssm = session.client("ssm", endpoint_url=aws.endpoint_url)
    assert ssm.get_parameters_by_path(Path="/mwaa/staging", Recursive=True)["Parameters"] == []
    s3 = session.client("s3", endpoint_url=aws.endpoint_url)
    keys = s3.list_objects_v2(Bucket="terraform-state-111111111111")["Contents"]
    # No lock is left either.
    assert sorted(item["Key"] for item in keys) == [
        "airflow-ecs/dev.tfstate",
        "airflow-ecs/staging.tfstate",
    ]


def test_the_rendered_files_that_are_committed_are_fresh() -> None:
    done = subprocess.run(
        shlex.split("mwaa-ecs render environments --check"),
        executable=Path(sys.executable).parent / "mwaa-ecs",
        cwd=EXAMPLE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("option", [(), ("--task",)])
def test_the_schemas_that_are_committed_are_fresh(option: tuple[str, ...]) -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "mwaa-ecs", "schema", *option],
        cwd=EXAMPLE,
        capture_output=True,
        text=True,
        check=True,
    )
    name = "task.schema.json" if option else "environment.schema.json"
    assert done.stdout == (EXAMPLE / name).read_text(), f"run mwaa-ecs schema --out {name}"
