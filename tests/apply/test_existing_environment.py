"""docs/existing-environment.md, followed in the local AWS: nothing that exists is lost."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from applied import Attach
from mwaa_ecs.sandbox.account import Account
from mwaa_ecs.sandbox.local_aws import LocalAws
from mwaa_ecs.terraform import Event, Terraform
from mwaa_ecs.terraform.configuration import copy_configuration
from mwaa_story import REPOSITORY

UPLOADS = True

PAGE = (REPOSITORY / "docs" / "existing-environment.md").read_text()
ENVIRONMENT = "module.mwaa.aws_mwaa_environment.this"
_IN_REGISTRY = re.compile(r'source +?= "[^"]+//(modules/[a-z-]+)"\n +version += "[^"]+"')
REQUIRED = ("name", "subnet_ids", "security_group_ids", "bucket", "execution_role")


def blocks(heading: str) -> str:
    """Return the HCL below a heading of the page, with modules of this disk."""
    section = re.split(r"^## ", PAGE, flags=re.M)
    (text,) = [part for part in section if part.startswith(heading)]
    found = "\n".join(re.findall(r"^```tf\n(.*?)^```", text, re.M | re.S))
    return _IN_REGISTRY.sub(r'source = "./\1"', found)


@dataclass
class _Folder:
    """A configuration and the actions of its last plan, by address."""

    path: Path

    def __post_init__(self) -> None:
        self.path.mkdir()
        copy_configuration(
            REPOSITORY / "modules" / "mwaa-environment", self.path / "modules/mwaa-environment"
        )
        self._actions: dict[str, str] = {}
        self._terraform = Terraform(self.path, on_event=self._note)

    def _note(self, event: Event) -> None:
        if event.get("type") == "planned_change" and event["change"]["action"] != "read":
            self._actions[event["change"]["resource"]["addr"]] = event["change"]["action"]

    def plan(self, text: str) -> dict[str, str]:
        """Write the configuration and plan it; return the action of each change."""
        (self.path / "main.tf").write_text(f'provider "aws" {{}}\n{text}')
        self._terraform.init()
        self._actions.clear()
        self._terraform.plan(self.path / "saved.tfplan")
        return dict(self._actions)

    def apply(self) -> None:
        """Apply the last plan."""
        self._terraform.apply(self.path / "saved.tfplan")


@dataclass(frozen=True)
class _Team:
    """A team with an environment of aws-ia's module, in a folder of its own."""

    aws: LocalAws
    folder: _Folder
    environment: Mapping[str, Any]
    account: Account

    def filled(self, text: str) -> str:
        """Put the team's own names and ids into the page's HCL."""
        found = self.environment
        ids = json.dumps(found["NetworkConfiguration"]["SubnetIds"])
        role = found["ExecutionRoleArn"]
        text = re.sub(r'\["subnet-0a1b2c3d", "subnet-1b2c3d4e"\]', ids, text)
        return (
            text.replace("sg-0a1b2c3d", found["NetworkConfiguration"]["SecurityGroupIds"][0])
            .replace("arn:aws:iam::123456789012:role/my-airflow-role", role)
            .replace("my-airflow-role", role.rpartition("/")[2])
            .replace("my-airflow-bucket", found["SourceBucketArn"].rpartition(":")[2])
        )


def described(aws: LocalAws) -> dict[str, Any]:
    found: dict[str, Any] = aws.client("mwaa").get_environment(Name="my-airflow")["Environment"]
    return found


@pytest.fixture(scope="module")
def team(
    local_aws: LocalAws,
    account: Account,
    attach: Attach,
    tmp_path_factory: pytest.TempPathFactory,
) -> _Team:
    ec2 = local_aws.client("ec2")
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    gateway = ec2.create_nat_gateway(SubnetId=account.subnet_ids[0], AllocationId=address)
    (table,) = ec2.describe_route_tables(
        Filters=[{"Name": "vpc-id", "Values": [account.vpc_id]}]
    )["RouteTables"]
    ec2.create_route(
        RouteTableId=table["RouteTableId"],
        DestinationCidrBlock="0.0.0.0/0",
        NatGatewayId=gateway["NatGateway"]["NatGatewayId"],
    )
    folder = _Folder(tmp_path_factory.mktemp("existing") / "team")
    attach(folder.path)
    copy_configuration(REPOSITORY / "tests/apply/aws_ia", folder.path / "aws_ia")
    folder.plan(
        'module "mwaa" {\n  source = "./aws_ia"\n'
        f'  vpc_id = "{account.vpc_id}"\n  subnet_ids = {json.dumps(account.subnet_ids)}\n}}\n'
    )
    folder.apply()
    return _Team(local_aws, folder, described(local_aws), account)


