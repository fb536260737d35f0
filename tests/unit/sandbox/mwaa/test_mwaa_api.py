"""MWAA's API in the local AWS."""

from __future__ import annotations

import json
import re
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from mwaa_ecs.sandbox.account import create_account
from mwaa_ecs.sandbox.local_aws import LocalAws

from .conftest import Mwaa, mwaa_in


def test_an_environment_comes_up_changes_and_goes(mwaa: Mwaa) -> None:
    mwaa.route_out_by_nat()
    arn = mwaa.create(Tags={"team": "data"})
    assert [mwaa.status(), mwaa.status()] == ["CREATING", "AVAILABLE"]
    mwaa.client.update_environment(Name="demo", MaxWorkers=5)
    assert [mwaa.status(), mwaa.status()] == ["UPDATING", "AVAILABLE"]
    found = mwaa.client.get_environment(Name="demo")["Environment"]
    assert (found["MinWorkers"], found["MaxWorkers"]) == (1, 5)
    assert found["LastUpdate"]["Status"] == "SUCCESS"
    mwaa.client.tag_resource(ResourceArn=arn, Tags={"cost": "7"})
    mwaa.client.untag_resource(ResourceArn=arn, tagKeys=["team"])
    assert mwaa.client.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"cost": "7"}
    assert mwaa.client.list_environments()["Environments"] == ["demo"]
    mwaa.client.delete_environment(Name="demo")
    assert mwaa.status() == "DELETING"
    with pytest.raises(mwaa.client.exceptions.ResourceNotFoundException):
        mwaa.status()


def test_an_environment_in_china_has_arns_of_chinas_partition() -> None:
    with mwaa_in("cn-north-1") as mwaa:
        mwaa.route_out_by_nat()
        mwaa.create()
        found = mwaa.environment()
        assert mwaa.status() == "AVAILABLE"
    partitions = re.findall(r"arn:([^:]*):", json.dumps(found, default=str))
    assert len(partitions) > 8
    assert set(partitions) == {"aws-cn"}
    assert found["WebserverUrl"].endswith(".cn-north-1.airflow.amazonaws.com.cn")


class OtherAccount(LocalAws):
    """A local AWS whose `client` has the keys of a role in another account."""

    def __init__(self, region: str) -> None:
        super().__init__(region=region)
        self.account_id = "222222222222"

    def client(self, service: str, region: str | None = None) -> Any:
        region = region or self.region
        if service == "sts":
            return super().client(service, region)
        role = f"arn:aws:iam::{self.account_id}:role/ci"
        keys = self.role_environment(role, "ci", region)
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=self.endpoint_url,
            aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
            aws_session_token=keys["AWS_SESSION_TOKEN"],
            config=Config(inject_host_prefix=False),
        )


def test_an_environment_is_judged_in_its_own_account() -> None:
    with mwaa_in("eu-west-1", OtherAccount) as mwaa:
        mwaa.route_out_by_nat()
        assert ":222222222222:" in mwaa.create()
        assert [mwaa.status(), mwaa.status()] == ["CREATING", "AVAILABLE"]
        (group,) = mwaa.aws.client("logs").describe_log_groups()["logGroups"]
        assert group["logGroupName"] == "airflow-demo-Task"
        # moto forgets all keys with a reset.
        mwaa.aws.reset()
        other = create_account(mwaa.aws)
        arns = {
            "ExecutionRoleArn": other.mwaa_execution_role_arn,
            "SourceBucketArn": mwaa.place.arn("s3", other.dags_bucket_name),
        }
        mwaa.client = mwaa.aws.client("mwaa")
        # moto names any one of the subnets that are missing.
        refusal = mwaa.refusal(**arns)
        assert refusal.endswith("does not exist")
        assert any(subnet in refusal for subnet in mwaa.account.subnet_ids)


