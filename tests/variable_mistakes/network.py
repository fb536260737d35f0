"""Mistakes in the variables of modules/network."""

from __future__ import annotations

from typing import Any

from variable_mistakes.mistake import Mistake


def mistake(*parts: str, **inputs: Any) -> Mistake:
    return Mistake("network", inputs, parts)


def existing(*subnet_ids: str, vpc_id: str = "vpc-0a1") -> dict[str, Any]:
    return {"existing": {"vpc_id": vpc_id, "subnet_ids": list(subnet_ids)}}


CREATED = [
    *(
        mistake(f'name is "{name}"', "1 to 48 letters, digits and hyphens", name=name)
        for name in ("a b", "sg-a")
    ),
    mistake(
        'cidr_block is "10.0.0.0/28". It must be an IPv4 block from /16 to /27',
        "A /28 is AWS's smallest subnet, and MWAA needs two.",
        cidr_block="10.0.0.0/28",
    ),
    mistake(
        'cidr_block is "10.0.0.0/27", and nat_gateways is "one"',
        'Set a /26 or larger, or nat_gateways to "none".',
        cidr_block="10.0.0.0/27",
    ),
    mistake(
        'cidr_block is "10.0.1.5/16", an address inside a block',
        'Set the block: "10.0.0.0/16"',
        cidr_block="10.0.1.5/16",
    ),
    mistake(
        "availability_zones has 1 (eu-west-1a)",
        "must have 2 to 6",
        availability_zones=["eu-west-1a"],
    ),
    mistake(
        'availability_zones has 4, but cidr_block "10.0.0.0/24" has room for 3',
        "set a larger block",
        cidr_block="10.0.0.0/24",
        availability_zones=["eu-west-1a", "eu-west-1b", "eu-west-1c", "eu-west-1d"],
    ),
    mistake(
        'availability_zones has 3, but cidr_block "10.0.0.0/26" has room for 2',
        "Remove zones",
        cidr_block="10.0.0.0/26",
        availability_zones=["eu-west-1a", "eu-west-1b", "eu-west-1c"],
    ),
    mistake(
        'availability_zones is ["eu-west-1a","eu-west-1a"]',
        "Each zone must be there once",
        availability_zones=["eu-west-1a", "eu-west-1a"],
    ),
    mistake('nat_gateways is "two"', '"one", "per_zone" or "none"', nat_gateways="two"),
    mistake(
        "flow_logs.retention_in_days is 31",
        "one of 0, 1",
        flow_logs={"retention_in_days": 31},
    ),
    mistake(
        'flow_logs.traffic_type is "SOME"',
        '"ALL", "ACCEPT" or "REJECT"',
        flow_logs={"traffic_type": "SOME"},
    ),
]

ENDPOINTS = [
    mistake(
        'uses.others is ["com.amazonaws.eu-west-1.athena"]',
        "the part after com.amazonaws.<region>.",
        uses={"others": ["com.amazonaws.eu-west-1.athena"]},
    ),
    mistake('uses.others is ["s3"]', "Leave s3 out", uses={"others": ["s3"]}),
    mistake(
        'uses.interface_endpoints is false and nat_gateways is "none"',
        'set nat_gateways to "one"',
        nat_gateways="none",
        uses={"interface_endpoints": False},
    ),
    mistake(
        'uses.ecr is false and nat_gateways is "none"',
        "Set uses.ecr to true",
        nat_gateways="none",
        uses={"ecr": False},
    ),
    mistake(
        "endpoint_policies: s3: the value must be a policy in JSON",
        "with a Statement",
        endpoint_policies={"s3": "s3:GetObject"},
    ),
    mistake(
        "endpoint_policies: athena: uses has no endpoint of this name",
        "The key must be one of airflow.api",
        endpoint_policies={"athena": '{"Statement": []}'},
    ),
]

EXISTING = [
    mistake(
        "endpoint_policies is set and existing is set",
        "Leave one of them out",
        endpoint_policies={"s3": '{"Statement": []}'},
        **existing("subnet-0a1"),
    ),
    mistake(
        "within is set and existing is set",
        "existing only checks, within creates subnets",
        within={"vpc_id": "vpc-0a1", "internet_gateway_id": "igw-0a1"},
        **existing("subnet-0a1"),
    ),
    mistake(
        'within.internet_gateway_id is not set, and nat_gateways is "one"',
        "Set the id of the VPC's internet gateway",
        within={"vpc_id": "vpc-0a1"},
    ),
    mistake(
        'existing.vpc_id is "main"',
        "must be the id of a VPC",
        **existing("subnet-0a1", vpc_id="main"),
    ),
    mistake(
        'existing.subnet_ids is ["private-a"]',
        "must be the id of a subnet",
        **existing("private-a"),
    ),
    mistake(
        'existing.subnet_ids is ["subnet-0a1","subnet-0a1"]',
        "Each subnet must be there once",
        **existing("subnet-0a1", "subnet-0a1"),
    ),
    mistake(
        "flow_logs is set and existing is set",
        "Leave one of them out",
        flow_logs={},
        **existing("subnet-0a1"),
    ),
]

NETWORK = [*CREATED, *ENDPOINTS, *EXISTING]
