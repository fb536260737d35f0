"""Routes, network ACLs and security groups, judged as AWS judges them."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Any

import pytest

from mwaa_ecs.doctor.network import rules

_HERE = IPv4Network("10.0.1.0/24")


def _route(cidr: str, hop: str) -> dict[str, str]:
    key = "NatGatewayId" if hop.startswith("nat-") else "GatewayId"
    return {"DestinationCidrBlock": cidr, key: hop}


@pytest.mark.parametrize(
    ("network", "hop"),
    [
        ("10.0.1.0/24", "local"),
        ("10.0.2.5/32", "vpce-inspection"),
        ("52.1.1.0/24", "tgw"),
        ("0.0.0.0/0", "nat-1"),
    ],
)
def test_the_longest_prefix_wins(network: str, hop: str) -> None:
    table = {
        "Routes": [
            _route("0.0.0.0/0", "nat-1"),
            _route("10.0.0.0/16", "local"),
            _route("10.0.2.0/24", "vpce-inspection"),
            _route("52.0.0.0/8", "tgw"),
            {"DestinationIpv6CidrBlock": "::/0", "EgressOnlyInternetGatewayId": "eigw-1"},
            {"DestinationPrefixListId": "pl-1", "GatewayId": "vpce-s3"},
        ]
    }
    route = rules.route_to(table, IPv4Network(network))
    assert route is not None
    assert rules.hop_of(route) == hop


def test_a_subnet_without_a_table_has_the_main_one() -> None:
    main = {"RouteTableId": "main", "Associations": [{"Main": True}]}
    own = {"RouteTableId": "own", "Associations": [{"Main": False, "SubnetId": "subnet-1"}]}
    tables = [main, own]
    assert rules.table_of(tables, "subnet-1") is own
    assert rules.table_of(tables, "subnet-2") is main


def _entry(number: int, action: str, protocol: str = "6", **more: Any) -> dict[str, Any]:
    return {
        "RuleNumber": number,
        "RuleAction": action,
        "Protocol": protocol,
        "Egress": True,
        "CidrBlock": "0.0.0.0/0",
        **more,
    }


_ALL_DENIED = _entry(32767, "deny", "-1")
_ALL_ALLOWED = _entry(100, "allow", "-1")
_443, _80 = {"From": 443, "To": 443}, {"From": 80, "To": 80}


@pytest.mark.parametrize(
    ("entries", "denied", "partly"),
    [
        ([_entry(100, "allow", "-1")], [], False),
        ([_ALL_DENIED], [(443, 443)], False),
        # The lowest number decides, in whatever order they are listed.
        ([_entry(200, "allow", "-1"), _entry(100, "deny", "-1")], [(443, 443)], False),
        ([_entry(100, "allow", "-1"), _entry(200, "deny", "-1")], [], False),
        # ICMP and UDP are no TCP, and have no port range of TCP.
        ([_entry(90, "deny", "1", IcmpTypeCode={"Code": -1}), _ALL_ALLOWED], [], False),
        ([_entry(90, "deny", "17", PortRange=_443), _ALL_ALLOWED], [], False),
        ([_entry(100, "allow", PortRange=_80), _ALL_DENIED], [(443, 443)], False),
        ([_entry(100, "allow", PortRange={"From": 0, "To": 1023}), _ALL_DENIED], [], False),
        ([_entry(90, "deny", CidrBlock="52.0.0.0/8"), _entry(100, "allow", "-1")], [], True),
        ([_entry(100, "allow", CidrBlock="10.0.0.0/8"), _ALL_DENIED], [(443, 443)], False),
        ([_entry(100, "allow", "-1", Egress=False), _ALL_DENIED], [(443, 443)], False),
    ],
)  # fmt: skip
def test_a_network_acl_denies_by_the_first_rule_that_matches(
    entries: list[dict[str, Any]], denied: list[tuple[int, int]], partly: bool
) -> None:
    found = rules.denied_ports({"Entries": entries}, rules.ANYWHERE, (443, 443), egress=True)
    assert found == (denied, partly)


def test_what_two_rules_let_through_together_is_let_through() -> None:
    low = _entry(100, "allow", PortRange={"From": 1024, "To": 40000})
    high = _entry(110, "allow", PortRange={"From": 40001, "To": 65000})
    denied, _ = rules.denied_ports(
        {"Entries": [low, high, _ALL_DENIED]}, _HERE, rules.RETURN_PORTS, egress=True
    )
    assert denied == [(65001, 65535)]


_ANY = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
_HTTPS = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}


@pytest.mark.parametrize(
    ("rule", "lets"),
    [
        (_ANY, True),
        ({**_HTTPS, "IpRanges": [{"CidrIp": "10.0.0.0/16"}]}, True),
        ({**_HTTPS, "IpRanges": [{"CidrIp": "10.0.1.0/25"}]}, None),
        ({**_HTTPS, "IpRanges": [{"CidrIp": "10.0.1.0/25"}, {"CidrIp": "10.0.1.0/24"}]}, True),
        ({**_HTTPS, "IpRanges": [{"CidrIp": "10.9.0.0/16"}]}, False),
        ({**_HTTPS, "UserIdGroupPairs": [{"GroupId": "sg-there"}]}, True),
        ({**_HTTPS, "PrefixListIds": [{"PrefixListId": "pl-1"}]}, True),
        ({**_HTTPS, "PrefixListIds": [{"PrefixListId": "pl-2"}]}, None),
        ({**_ANY, "IpProtocol": "tcp", "FromPort": 80, "ToPort": 80}, False),
        ({**_ANY, "IpProtocol": "udp", "FromPort": 0, "ToPort": 65535}, False),
        ({"IpProtocol": "-1", "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}, False),
    ],
)  # fmt: skip
def test_a_security_group_lets_through_what_a_rule_names(
    rule: dict[str, Any], lets: bool | None
) -> None:
    found = rules.group_lets([rule], 443, [_HERE], ["sg-there"], ["pl-1"])
    assert found is lets