def test_the_default_accounts_subnets_are_not_another_accounts() -> None:
    with mwaa_in("eu-west-1", OtherAccount) as mwaa:
        default = boto3.client(
            "mwaa",
            region_name="eu-west-1",
            endpoint_url=mwaa.aws.endpoint_url,
            aws_access_key_id=mwaa.aws.environment()["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=mwaa.aws.environment()["AWS_SECRET_ACCESS_KEY"],
            config=Config(inject_host_prefix=False),
        )
        with pytest.raises(ClientError, match=r"subnet ID.*does not exist"):
            default.create_environment(**mwaa.request())


def test_its_log_groups_have_mwaas_names_and_outlive_it(mwaa: Mwaa) -> None:
    mwaa.create(LoggingConfiguration={"WorkerLogs": {"Enabled": True, "LogLevel": "ERROR"}})
    groups = mwaa.aws.client("logs").describe_log_groups()["logGroups"]
    assert {group["logGroupName"] for group in groups} == {
        "airflow-demo-Task",
        "airflow-demo-Worker",
    }


def test_no_way_out_and_no_endpoints_fails_while_it_is_made(mwaa: Mwaa) -> None:
    mwaa.create()
    mwaa.status()
    found = mwaa.client.get_environment(Name="demo")["Environment"]
    assert found["Status"] == "CREATE_FAILED"
    error = found["LastUpdate"]["Error"]
    assert error["ErrorCode"] == "INCORRECT_CONFIGURATION"
    assert "no default route" in error["ErrorMessage"]
    assert "airflow.api" in error["ErrorMessage"]


def test_a_policy_that_comes_after_the_environment_comes_too_late(mwaa: Mwaa) -> None:
    mwaa.route_out_by_nat()
    iam, role = mwaa.aws.client("iam"), mwaa.account.mwaa_execution_role_name
    (attached,) = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    iam.detach_role_policy(RoleName=role, PolicyArn=attached["PolicyArn"])
    mwaa.create()
    iam.attach_role_policy(RoleName=role, PolicyArn=attached["PolicyArn"])
    mwaa.status()
    found = mwaa.client.get_environment(Name="demo")["Environment"]
    assert found["Status"] == "CREATE_FAILED"
    assert (
        "does not grant airflow:PublishMetrics" in found["LastUpdate"]["Error"]["ErrorMessage"]
    )


def test_what_is_busy_is_left_alone(mwaa: Mwaa) -> None:
    mwaa.create()
    with pytest.raises(ClientError, match="is CREATING"):
        mwaa.client.update_environment(Name="demo", MaxWorkers=5)
    with pytest.raises(ClientError, match="is CREATING"):
        mwaa.client.delete_environment(Name="demo")
    assert "already exists" in mwaa.refusal()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        pytest.param({"Name": "1st"}, "Name: 1st does not match", id="a name"),
        pytest.param({"AirflowVersion": "2.10.4"}, "2.10.4 is not supported", id="a version"),
        pytest.param({"EnvironmentClass": "mw1.nano"}, "mw1.nano is not", id="a class"),
        pytest.param({"MaxWorkers": 26}, "quota of 25", id="too many workers"),
        pytest.param({"MinWorkers": 11}, "MinWorkers", id="fewer at most than at least"),
        pytest.param(
            {"EnvironmentClass": "mw1.micro", "MinWebservers": 2, "MaxWebservers": 2},
            "The web server count for environment class mw1.micro must be 1.",
            id="two web servers of the smallest class",
        ),
        pytest.param({"Schedulers": 1}, "between 2 and 5", id="one scheduler"),
        pytest.param({"WebserverAccessMode": "PUBLIC"}, "is not one of", id="an access mode"),
        pytest.param(
            {"WeeklyMaintenanceWindowStart": "SUN:03:15"}, "does not match", id="a window"
        ),
        pytest.param(
            {"SourceBucketArn": "arn:aws:s3:::no-such"}, "Unable to access", id="a bucket"
        ),
        pytest.param(
            {"ExecutionRoleArn": "arn:aws:iam::123456789012:role/none"},
            "does not exist",
            id="a role",
        ),
        pytest.param(
            {"RequirementsS3Path": "requirements.txt"}, "no object", id="missing requirements"
        ),
        pytest.param({"KmsKey": "1234abcd-12ab-34cd-56ef-1234567890ab"}, "KMS key", id="a key"),
    ],
)
def test_what_mwaa_does_not_take_is_refused(
    changed: dict[str, Any], message: str, mwaa: Mwaa
) -> None:
    assert message in mwaa.refusal(**changed)
    assert mwaa.client.list_environments()["Environments"] == []


