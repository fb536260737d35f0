"""Reads from an account what a month's costs depend on. It changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mwaa_ecs.connection import Connection
from mwaa_ecs.task_runs.listing import find_contracts
from mwaa_ecs.task_runs.reading import clients_of, told
from mwaa_ecs_operator.contract import TaskContract

_INCLUDED_STORAGE = 20


@dataclass(frozen=True)
class TaskSize:
    """The sizes that a running task is billed for.

    Attributes:
        task: its name.
        platform: "FARGATE", "SPOT" or "EC2"; the last has no price of its own.
        vcpu: vCPU.
        memory: GiB, which AWS's list calls GB.
        storage: GiB of ephemeral storage over those that are included.
        arm: whether it runs on ARM64.
        subnet_ids: where it runs.
    """

    task: str
    platform: str
    vcpu: float
    memory: float
    storage: int
    arm: bool
    subnet_ids: tuple[str, ...]


@dataclass(frozen=True)
class Network:
    """Parts of the network that cost by the hour, whether used or not.

    Attributes:
        nat_gateways: NAT gateways that the subnets' routes name.
        endpoint_zones: interface endpoints of the VPC, counted in each of their zones.
    """

    nat_gateways: int
    endpoint_zones: int


def read_tasks(connection: Connection, task: str | None = None) -> list[TaskSize]:
    """Return the sizes of the tasks below the prefix, by name.

    Raises:
        UserError: there is no such task, or a right is missing.
        OperationError: AWS does not answer.
    """
    clients = clients_of(connection)
    contracts = find_contracts(connection, clients, task)
    with told():
        return [
            _size(
                contract,
                clients("ecs").describe_task_definition(
                    taskDefinition=contract.task_definition
                )["taskDefinition"],
            )
            for contract in sorted(contracts, key=lambda one: one.task)
        ]


def _size(contract: TaskContract, definition: Mapping[str, Any]) -> TaskSize:
    storage = (definition.get("ephemeralStorage") or {}).get("sizeInGiB", 0)
    network = contract.run_task.get("networkConfiguration") or {}
    return TaskSize(
        task=contract.task,
        platform=_platform(contract),
        vcpu=int(definition.get("cpu") or 0) / 1024,
        memory=int(definition.get("memory") or 0) / 1024,
        storage=max(0, int(storage) - _INCLUDED_STORAGE),
        arm=(definition.get("runtimePlatform") or {}).get("cpuArchitecture") == "ARM64",
        subnet_ids=tuple(network.get("awsvpcConfiguration", {}).get("subnets", ())),
    )


def _platform(contract: TaskContract) -> str:
    strategy = contract.run_task.get("capacityProviderStrategy")
    if not strategy:
        return "FARGATE" if contract.run_task.get("launchType") == "FARGATE" else "EC2"
    providers = {str(one["capacityProvider"]) for one in strategy if one.get("weight", 0) > 0}
    providers = providers or {str(one["capacityProvider"]) for one in strategy}
    if providers == {"FARGATE_SPOT"}:
        return "SPOT"
    return "FARGATE" if providers <= {"FARGATE", "FARGATE_SPOT"} else "EC2"


def read_network(connection: Connection, subnet_ids: Iterable[str]) -> Network:
    """Return what is paid by the hour for the network of some subnets.

    Raises:
        UserError: a right is missing.
        OperationError: AWS does not answer.
    """
    wanted = sorted(set(subnet_ids))
    if not wanted:
        return Network(0, 0)
    ec2 = connection.client("ec2")
    with told():
        subnets = ec2.describe_subnets(SubnetIds=wanted)["Subnets"]
        vpcs = [{"Name": "vpc-id", "Values": sorted({one["VpcId"] for one in subnets})}]
        tables = ec2.get_paginator("describe_route_tables").paginate(Filters=vpcs)
        endpoints = ec2.get_paginator("describe_vpc_endpoints").paginate(Filters=vpcs)
        gateways = {
            route["NatGatewayId"]
            for page in tables
            for table in page["RouteTables"]
            if _serves(table, wanted)
            for route in table["Routes"]
            if route.get("NatGatewayId")
        }
        zones = sum(
            len(one.get("SubnetIds") or ())
            for page in endpoints
            for one in page["VpcEndpoints"]
            if one.get("VpcEndpointType") == "Interface"
        )
    return Network(len(gateways), zones)


def _serves(table: Mapping[str, Any], subnet_ids: list[str]) -> bool:
    """Tell whether a route table may serve one of the subnets; the VPC's main one may."""
    return any(
        one.get("Main") or one.get("SubnetId") in subnet_ids for one in table["Associations"]
    )
