"""Checks of what security groups and network ACLs let through."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Network

from mwaa_ecs.doctor.network import rules
from mwaa_ecs.doctor.network.ways import (
    NEEDS,
    TIMEOUT,
    UNREACHABLE,
    Way,
    endpoint_subnets,
    in_vpc,
    task_groups,
    ways,
)
from mwaa_ecs.doctor.registry import Check
from mwaa_ecs.doctor.results import Finding, fail, unknown, warn
from mwaa_ecs.doctor.world import Json, Task, World, names_of

_GROUPS = "ec2:DescribeSecurityGroups"


def _egress(world: World, task: Task) -> Iterator[Finding]:
    mine = task_groups(world, task)
    permissions = [rule for one in mine for rule in one["IpPermissionsEgress"]]
    names = names_of(one["GroupId"] for one in mine)
    for way in ways(world, task):
        networks: Sequence[IPv4Network] = (rules.ANYWHERE,)
        others: list[str] = []
        lists: list[str] = []
        if way.by_interface and way.endpoint is not None:
            found = endpoint_subnets(world, way)
            networks = [IPv4Network(one["CidrBlock"]) for one in found]
            others = [str(one["GroupId"]) for one in way.endpoint.get("Groups", ())]
        elif way.endpoint is not None and way.table is not None:
            lists = [
                str(one["DestinationPrefixListId"])
                for one in way.table["Routes"]
                if one.get("GatewayId") == way.endpoint["VpcEndpointId"]
                and one.get("DestinationPrefixListId")
            ]
        lets = rules.group_lets(permissions, rules.HTTPS, networks, others, lists)
        if lets is False:
            yield fail(
                f"The security groups {names} let nothing out to port 443.",
                about=way.target.what,
            )
        elif lets is None:
            yield unknown(
                f"The security groups {names} let out to some addresses on port 443 only.",
                about=way.target.what,
            )


def _acl(world: World, task: Task) -> Iterator[Finding]:
    for way in ways(world, task):
        acls = in_vpc(
            world, "ec2", "describe_network_acls", "NetworkAcls", str(way.subnet["VpcId"])
        )
        if way.by_interface:
            for other in endpoint_subnets(world, way):
                if other["SubnetId"] != way.subnet_id:
                    there = IPv4Network(other["CidrBlock"])
                    yield from _acl_both_ways(acls, way.subnet_id, there, way.target.what)
                    yield from _acl_serving(acls, other["SubnetId"], way)
        else:
            yield from _acl_both_ways(acls, way.subnet_id, rules.ANYWHERE, way.target.what)
            if way.hop.startswith("nat-"):
                yield from _nat_acl(world, acls, way)


def _nat_acl(world: World, acls: Sequence[Json], way: Way) -> Iterator[Finding]:
    vpc_id = str(way.subnet["VpcId"])
    gateways = in_vpc(world, "ec2", "describe_nat_gateways", "NatGateways", vpc_id)
    found = next((one for one in gateways if one["NatGatewayId"] == way.hop), None)
    if found is not None and found["State"] == "available":
        subnet_id = str(found["SubnetId"])
        yield from _acl_serving(acls, subnet_id, way)
        yield from _acl_both_ways(acls, subnet_id, rules.ANYWHERE, way.target.what)


def _acl_both_ways(
    acls: Sequence[Json], subnet_id: str, there: IPv4Network, about: str
) -> Iterator[Finding]:
    """Yield what a network ACL does to connections from a subnet to somewhere."""
    out = (rules.HTTPS, rules.HTTPS)
    yield from _acl_finding(acls, subnet_id, there, out, True, about)
    yield from _acl_finding(acls, subnet_id, there, rules.RETURN_PORTS, False, about)


def _acl_serving(acls: Sequence[Json], subnet_id: str, way: Way) -> Iterator[Finding]:
    """Yield what a network ACL does to connections from the task's subnet to another one."""
    into, about = (rules.HTTPS, rules.HTTPS), way.target.what
    yield from _acl_finding(acls, subnet_id, way.cidr, into, False, about)
    yield from _acl_finding(acls, subnet_id, way.cidr, rules.RETURN_PORTS, True, about)


def _acl_finding(
    acls: Sequence[Json],
    subnet_id: str,
    there: IPv4Network,
    ports: tuple[int, int],
    egress: bool,
    about: str,
) -> Iterator[Finding]:
    acl = rules.acl_of(acls, subnet_id)
    if acl is None:
        return
    denied, partly = rules.denied_ports(acl, there, ports, egress=egress)
    direction = "out to" if egress else "in from"
    name = f"The network ACL {acl['NetworkAclId']} of {subnet_id}"
    place = "anywhere" if there == rules.ANYWHERE else str(there)
    if denied:
        shown = ", ".join(
            str(low) if low == high else f"{low}-{high}" for low, high in sorted(denied)
        )
        stops = ports[0] == rules.HTTPS or rules.overlaps(denied, rules.LINUX_PORTS)
        make = fail if stops else warn
        yield make(f"{name} denies ports {shown} {direction} {place}.", about=about)
    elif partly:
        yield unknown(f"{name} denies some addresses {direction} {place}.", about=about)


CHECKS = (
    Check(
        id="network-egress",
        title="The security groups let the task out on port 443.",
        sees=TIMEOUT,
        why="A security group without a rule for what goes out lets nothing out.",
        by_hand="aws ec2 describe-security-groups --group-ids GROUP"
        " --query SecurityGroups[].IpPermissionsEgress",
        fix="Leave `network.security_group_ids` out, so that the module creates a group, or let"
        " the group out on 443.",
        needs=(*NEEDS, _GROUPS),
        reasons=UNREACHABLE,
        before_apply=True,
        per_task=_egress,
    ),
    Check(
        id="network-acl",
        title="The network ACLs let 443 out and the answers in.",
        sees=TIMEOUT,
        why="A network ACL knows no connections: it must let 443 out and 1024-65535 in, in the"
        " subnets of tasks, of NAT gateways and of endpoints.",
        by_hand="aws ec2 describe-network-acls --filters Name=association.subnet-id,"
        "Values=SUBNET",
        fix="Add rules to the network ACL for TCP 443 out and TCP 1024-65535 in.",
        needs=(*NEEDS, "ec2:DescribeNetworkAcls", "ec2:DescribeNatGateways"),
        reasons=UNREACHABLE,
        before_apply=True,
        per_task=_acl,
    ),
)
