"""moto's clusters, task definitions and networks, for the code that runs tasks.

Functions here return plain data, because moto's classes change between versions.
"""

from __future__ import annotations

import ipaddress
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from moto.backends import get_backend

from mwaa_ecs.sandbox.ecs.errors import EcsError, client_error, invalid_parameter
from mwaa_ecs.sandbox.place import Place

_ADDRESSES = threading.Lock()
_RESERVED = 4
"""Number of addresses that AWS reserves at a subnet's start; it reserves one at the end."""


@dataclass(frozen=True)
class Cluster:
    """A cluster with its capacity providers and container instances."""

    name: str
    arn: str
    capacity_providers: tuple[str, ...]
    default_strategy: tuple[Mapping[str, Any], ...]
    container_instances: tuple[str, ...]


@dataclass(frozen=True)
class Definition:
    """A revision of a task definition; `cpu` and `memory` are as registered."""

    arn: str
    family: str
    containers: tuple[Mapping[str, Any], ...]
    compatibilities: tuple[str, ...]
    network_mode: str | None = None
    cpu: str | None = None
    memory: str | None = None
    ephemeral_storage: Mapping[str, int] | None = None
    runtime_platform: Mapping[str, str] | None = None
    tags: tuple[Mapping[str, str], ...] = ()
    execution_role_arn: str | None = None
    task_role_arn: str | None = None

    @property
    def container_names(self) -> list[str]:
        """The names of the containers in their order."""
        return [str(container["name"]) for container in self.containers]


@dataclass(frozen=True)
class Interface:
    """A task's network interface."""

    id: str
    subnet_id: str
    mac_address: str
    private_ip: str
    private_dns_name: str | None