def test_a_bucket_without_versions_is_refused(mwaa: Mwaa) -> None:
    s3, name = mwaa.aws.client("s3"), mwaa.account.dags_bucket_name
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Suspended"})
    assert "must have versioning enabled" in mwaa.refusal()


def test_a_public_bucket_is_refused(mwaa: Mwaa) -> None:
    name = mwaa.account.dags_bucket_name
    mwaa.aws.client("s3").delete_public_access_block(Bucket=name)
    assert "must block all public access" in mwaa.refusal()


def test_three_subnets_or_two_in_one_zone_are_refused(mwaa: Mwaa) -> None:
    first, second = mwaa.account.subnet_ids
    groups = {"SecurityGroupIds": [mwaa.group]}
    ec2 = mwaa.aws.client("ec2")
    zone = ec2.describe_subnets(SubnetIds=[first])["Subnets"][0]["AvailabilityZone"]
    beside = ec2.create_subnet(
        VpcId=mwaa.account.vpc_id, CidrBlock="10.192.30.0/24", AvailabilityZone=zone
    )["Subnet"]["SubnetId"]
    three = mwaa.refusal(NetworkConfiguration={"SubnetIds": [first, second, beside], **groups})
    assert "NetworkConfiguration.SubnetIds: 3 is not allowed" in three
    both = mwaa.refusal(NetworkConfiguration={"SubnetIds": [first, beside], **groups})
    assert "must be in different availability zones" in both


def test_public_subnets_are_refused(mwaa: Mwaa) -> None:
    ec2 = mwaa.aws.client("ec2")
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=mwaa.account.vpc_id)
    mwaa.route_out(GatewayId=gateway)
    assert "it must be private" in mwaa.refusal()


def test_a_security_group_of_another_vpc_is_refused(mwaa: Mwaa) -> None:
    ec2 = mwaa.aws.client("ec2")
    other = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    group = ec2.create_security_group(GroupName="other", Description="x", VpcId=other)
    network = {
        "SubnetIds": list(mwaa.account.subnet_ids),
        "SecurityGroupIds": [group["GroupId"]],
    }
    assert f"is in {other}" in mwaa.refusal(NetworkConfiguration=network)


@pytest.mark.parametrize(
    ("changed", "member"),
    [
        ({"AirflowConfigurationOptions": {"Core.retries": "2"}}, "AirflowConfigurationOptions"),
        (
            {"AirflowConfigurationOptions": {"core.note": "é"}},
            "AirflowConfigurationOptions.core.note",
        ),
        ({"Tags": {"team": "a,b"}}, "Tags.team"),
    ],
)
def test_options_and_tags_outside_of_the_patterns_are_refused(
    mwaa: Mwaa, changed: dict[str, Any], member: str
) -> None:
    assert f"{member}: " in mwaa.refusal(**changed)


def test_options_and_tags_within_the_patterns_are_accepted(mwaa: Mwaa) -> None:
    mwaa.create(
        AirflowConfigurationOptions={"metrics.statsd.host": "~ 1 ~"},
        Tags={"Größe: x/y": "m@x.com"},
    )
    assert mwaa.environment()["Tags"] == {"Größe: x/y": "m@x.com"}
