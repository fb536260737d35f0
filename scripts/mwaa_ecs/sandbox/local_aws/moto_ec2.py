"""Adds network interfaces and routes to moto's VPC endpoints, and the states of routes.

Terraform reads from these which endpoints and ways out an existing VPC has. Rules of security
groups have the descriptions that AWS accepts, and show them.
"""

from __future__ import annotations

import re
from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.managed_prefixes import ManagedPrefixList
from moto.ec2.models.route_tables import RouteTable
from moto.ec2.models.security_groups import SecurityGroup, SecurityGroupRule
from moto.ec2.models.vpcs import VPCBackend, VPCEndPoint

from mwaa_ecs.sandbox.patches import Patches

_INTERFACE = "vpc_endpoint"
_PREFIX_LIST_FILTER = "route.destination-prefix-list-id"
_STATE_FILTER = "route.state"
_CHARACTERS = "a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*"
_DESCRIPTION = re.compile(r"[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]{0,255}")


def show_vpc_endpoints_as_aws_does(patches: Patches) -> None:
    """Give endpoints the network interfaces and routes that AWS gives them.

    moto's interfaces have no description, the default security group and a random address.
    moto ignores later changes of an endpoint's subnets and route tables.
    """
    create, modify = VPCBackend.create_vpc_endpoint, VPCEndPoint.modify
    get_filter_value = RouteTable.get_filter_value

    def create_vpc_endpoint(self: Any, *args: Any, **kwargs: Any) -> Any:
        endpoint = create(self, *args, **kwargs)
        _settle(endpoint)
        return endpoint

    def modify_endpoint(self: Any, *args: Any, **kwargs: Any) -> None:
        modify(self, *args, **kwargs)
        _settle(self)

    def filter_value(self: Any, filter_name: str, method_name: str | None = None) -> Any:
        if filter_name == _PREFIX_LIST_FILTER:
            return [
                route.destination_prefix_list_id
                for route in self.routes
                if route.destination_prefix_list_id is not None
            ]
        if filter_name == _STATE_FILTER:
            return [_state(route) for route in self.routes]
        return get_filter_value(self, filter_name, method_name)

    patches.replace(VPCBackend, "create_vpc_endpoint", create_vpc_endpoint)
    patches.replace(VPCEndPoint, "modify", modify_endpoint)
    patches.replace(RouteTable, "get_filter_value", filter_value)
    patches.replace(ManagedPrefixList, "cidrs", property(_cidrs))


def describe_security_groups_as_aws_does(patches: Patches) -> None:
    """Refuse the descriptions of groups and rules that AWS refuses; show those of all rules.

    moto accepts any text, and shows the description of a rule for an address range alone.
    """
    create_group, create_rule = SecurityGroup.__init__, SecurityGroupRule.__init__

    def group(self: Any, *args: Any, **kwargs: Any) -> None:
        create_group(self, *args, **kwargs)
        _check_description("security group", self.description)

    def rule(self: Any, *args: Any, **kwargs: Any) -> None:
        create_rule(self, *args, **kwargs)
        _check_description("rule", self.description)

    def description(self: Any) -> str | None:
        found = [given.get("Description") for given in (self.ip_range, self.source_group)]
        return next((text for text in found if text is not None), None)

    patches.replace(SecurityGroup, "__init__", group)
    patches.replace(SecurityGroupRule, "__init__", rule)
    patches.replace(SecurityGroupRule, "description", property(description))


def _check_description(kind: str, description: str | None) -> None:
    if not _DESCRIPTION.fullmatch(description or ""):
        raise EC2ClientError(
            "InvalidParameterValue",
            f"Invalid {kind} description. Valid descriptions are strings less than 256 "
            f"characters from the following set:  {_CHARACTERS}",
        )


def _settle(endpoint: Any) -> None:
    """Create and delete interfaces or routes to match an endpoint's subnets or tables."""
    kind = (endpoint.vpc_endpoint_type or "Gateway").lower()
    if kind == "interface":
        _settle_interfaces(endpoint)
    elif kind == "gateway":
        endpoint.private_dns_enabled = False
        _settle_routes(endpoint)


def _settle_interfaces(endpoint: Any) -> None:
    backend = endpoint.ec2_backend
    kept = {}
    for identifier in endpoint.network_interface_ids:
        interface = backend.enis[identifier]
        if (
            interface.interface_type == _INTERFACE
            and interface.subnet_id in endpoint.subnet_ids
        ):
            kept[interface.subnet_id] = interface
        else:
            del backend.enis[identifier]
    for subnet_id in endpoint.subnet_ids:
        if subnet_id not in kept:
            made = backend.create_network_interface(
                subnet_id, None, description=f"VPC Endpoint Interface {endpoint.id}"
            )
            made.interface_type, made.requester_managed = _INTERFACE, True
            made.status = "in-use"
            kept[subnet_id] = made
    for interface in kept.values():
        if endpoint.security_group_ids:
            interface._group_set = [
                backend.get_security_group_from_id(identifier)
                for identifier in endpoint.security_group_ids
            ]
    endpoint.network_interface_ids = [interface.id for interface in kept.values()]


def _settle_routes(endpoint: Any) -> None:
    backend, prefix_list = endpoint.ec2_backend, endpoint.destination_prefix_list_id
    if prefix_list is None:
        return
    for table in list(backend.route_tables.values()):
        has = any(route.gateway is endpoint for route in table.routes)
        needs = table.id in endpoint.route_table_ids
        if needs and not has:
            backend.create_route(
                table.id,
                None,
                gateway_id=endpoint.id,
                destination_prefix_list_id=prefix_list,
            )
        elif has and not needs:
            backend.delete_route(table.id, None, destination_prefix_list_id=prefix_list)


def _state(route: Any) -> str:
    gateway = route.nat_gateway
    return "blackhole" if gateway is not None and gateway.state == "deleted" else "active"


def _cidrs(prefix_list: Any) -> list[str]:
    entries = list(prefix_list.entries.values())
    return [entry["Cidr"] for entry in entries[-1]] if entries else []
