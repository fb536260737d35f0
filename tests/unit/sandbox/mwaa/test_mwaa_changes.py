"""Updates of environments and their results."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from mwaa_ecs.sandbox.airflow.versions import known_versions
from mwaa_ecs.sandbox.mwaa.limits import AIRFLOW_VERSIONS

from .conftest import Mwaa


@pytest.fixture
def made(mwaa: Mwaa) -> Mwaa:
    """An environment that is AVAILABLE."""
    mwaa.route_out_by_nat()
    mwaa.create(AirflowVersion="3.0.6")
    assert [mwaa.status(), mwaa.status()] == ["CREATING", "AVAILABLE"]
    return mwaa


def _role(mwaa: Mwaa, name: str) -> str:
    """Return a role that MWAA can assume and that has no permissions."""
    iam = mwaa.aws.client("iam")
    found = iam.get_role(RoleName=mwaa.account.mwaa_execution_role_name)["Role"]
    trust = json.dumps(found["AssumeRolePolicyDocument"])
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)
    return str(made["Role"]["Arn"])


def _group(mwaa: Mwaa, vpc_id: str) -> str:
    made = mwaa.aws.client("ec2").create_security_group(
        GroupName="other", Description="x", VpcId=vpc_id
    )
    return str(made["GroupId"])


def _refused(mwaa: Mwaa, **changed: Any) -> str:
    with pytest.raises(ClientError) as caught:
        mwaa.client.update_environment(Name="demo", **changed)
    assert caught.value.response["Error"]["Code"] == "ValidationException"
    assert mwaa.status() == "AVAILABLE"
    return str(caught.value.response["Error"]["Message"])


def test_a_role_that_may_not_do_its_work_is_taken_back(made: Mwaa) -> None:
    role = _role(made, "powerless")
    before = made.environment()
    made.client.update_environment(Name="demo", ExecutionRoleArn=role, MaxWorkers=7)
    assert [made.status() for _ in range(3)] == ["UPDATING", "ROLLING_BACK", "UPDATE_FAILED"]
    found = made.environment()
    error = found["LastUpdate"]["Error"]
    assert error["ErrorCode"] == "INCORRECT_CONFIGURATION"
    assert "does not grant airflow:PublishMetrics" in error["ErrorMessage"]
    left_alone = set(before) - {"Status", "LastUpdate"}
    assert {key: found[key] for key in left_alone} == {key: before[key] for key in left_alone}


def test_after_a_failed_change_another_can_be_made(made: Mwaa) -> None:
    made.client.update_environment(Name="demo", ExecutionRoleArn=_role(made, "powerless"))
    while made.status() != "UPDATE_FAILED":
        pass
    made.client.update_environment(Name="demo", MaxWorkers=7)
    assert [made.status(), made.status()] == ["UPDATING", "AVAILABLE"]
    assert made.environment()["MaxWorkers"] == 7


def test_groups_that_do_not_let_themselves_in_are_taken_back(made: Mwaa) -> None:
    group = _group(made, made.account.vpc_id)
    network = {"SecurityGroupIds": [group]}
    made.client.update_environment(Name="demo", NetworkConfiguration=network)
    assert [made.status() for _ in range(3)] == ["UPDATING", "ROLLING_BACK", "UPDATE_FAILED"]
    assert made.environment()["NetworkConfiguration"]["SecurityGroupIds"] == [made.group]


def test_without_what_it_stood_on_it_comes_to_rest_nowhere(made: Mwaa) -> None:
    ec2 = made.aws.client("ec2")
    (table,) = ec2.describe_route_tables(
        Filters=[{"Name": "vpc-id", "Values": [made.account.vpc_id]}]
    )["RouteTables"]
    ec2.delete_route(RouteTableId=table["RouteTableId"], DestinationCidrBlock="0.0.0.0/0")
    made.client.update_environment(Name="demo", MaxWorkers=7)
    assert [made.status() for _ in range(3)] == ["UPDATING", "ROLLING_BACK", "UNAVAILABLE"]
    with pytest.raises(ClientError, match="is UNAVAILABLE"):
        made.client.update_environment(Name="demo", MaxWorkers=8)
    made.client.delete_environment(Name="demo")
    assert made.status() == "DELETING"


def test_an_empty_path_takes_the_requirements_out(made: Mwaa) -> None:
    made.aws.client("s3").put_object(
        Bucket=made.account.dags_bucket_name, Key="requirements.txt", Body=b""
    )
    made.client.update_environment(Name="demo", RequirementsS3Path="requirements.txt")
    assert [made.status(), made.status()] == ["UPDATING", "AVAILABLE"]
    assert made.environment()["RequirementsS3Path"] == "requirements.txt"
    made.client.update_environment(Name="demo", RequirementsS3Path="")
    assert [made.status(), made.status()] == ["UPDATING", "AVAILABLE"]
    assert "RequirementsS3Path" not in made.environment()


def test_groups_of_another_vpc_are_refused(made: Mwaa) -> None:
    other = made.aws.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    network = {"SecurityGroupIds": [_group(made, other)]}
    assert f"is in {other}" in _refused(made, NetworkConfiguration=network)


def test_another_major_version_takes_a_new_environment(made: Mwaa) -> None:
    assert "it takes a new environment" in _refused(made, AirflowVersion="2.11.0")


@pytest.mark.parametrize("version", ["3.2.1", "3.3.1"])
def test_another_version_is_changed_to_after_a_snapshot(version: str, made: Mwaa) -> None:
    made.client.update_environment(Name="demo", AirflowVersion=version)
    states = [made.status() for _ in range(3)]
    assert states == ["CREATING_SNAPSHOT", "UPDATING", "AVAILABLE"]
    assert made.environment()["AirflowVersion"] == version


def test_without_a_version_it_is_the_newest_and_that_can_be_run_here(mwaa: Mwaa) -> None:
    mwaa.create()
    assert mwaa.environment()["AirflowVersion"] == AIRFLOW_VERSIONS[-1]
    assert AIRFLOW_VERSIONS[-1] in known_versions()


def test_a_web_server_with_both_accesses_has_an_endpoint_and_needs_airflow_3_2(
    mwaa: Mwaa,
) -> None:
    both = "PUBLIC_AND_PRIVATE"
    message = mwaa.refusal(WebserverAccessMode=both, AirflowVersion="3.0.6")
    assert f"{both} is not supported for Airflow version 3.0.6" in message
    mwaa.create(WebserverAccessMode=both, AirflowVersion="3.2.1")
    assert "WebserverVpcEndpointService" in mwaa.environment()


def test_a_public_web_server_has_no_endpoint(mwaa: Mwaa) -> None:
    mwaa.create(WebserverAccessMode="PUBLIC_ONLY")
    assert "WebserverVpcEndpointService" not in mwaa.environment()


def test_endpoints_of_ones_own_are_waited_for_in_its_vpc(mwaa: Mwaa) -> None:
    mwaa.route_out_by_nat()
    mwaa.create(EndpointManagement="CUSTOMER", WebserverAccessMode="PRIVATE_ONLY")
    assert [mwaa.status(), mwaa.status()] == ["CREATING", "PENDING"]
    ec2, found = mwaa.aws.client("ec2"), mwaa.environment()
    other = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    elsewhere = ec2.create_subnet(VpcId=other, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    services = found["DatabaseVpcEndpointService"], found["WebserverVpcEndpointService"]

    def endpoints(vpc_id: str, subnet_id: str, names: tuple[str, ...]) -> None:
        for name in names:
            ec2.create_vpc_endpoint(
                VpcId=vpc_id,
                ServiceName=name,
                VpcEndpointType="Interface",
                SubnetIds=[subnet_id],
            )

    endpoints(other, elsewhere, services)
    assert [mwaa.status(), mwaa.status()] == ["PENDING", "PENDING"]
    vpc_id, subnet_id = mwaa.account.vpc_id, mwaa.account.subnet_ids[0]
    endpoints(vpc_id, subnet_id, services[:1])
    assert [mwaa.status(), mwaa.status()] == ["PENDING", "PENDING"]
    endpoints(vpc_id, subnet_id, services[1:])
    assert [mwaa.status(), mwaa.status()] == ["PENDING", "AVAILABLE"]


def test_a_key_of_ones_own_is_taken(mwaa: Mwaa) -> None:
    mwaa.route_out_by_nat()
    key = mwaa.aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    mwaa.create(KmsKey=key)
    assert [mwaa.status(), mwaa.status()] == ["CREATING", "AVAILABLE"]
    assert mwaa.environment()["KmsKey"] == key
