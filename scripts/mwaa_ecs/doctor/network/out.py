"""Checks of the way out of a VPC: routes, NAT gateways, public addresses and DNS."""

from __future__ import annotations

from collections.abc import Iterator

from mwaa_ecs.doctor.network import rules
from mwaa_ecs.doctor.network.ways import (
    NEEDS,
    TIMEOUT,
    UNREACHABLE,
    Way,
    in_vpc,
    task_subnets,
    ways,
)
from mwaa_ecs.doctor.registry import Check
from mwaa_ecs.doctor.results import Finding, fail, unknown
from mwaa_ecs.doctor.world import Json, SkippedError, Task, World


def _route(world: World, task: Task) -> Iterator[Finding]:
    for way in ways(world, task):
        if way.endpoint is not None or way.unused:
            continue
        yield from _no_route(way)


def _no_route(way: Way) -> Iterator[Finding]:
    about = way.target.what
    if way.table is None:
        yield unknown(f"{way.subnet_id} has no route table that can be read.", about=about)
        return
    where = f"{way.table['RouteTableId']} of {way.subnet_id}"
    if way.route is None:
        yield fail(f"The route table {where} has no route out of the VPC.", about=about)
        return
    if way.route.get("State") == "blackhole":
        yield fail(
            f"The route of {where} to {way.hop} is a blackhole.",
            about=about,
        )
        return
    if not way.hop.startswith(("nat-", "igw-")):
        yield unknown(
            f"The route table {where} leads out by {way.hop}, whose way is not followed here.",
            about=about,
        )
    narrower = [one for one in rules.narrower_routes(way.table) if rules.hop_of(one) != way.hop]
    for route in narrower:
        yield unknown(
            f"The route table {where} leads {route['DestinationCidrBlock']} to "
            f"{rules.hop_of(route)}, not to {way.hop}.",
            about=about,
        )


def _nat(world: World, task: Task) -> Iterator[Finding]:
    for way in ways(world, task):
        if not way.hop.startswith("nat-") or (way.route or {}).get("State") == "blackhole":
            continue
        vpc_id = str(way.subnet["VpcId"])
        gateways = in_vpc(world, "ec2", "describe_nat_gateways", "NatGateways", vpc_id)
        found = next((one for one in gateways if one["NatGatewayId"] == way.hop), None)
        state = "gone" if found is None else str(found["State"])
        if found is None or state != "available":
            yield fail(f"The NAT gateway {way.hop} of {way.subnet_id} is {state}.")
        elif found.get("ConnectivityType") == "private":
            yield unknown(
                f"The NAT gateway {way.hop} is private; its way is not followed here."
            )
        else:
            yield from _nat_subnet(world, vpc_id, found)


def _nat_subnet(world: World, vpc_id: str, gateway: Json) -> Iterator[Finding]:
    tables = in_vpc(world, "ec2", "describe_route_tables", "RouteTables", vpc_id)
    table = rules.table_of(tables, str(gateway["SubnetId"]))
    route = None if table is None else rules.route_to(table, rules.ANYWHERE)
    hop = "" if route is None else rules.hop_of(route)
    where = f"The NAT gateway {gateway['NatGatewayId']} is in {gateway['SubnetId']}, which has"
    if not hop:
        yield fail(f"{where} no route to an internet gateway.")
    elif not hop.startswith("igw-"):
        yield unknown(f"{where} a route to {hop}, whose way is not followed here.")


def _public_ip(world: World, task: Task) -> Iterator[Finding]:
    if task.planned is not None and "assignPublicIp" not in task.network:
        raise SkippedError("whether tasks get a public address is known only after apply")
    for way in ways(world, task):
        if way.hop.startswith("igw-") and not task.public_ip:
            yield fail(
                f"{way.subnet_id} is public, and tasks get no public address: they cannot use "
                f"its route to {way.hop}."
            )


def _dns(world: World, task: Task) -> Iterator[Finding]:
    for vpc_id in sorted({str(one["VpcId"]) for one in task_subnets(world, task)}):
        values = {}
        for name, key in (
            ("enableDnsSupport", "EnableDnsSupport"),
            ("enableDnsHostnames", "EnableDnsHostnames"),
        ):
            answer = world.call("ec2", "describe_vpc_attribute", VpcId=vpc_id, Attribute=name)
            values[name] = bool(answer[key]["Value"])
        if not values["enableDnsSupport"]:
            yield fail(f"{vpc_id} has enableDnsSupport = false: no name is resolved.")
        elif not values["enableDnsHostnames"] and any(
            way.by_interface for way in ways(world, task)
        ):
            yield fail(
                f"{vpc_id} has enableDnsHostnames = false: endpoints have no private names."
            )


_OUT = (
    "Set `nat_gateways` of modules/network, or its `uses` for endpoints; or give other subnets"
    " in `network.subnet_ids`."
)
CHECKS = (
    Check(
        id="network-route",
        title="There is a route to all that the task needs.",
        sees=TIMEOUT,
        why="The subnet's route table, or the VPC's main one where the subnet has none, leads"
        " neither to a NAT gateway nor to an endpoint.",
        by_hand="aws ec2 describe-route-tables --filters Name=association.subnet-id,"
        "Values=SUBNET",
        fix=_OUT,
        needs=NEEDS,
        reasons=UNREACHABLE,
        before_apply=True,
        per_task=_route,
    ),
    Check(
        id="network-nat",
        title="The NAT gateways work.",
        sees=TIMEOUT,
        why="The NAT gateway is deleted or failed, or is in a subnet without a route to an"
        " internet gateway.",
        by_hand="aws ec2 describe-nat-gateways --nat-gateway-ids NAT",
        fix="Create the NAT gateway in a public subnet, and let the private route table lead to"
        " it.",
        needs=(*NEEDS, "ec2:DescribeNatGateways"),
        reasons=UNREACHABLE,
        before_apply=True,
        per_task=_nat,
    ),
    Check(
        id="network-public-ip",
        title="Tasks in public subnets have a public address.",
        sees=TIMEOUT,
        why="An internet gateway serves only what has a public address.",
        by_hand="aws ssm get-parameter --name /mwaa/tasks/TASK --query Parameter.Value",
        fix="Set `network.assign_public_ip = true`, or give private subnets.",
        needs=NEEDS,
        reasons=UNREACHABLE,
        before_apply=True,
        per_task=_public_ip,
    ),
    Check(
        id="network-dns",
        title="The VPC resolves names.",
        sees="The task stops with `no such host`.",
        why="The VPC has enableDnsSupport or enableDnsHostnames off.",
        by_hand="aws ec2 describe-vpc-attribute --vpc-id VPC --attribute enableDnsSupport",
        fix="Set enable_dns_support and enable_dns_hostnames of the VPC to true.",
        needs=(*NEEDS, "ec2:DescribeVpcAttribute"),
        reasons=("logs-name", "logs-unreachable"),
        before_apply=True,
        per_task=_dns,
    ),
)
