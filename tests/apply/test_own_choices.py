"""Inputs that the MWAA examples leave at their defaults, applied to the local AWS at once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import tftest

from mwaa_ecs.plan import Plan
from mwaa_ecs.sandbox.account import Account
from mwaa_ecs.sandbox.inventory import inventory
from mwaa_ecs.sandbox.local_aws import LocalAws
from mwaa_ecs.terraform.configuration import copy_configuration

FOLDER = Path(__file__).resolve().parent / "own_choices"


@dataclass(frozen=True)
class Made:
    """The created resources, and how to plan again."""

    aws: LocalAws
    terraform: tftest.TerraformTest
    var_file: str
    outputs: dict[str, Any]
    before: frozenset[str]

    def client(self, service: str) -> Any:
        return self.aws.client(service)

    def environment(self) -> dict[str, Any]:
        found: dict[str, Any] = self.client("mwaa").get_environment(Name="own")["Environment"]
        return found


@pytest.fixture(scope="module")
def made(
    tmp_path_factory: pytest.TempPathFactory, local_aws: LocalAws, account: Account
) -> Made:
    ec2 = local_aws.client("ec2")
    (table,) = ec2.describe_route_tables(
        Filters=[{"Name": "vpc-id", "Values": [account.vpc_id]}]
    )["RouteTables"]
    interface = {"VpcEndpointType": "Interface", "SubnetIds": list(account.subnet_ids)}
    kinds: dict[str, dict[str, Any]] = {
        "s3": {"VpcEndpointType": "Gateway", "RouteTableIds": [table["RouteTableId"]]},
        "logs": {**interface, "PrivateDnsEnabled": True},
        "ecs": {**interface, "PrivateDnsEnabled": False},
    }
    for service, kind in kinds.items():
        name = f"com.amazonaws.eu-west-1.{service}"
        ec2.create_vpc_endpoint(VpcId=account.vpc_id, ServiceName=name, **kind)
    folder = copy_configuration(FOLDER, tmp_path_factory.mktemp("own") / "copy")
    var_file = folder / "test.tfvars.json"
    declared = frozenset({"region", "vpc_id", "subnet_ids"})
    var_file.write_text(json.dumps(account.variables(declared)))
    before = inventory(local_aws)
    terraform = tftest.TerraformTest(folder.name, str(folder.parent))
    terraform.setup()
    terraform.apply(tf_var_file=str(var_file))
    return Made(
        local_aws,
        terraform,
        str(var_file),
        dict(terraform.output()),
        before,
    )


def test_each_zone_has_a_nat_gateway_of_its_own(made: Made) -> None:
    ec2, told = made.client("ec2"), made.outputs["network"]
    gateways = ec2.describe_nat_gateways()["NatGateways"]
    by_zone = {}
    for zone, table in told["private_route_table_ids"].items():
        (found,) = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"]
        (way_out,) = (
            route["NatGatewayId"] for route in found["Routes"] if "NatGatewayId" in route
        )
        (gateway,) = (one for one in gateways if one["NatGatewayId"] == way_out)
        (subnet,) = ec2.describe_subnets(SubnetIds=[gateway["SubnetId"]])["Subnets"]
        assert subnet["AvailabilityZone"] == zone
        by_zone[zone] = gateway
    assert len(by_zone) == 2
    assert {one["SubnetId"] for one in by_zone.values()} == set(told["public_subnet_ids"])
    addresses = {
        address["PublicIp"]
        for one in by_zone.values()
        for address in one["NatGatewayAddresses"]
    }
    assert addresses == set(told["nat_public_ips"])


def test_endpoints_exist_beside_the_nat_gateways(made: Made) -> None:
    assert made.outputs["network"]["endpoint_services"] == ["s3", "ssm"]
    found = made.client("ec2").describe_vpc_endpoints(
        Filters=[{"Name": "vpc-id", "Values": [made.outputs["network"]["vpc_id"]]}]
    )["VpcEndpoints"]
    services = {endpoint["ServiceName"].rpartition(".")[2] for endpoint in found}
    assert {"s3", "ssm"} <= services


def test_rejected_traffic_is_logged_for_a_week(made: Made) -> None:
    (log,) = made.client("ec2").describe_flow_logs()["FlowLogs"]
    assert log["ResourceId"] == made.outputs["network"]["vpc_id"]
    assert log["TrafficType"] == "REJECT"
    group = log["LogDestination"].partition(":log-group:")[2].removesuffix(":*")
    (found,) = made.client("logs").describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    assert found["retentionInDays"] == 7


def test_the_environment_comes_up_with_its_key_once_its_endpoints_are_there(
    made: Made,
) -> None:
    environment = made.environment()
    if environment["Status"] == "PENDING":
        environment = made.environment()
    assert environment["Status"] == "AVAILABLE"
    assert environment["KmsKey"].startswith("arn:aws:kms:")
    (rule,) = made.client("s3").get_bucket_encryption(
        Bucket=environment["SourceBucketArn"].rpartition(":")[2]
    )["ServerSideEncryptionConfiguration"]["Rules"]
    default = rule["ApplyServerSideEncryptionByDefault"]
    assert default["KMSMasterKeyID"] == environment["KmsKey"]


def test_the_role_has_the_additional_policies(made: Made) -> None:
    iam = made.client("iam")
    role = "own-mwaa-eu-west-1"
    assert set(iam.list_role_policies(RoleName=role)["PolicyNames"]) == {"mwaa", "mail"}
    attached = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    assert [policy["PolicyName"] for policy in attached] == ["queries"]


def test_a_second_plan_is_empty_and_names_what_the_existing_vpc_lacks(made: Made) -> None:
    plan = Plan(dict(made.terraform.plan(output=True, tf_var_file=made.var_file)))
    assert [one.address for one in plan.changes if one.action not in ("no-op", "read")] == []
    nameless, missing = sorted(plan.failed_checks, key=lambda said: "has no inter" in said)
    lacks = "airflow.api, airflow.env, airflow.ops, ecr.api, ecr.dkr, kms, monitoring, sqs, ssm"
    assert f"has no interface endpoint for {lacks}." in missing
    assert "private DNS" in nameless
    assert "ecs" in nameless
    assert "logs" not in nameless


def test_after_destroy_nothing_is_left(made: Made) -> None:
    made.terraform.destroy(tf_var_file=made.var_file)
    assert inventory(made.aws) - made.before == set()