@dataclass(frozen=True)
class MotoBackend:
    """moto's ECS and EC2 of one place."""

    place: Place
    _ecs: Any = field(init=False, repr=False, compare=False)
    _ec2: Any = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_ecs", _backend("ecs", self.place))
        object.__setattr__(self, "_ec2", _backend("ec2", self.place))

    # -- ECS ---------------------------------------------------------------------------------

    def cluster(self, name_or_arn: str | None) -> Cluster:
        """Return a cluster; without a name, the one called `default`.

        Raises:
            EcsError: the cluster does not exist or is inactive.
        """
        name = (name_or_arn or "default").rpartition("/")[2]
        found = self._ecs.clusters.get(name)
        if found is None:
            raise EcsError("ClusterNotFoundException", "Cluster not found.")
        if found.status != "ACTIVE":
            raise EcsError("ClusterNotFoundException", "The referenced cluster was inactive.")
        instances = self._ecs.container_instances.get(name, {}).values()
        return Cluster(
            name=name,
            arn=found.arn,
            capacity_providers=tuple(found.capacity_providers or ()),
            default_strategy=tuple(found.default_capacity_provider_strategy or ()),
            container_instances=tuple(
                instance.container_instance_arn
                for instance in instances
                if instance.status == "ACTIVE"
            ),
        )

    def count_tasks(self, name_or_arn: str, *, running: int, pending: int) -> None:
        """Set the numbers of tasks that DescribeClusters shows for a cluster."""
        cluster = self._ecs.clusters.get(name_or_arn.rpartition("/")[2])
        if cluster is not None:
            cluster.running_tasks_count = running
            cluster.pending_tasks_count = pending

    def definition(self, reference: str) -> Definition:
        """Return the revision that RunTask uses for a family, `family:revision` or ARN.

        Raises:
            EcsError: the revision does not exist or is inactive.
        """
        family, _, revision = reference.rpartition("/")[2].partition(":")
        revisions = self._ecs.task_definitions.get(family, {})
        if revision:
            found = revisions.get(int(revision)) if revision.isdecimal() else None
        else:
            active = [n for n, one in revisions.items() if one.status == "ACTIVE"]
            found = revisions[max(active)] if active else None
        if found is None:
            raise client_error("TaskDefinition not found.")
        if found.status != "ACTIVE":
            raise invalid_parameter("TaskDefinition is inactive")
        return Definition(
            arn=found.arn,
            family=family,
            containers=tuple(found.container_definitions),
            compatibilities=tuple(found.compatibilities or ()),
            network_mode=found.network_mode,
            cpu=found.cpu,
            memory=found.memory,
            ephemeral_storage=found.ephemeral_storage,
            runtime_platform=found.runtime_platform,
            tags=tuple(found.tags or ()),
            execution_role_arn=getattr(found, "execution_role_arn", None),
            task_role_arn=getattr(found, "task_role_arn", None),
        )

    # -- EC2 ---------------------------------------------------------------------------------

    def check_network(self, subnets: Sequence[str], security_groups: Sequence[str]) -> None:
        """Check a task's subnets and security groups as RunTask does.

        Raises:
            EcsError: one does not exist, or they are in different VPCs.
        """
        known = {subnet.id: subnet for subnet in self._ec2.describe_subnets()}
        for subnet_id in subnets:
            if subnet_id not in known:
                raise invalid_parameter(
                    f"Error retrieving subnet information for [{subnet_id}]: The subnet ID "
                    f"'{subnet_id}' does not exist (ErrorCode: InvalidSubnetID.NotFound)"
                )
        networks = {known[subnet_id].vpc_id for subnet_id in subnets}
        if len(networks) > 1:
            raise invalid_parameter("subnets must all be in the same VPC.")
        for group_id in security_groups:
            group = self._ec2.get_security_group_from_id(group_id)
            if group is None:
                raise invalid_parameter(
                    f"Error retrieving security group information for [{group_id}]: The "
                    f"security group '{group_id}' does not exist (ErrorCode: "
                    "InvalidGroup.NotFound)"
                )
            if group.vpc_id not in networks:
                raise invalid_parameter(
                    f"Security group {group_id} does not appear to belong to the same VPC as "
                    "the input subnets."
                )

    def availability_zone(self, subnet_id: str) -> str:
        """Return the availability zone of an existing subnet."""
        return str(self._ec2.get_subnet(subnet_id).availability_zone)

    def create_interface(
        self, subnet_id: str, security_groups: Sequence[str], description: str
    ) -> Interface:
        """Create a network interface; without groups, it is in the VPC's default group."""
        # moto's own RunTask wrongly requires security groups and DNS host names.
        with _ADDRESSES:
            eni = self._ec2.create_network_interface(
                subnet_id,
                self._free_address(subnet_id),
                group_ids=list(security_groups),
                description=description,
            )
        eni.status = "in-use"
        return Interface(
            id=eni.id,
            subnet_id=subnet_id,
            mac_address=eni.mac_address,
            private_ip=eni.private_ip_address,
            private_dns_name=getattr(eni, "private_dns_name", None),
        )

    def _free_address(self, subnet_id: str) -> str:
        # moto picks any address of the subnet, even one that is in use.
        network = ipaddress.ip_network(self._ec2.get_subnet(subnet_id).cidr_block)
        used = {str(eni.private_ip_address) for eni in list(self._ec2.enis.values())}
        last = network.num_addresses - 1
        for number in range(_RESERVED, last):
            address = str(network[number])
            if address not in used:
                return address
        raise OSError(
            "InsufficientFreeAddressesInSubnet: The specified subnet does not have enough free "
            "addresses to satisfy the request."
        )

    def delete_interface(self, interface: Interface) -> None:
        """Delete the interface if it still exists."""
        if interface.id in self._ec2.enis:
            self._ec2.delete_network_interface(interface.id)


def log_backend(place: Place) -> Any:
    """Return moto's CloudWatch Logs of a place."""
    return _backend("logs", place)


def _backend(service: str, place: Place) -> Any:
    return get_backend(service)[place.account_id][place.region]
