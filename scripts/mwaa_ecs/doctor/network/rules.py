"""Judges traffic by routes, network ACLs and security groups, in pure functions.

https://docs.aws.amazon.com/vpc/latest/userguide/RouteTables.html#route-tables-priority
https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from ipaddress import IPv4Network, ip_network
from typing import Any

Json = Mapping[str, Any]

ANYWHERE = IPv4Network("0.0.0.0/0")
HTTPS = 443
RETURN_PORTS = (1024, 65535)
"""Ports that answers come back to: AWS documents this range for all clients."""
LINUX_PORTS = (32768, 60999)
"""Ports that a program on Linux opens connections from, as tasks do."""

_TCP = frozenset({"-1", "tcp", "6"})
_HOP_KEYS = (
    "NatGatewayId", "GatewayId", "TransitGatewayId", "VpcPeeringConnectionId",
    "NetworkInterfaceId", "LocalGatewayId", "CarrierGatewayId", "EgressOnlyInternetGatewayId",
    "CoreNetworkArn", "InstanceId",
)  # fmt: skip


# -- routes ----------------------------------------------------------------------------------


def table_of(tables: Sequence[Json], subnet_id: str) -> Json | None:
    """Return the route table of a subnet: the one it is associated with, else the main one."""
    for table in tables:
        for association in table.get("Associations") or ():
            if association.get("SubnetId") == subnet_id:
                return table
    return next(
        (
            table
            for table in tables
            if any(one.get("Main") for one in table.get("Associations") or ())
        ),
        None,
    )


def route_to(table: Json, network: IPv4Network) -> Json | None:
    """Return the route with the longest prefix that takes all addresses of a network."""
    covering = [
        (cidr.prefixlen, route)
        for route in table.get("Routes") or ()
        if (cidr := _cidr(route.get("DestinationCidrBlock"))) is not None
        and network.subnet_of(cidr)
    ]
    return max(covering, key=lambda one: one[0])[1] if covering else None


def narrower_routes(table: Json) -> list[Json]:
    """Return routes that take some public addresses away from the default route."""
    return [
        route
        for route in table.get("Routes") or ()
        if (cidr := _cidr(route.get("DestinationCidrBlock"))) is not None
        and cidr != ANYWHERE
        and not cidr.is_private
        and route.get("GatewayId") != "local"
    ]


def hop_of(route: Json) -> str:
    """Return the id of what a route leads to."""
    return next((str(route[key]) for key in _HOP_KEYS if route.get(key)), "")


# -- network ACLs ----------------------------------------------------------------------------


def acl_of(acls: Sequence[Json], subnet_id: str) -> Json | None:
    """Return the network ACL of a subnet."""
    for acl in acls:
        for association in acl.get("Associations") or ():
            if association.get("SubnetId") == subnet_id:
                return acl
    return None


def denied_ports(
    acl: Json, network: IPv4Network, ports: tuple[int, int], *, egress: bool
) -> tuple[list[tuple[int, int]], bool]:
    """Return which ports of a range a network ACL denies to or from a network.

    Args:
        acl: the network ACL.
        network: the other side.
        ports: the first and the last port.
        egress: whether the traffic leaves the subnet.

    Returns:
        The denied ranges, and whether a rule is about only a part of the other side, so that
        more may be denied.
    """
    open_ranges, denied, partly = [ports], [], False
    entries = [one for one in acl.get("Entries") or () if bool(one.get("Egress")) is egress]
    for entry in sorted(entries, key=lambda one: int(one["RuleNumber"])):
        cidr = _cidr(entry.get("CidrBlock"))
        if cidr is None or str(entry.get("Protocol")) not in _TCP:
            continue
        denies = entry.get("RuleAction") == "deny"
        if not network.subnet_of(cidr):
            partly |= denies and cidr.overlaps(network)
            continue
        low, high = _ports(entry.get("PortRange"), entry)
        taken = [cut for one in open_ranges if (cut := _overlap(one, (low, high)))]
        if denies:
            denied += taken
        open_ranges = [rest for one in open_ranges for rest in _without(one, (low, high))]
    return [*denied, *open_ranges], partly


def _ports(found: Json | None, entry: Json) -> tuple[int, int]:
    if str(entry.get("Protocol")) == "-1" or not found:
        return 0, 65535
    return int(found.get("From", 0)), int(found.get("To", 65535))


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int] | None:
    low, high = max(one[0], other[0]), min(one[1], other[1])
    return (low, high) if low <= high else None


def _without(one: tuple[int, int], cut: tuple[int, int]) -> list[tuple[int, int]]:
    both = _overlap(one, cut)
    if both is None:
        return [one]
    parts = [(one[0], both[0] - 1), (both[1] + 1, one[1])]
    return [part for part in parts if part[0] <= part[1]]


def overlaps(ranges: Iterable[tuple[int, int]], other: tuple[int, int]) -> bool:
    """Return whether a range of ports has a port of one of some ranges."""
    return any(_overlap(one, other) for one in ranges)


# -- security groups -------------------------------------------------------------------------


def group_lets(
    permissions: Iterable[Json],
    port: int,
    networks: Sequence[IPv4Network] = (),
    groups: Collection[str] = (),
    prefix_lists: Collection[str] = (),
) -> bool | None:
    """Return whether rules of security groups let traffic through.

    Args:
        permissions: the rules: IpPermissions for what comes in, IpPermissionsEgress for what
            goes out.
        port: the TCP port.
        networks: the addresses of the other side; all of them must be let through.
        groups: security groups of the other side; one is enough.
        prefix_lists: prefix lists that hold the other side's addresses; one is enough.

    Returns:
        None where a rule is about a part of the other side's addresses only.
    """
    partly = False
    left = list(networks)
    for rule in permissions:
        protocol = str(rule.get("IpProtocol"))
        if protocol not in _TCP:
            continue
        low, high = rule.get("FromPort", 0), rule.get("ToPort", 65535)
        if protocol != "-1" and not low <= port <= high:
            continue
        if any(one.get("GroupId") in groups for one in rule.get("UserIdGroupPairs") or ()):
            return True
        lists = [one.get("PrefixListId") for one in rule.get("PrefixListIds") or ()]
        if set(lists) & set(prefix_lists):
            return True
        partly |= bool(lists)
        for one in rule.get("IpRanges") or ():
            cidr = _cidr(one.get("CidrIp"))
            if cidr is None:
                continue
            partly |= any(cidr.overlaps(net) and not net.subnet_of(cidr) for net in left)
            left = [net for net in left if not net.subnet_of(cidr)]
    if networks and not left:
        return True
    return None if partly else False


def _cidr(text: object) -> IPv4Network | None:
    if not isinstance(text, str):
        return None
    found = ip_network(text, strict=False)
    return found if isinstance(found, IPv4Network) else None
