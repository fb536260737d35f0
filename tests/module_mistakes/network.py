"""Mistakes in the network that modules/network creates, and faults of an existing one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from module_mistakes.mistake import Message, Mistakes, message

NOTHING = {"mwaa": False, "ecs": False, "ecr": False, "ssm": False}
SUBNETS = "check.two_private_subnets_in_two_zones"
WAY_OUT = "check.a_way_out_or_the_endpoints"


def existing(
    *messages: Message, vpc: str, subnets: Sequence[str], uses: Mapping[str, Any] | None = None
) -> Mistakes:
    """Return the mistakes in an existing VPC, whose endpoints are checked if it has `uses`."""
    inputs = {
        "existing": {
            "vpc_id": vpc,
            "subnet_ids": subnets,
            "check_endpoints": uses is not None,
        },
        "uses": {**NOTHING, **(uses or {})},
    }
    return Mistakes("network", messages, inputs)


NETWORK = [
    Mistakes(
        "network",
        (
            message(
                "aws_security_group.endpoints",
                'cidr_block is "10.0.0.0/27"',
                "leave 0 addresses free in each private subnet of /28",
                "an MWAA environment needs at least 4",
                "Set a larger block, or fewer uses",
            ),
        ),
        {"cidr_block": "10.0.0.0/27", "nat_gateways": "none"},
    ),
    existing(
        message(
            SUBNETS,
            "existing.subnet_ids: $other and $small are all in eu-west-1a",
            "two private subnets in two zones",
            "Replace one of them",
        ),
        message(
            "check.free_addresses",
            "existing.subnet_ids: $small has no free address",
            "Set other subnets, or free some",
        ),
        message(
            "check.dns_host_names",
            'existing.vpc_id is "$other_vpc"',
            "DNS host names or DNS resolution is off",
            "aws ec2 modify-vpc-attribute --vpc-id $other_vpc --enable-dns-hostnames",
        ),
        vpc="$other_vpc",
        subnets=("$other", "$small"),
    ),
    existing(
        message(
            SUBNETS,
            "existing.subnet_ids has 1 ($apart)",
            "MWAA needs two private subnets",
            "Add a subnet of another zone",
        ),
        message(
            WAY_OUT,
            "existing.subnet_ids: $apart has neither a default route nor a route to",
            "an endpoint for s3",
            "create the gateway endpoint com.amazonaws.eu-west-1.s3",
            "or add the subnet's route table to it",
            "objects there cannot be reached",
        ),
        vpc="$vpc",
        subnets=("$apart",),
        uses={"ssm": True},
    ),
    existing(
        message(
            SUBNETS,
            "existing.subnet_ids: $public has a route to an internet gateway",
            "Set private subnets",
        ),
        message(
            WAY_OUT,
            "existing.subnet_ids: $second has no default route",
            "$vpc has no interface endpoint for athena",
            "Create com.amazonaws.eu-west-1.athena",
        ),
        vpc="$vpc",
        subnets=("$public", "$second"),
        uses={"others": ["athena"]},
    ),
    existing(
        message(
            SUBNETS,
            "existing.subnet_ids: $elsewhere is in $other_vpc",
            'existing.vpc_id is "$vpc"',
            "Set subnets of that VPC",
        ),
        message(
            WAY_OUT,
            "existing.subnet_ids: ",
            "has no default route",
            "private DNS is off at $ecs_endpoint (ecs)",
            "modify-vpc-endpoint --vpc-endpoint-id $ecs_endpoint --private-dns-enabled",
        ),
        vpc="$vpc",
        subnets=("$first", "$elsewhere"),
        uses={"ecs": True},
    ),
]