def test_coming_from_aws_ia_destroys_nothing_and_changes_no_environment(team: _Team) -> None:
    text = team.filled(blocks("Come from aws-ia"))
    changes = team.folder.plan(text)
    assert not {"delete", "replace"} & set(changes.values())
    assert changes[ENVIRONMENT] == "move"
    team.folder.apply()
    assert described(team.aws) == team.environment
    assert team.folder.plan(text) == {}


def test_a_pending_change_in_a_depends_on_target_replaces_nothing(team: _Team) -> None:
    text = team.filled(blocks("Come from aws-ia"))
    copy_configuration(REPOSITORY / "modules/network", team.folder.path / "modules/network")
    account = team.account
    changes = team.folder.plan(
        text.replace("\n}\n", "\n  depends_on = [terraform_data.pending]\n}\n", 1)
        + f"""
        module "checked" {{
          source = "./modules/network"

          name = "checked"
          existing = {{
            vpc_id          = "{account.vpc_id}"
            subnet_ids      = {json.dumps(account.subnet_ids)}
            check_endpoints = false
          }}
          depends_on = [terraform_data.pending]
        }}
        resource "terraform_data" "pending" {{}}
        """
    )
    assert changes.pop("terraform_data.pending") == "create"
    assert not {"delete", "replace"} & set(changes.values())


def test_an_import_with_all_that_the_page_lists_changes_nothing(
    team: _Team, tmp_path: Path
) -> None:
    folder = _Folder(tmp_path / "import")
    changes = folder.plan(team.filled(blocks("Import an environment")))
    assert changes.pop("module.mwaa.terraform_data.vpc") == "create"
    assert changes.pop("module.mwaa.terraform_data.place[0]") == "create"
    assert changes == {ENVIRONMENT: "import"}


def test_files_of_the_same_content_are_handed_over_without_an_update(
    team: _Team, tmp_path: Path
) -> None:
    s3, bucket = team.aws.client("s3"), team.environment["SourceBucketArn"].rpartition(":")[2]
    text = b"pandas==2.2.3\n"
    version = s3.put_object(Bucket=bucket, Key="requirements.txt", Body=text)["VersionId"]
    mwaa = team.aws.client("mwaa")
    mwaa.update_environment(
        Name="my-airflow",
        RequirementsS3Path="requirements.txt",
        RequirementsS3ObjectVersion=version,
    )
    folder = _Folder(tmp_path / "files")
    copy_configuration(REPOSITORY / "modules/dags", folder.path / "modules/dags")
    (folder.path / "dags").mkdir()
    (folder.path / "dags/jobs.py").write_text("")
    (folder.path / "requirements.txt").write_bytes(text)
    imported = team.filled(blocks("Import an environment")).replace(
        "\n}\n", "\n  requirements = module.dags.requirements\n}\n", 1
    )
    files = team.filled(blocks("Hand over its files"))
    files = files.replace("VERSION", version).replace("SHA256", sha256(text).hexdigest())
    changes = folder.plan(imported + files)
    uploaded = {address for address in changes if "aws_s3_object" in address}
    assert uploaded == {'module.dags.aws_s3_object.this["jobs.py"]'}
    assert changes[ENVIRONMENT] == "import"
    (folder.path / "requirements.txt").write_text("pandas==2.2.4\n")
    changes = folder.plan(imported + files)
    assert changes['module.dags.aws_s3_object.named["requirements"]'] == "create"
    assert changes[ENVIRONMENT] == "update"


def test_an_import_with_the_required_inputs_alone_shrinks_nothing(
    team: _Team, tmp_path: Path
) -> None:
    folder = _Folder(tmp_path / "import")
    text = team.filled(blocks("Import an environment"))
    module, _, rest = text.partition("\n}\n")
    kept = [
        line
        for line in module.splitlines()
        if re.match(rf"  ({'|'.join(REQUIRED)}|source) ", line)
    ]
    logging = "  logging = { create_log_groups = false }"
    folder.plan("\n".join(['module "mwaa" {', *kept, logging, "}", rest]))
    folder.apply()
    same = (
        "EnvironmentClass",
        "MinWorkers",
        "MaxWorkers",
        "Schedulers",
        "MinWebservers",
        "MaxWebservers",
        "WebserverAccessMode",
        "AirflowVersion",
    )
    now = described(team.aws)
    assert {name: now[name] for name in same} == {name: team.environment[name] for name in same}
