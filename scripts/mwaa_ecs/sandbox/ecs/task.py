"""A task and its containers as ECS shows them."""

from __future__ import annotations

import queue
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mwaa_ecs.sandbox.ecs.launch import Launch
from mwaa_ecs.sandbox.ecs.overrides import echo
from mwaa_ecs.sandbox.ecs.state import Cluster, Definition, Interface, MotoBackend
from mwaa_ecs.sandbox.engines import Running

Gate = Callable[[str, "Task", Mapping[str, Any]], str | None]
"""Asked before ECS uses the task's execution role for a container: what for ("secrets",
"files", "logs", "image"), the task, the container's definition. The answer is why not, as a
stoppedReason."""


def open_gate(what_for: str, task: Task, container: Mapping[str, Any]) -> str | None:
    """A gate that stops nobody."""
    del what_for, task, container
    return None


_ARCHITECTURES = {"X86_64": "x86_64", "ARM64": "arm64"}


@dataclass
class Container:
    """A container of a task: its definition after the overrides, and how it fares."""

    definition: Mapping[str, Any]
    arn: str
    last_status: str = "PENDING"
    exit_code: int | None = None
    reason: str | None = None
    running: Running | None = None
    started: bool = False
    ended: bool = False

    @property
    def name(self) -> str:
        """Its name in the task definition."""
        return str(self.definition["name"])

    @property
    def essential(self) -> bool:
        """Whether the task ends with it."""
        return self.definition.get("essential") is not False


class Task:
    """One task. Its fields are changed by its own life and by StopTask, under `lock`."""

    def __init__(
        self,
        backend: MotoBackend,
        cluster: Cluster,
        definition: Definition,
        launch: Launch,
        capacity_provider: str | None,
    ) -> None:
        self.lock = threading.RLock()
        self.id = uuid.uuid4().hex
        self.backend = backend
        self.cluster = cluster
        self.definition = definition
        self.launch = launch
        self.capacity_provider = capacity_provider
        within = f"{cluster.name}/{self.id}"
        self.arn = backend.place.arn("ecs", f"task/{within}")
        self.containers = [
            Container(container, backend.place.arn("ecs", f"container/{within}/{uuid.uuid4()}"))
            for container in launch.containers
        ]
        self.tags = [dict(tag) for tag in launch.tags]
        self.last_status = "PROVISIONING"
        self.desired_status = "RUNNING"
        self.stop_code: str | None = None
        self.stopped_reason: str | None = None
        self.times: dict[str, float] = {"createdAt": time.time()}
        self.version = 1
        self.subnet = launch.subnets[0] if launch.subnets else None
        # Noted now: the subnet may be gone when somebody looks at the stopped task.
        self.zone = backend.availability_zone(self.subnet) if self.subnet else None
        self.attachment_id = str(uuid.uuid4())
        self.interface: Interface | None = None
        self.hurry = False
        self.news: queue.SimpleQueue[None] = queue.SimpleQueue()

    @property
    def execution_role_arn(self) -> str | None:
        """The role that ECS starts it with, after the overrides."""
        given = self.launch.overrides.get("executionRoleArn")
        return given or self.definition.execution_role_arn

    @property
    def task_role_arn(self) -> str | None:
        """The role that its containers have, after the overrides."""
        return self.launch.overrides.get("taskRoleArn") or self.definition.task_role_arn

    @property
    def stop_wanted(self) -> bool:
        """Whether it is over or about to be."""
        return self.desired_status == "STOPPED"

    @property
    def is_stopped(self) -> bool:
        """Whether it is over."""
        return self.last_status == "STOPPED"

    def move(self, status: str, *times: str) -> None:
        """Go to the status; note the time under each name."""
        with self.lock:
            self.last_status = status
            self.mark(*times)

    def mark(self, *times: str) -> None:
        """Note the time under each name, once; a change of the task all the same."""
        with self.lock:
            self.version += 1
            for name in times:
                self.times.setdefault(name, time.time())

    def want_stop(self, stop_code: str, reason: str) -> bool:
        """Ask it to stop. The first to ask gives the reason; False for those who come later."""
        with self.lock:
            if self.desired_status == "STOPPED":
                return False
            self.desired_status = "STOPPED"
            self.stop_code = stop_code
            self.stopped_reason = reason
            self.mark("stoppingAt")
        self.news.put(None)
        return True

    def kill(self) -> None:
        """End it now: no SIGTERM, no waiting."""
        with self.lock:
            self.hurry = True
            running = [container.running for container in self.containers]
        self.want_stop("TerminationNotice", "The sandbox is closing.")
        for one in running:
            if one is not None:
                one.kill()

    def describe(self, *, tags: bool = False) -> dict[str, Any]:
        """The task as DescribeTasks gives it; times are in seconds since 1970."""
        with self.lock:
            platform = self.definition.runtime_platform or {}
            shown: dict[str, Any] = {
                "attachments": self._attachments(),
                "attributes": [
                    {
                        "name": "ecs.cpu-architecture",
                        "value": _ARCHITECTURES.get(
                            platform.get("cpuArchitecture", ""), "x86_64"
                        ),
                    }
                ],
                "clusterArn": self.cluster.arn,
                "containers": [self._container(container) for container in self.containers],
                "desiredStatus": self.desired_status,
                "enableExecuteCommand": self.launch.execute_command,
                "ephemeralStorage": {"sizeInGiB": self.launch.ephemeral_storage_gib},
                "fargateEphemeralStorage": {"sizeInGiB": self.launch.ephemeral_storage_gib},
                "group": self.launch.group,
                "healthStatus": "UNKNOWN",
                "lastStatus": self.last_status,
                "launchType": "FARGATE",
                "overrides": echo(self.launch.overrides, self.definition.container_names),
                "platformFamily": "Linux",
                "platformVersion": self.launch.platform_version,
                "tags": [dict(tag) for tag in self.tags] if tags else [],
                "taskArn": self.arn,
                "taskDefinitionArn": self.definition.arn,
                "version": self.version,
                **self.times,
            }
            for key, value in (
                ("availabilityZone", self.zone),
                ("capacityProviderName", self.capacity_provider),
                ("connectivity", "CONNECTED" if "connectivityAt" in self.times else None),
                ("cpu", self.launch.cpu and str(self.launch.cpu)),
                ("memory", self.launch.memory and str(self.launch.memory)),
                ("startedBy", self.launch.started_by),
                ("stopCode", self.stop_code),
                ("stoppedReason", self.stopped_reason),
            ):
                if value is not None:
                    shown[key] = value
            return shown

    def _attachments(self) -> list[dict[str, Any]]:
        if self.subnet is None:
            return []
        details = [{"name": "subnetId", "value": self.subnet}]
        status = "PRECREATED"
        if self.interface is not None:
            status = "DELETED" if self.is_stopped else "ATTACHED"
            details += [
                {"name": "networkInterfaceId", "value": self.interface.id},
                {"name": "macAddress", "value": self.interface.mac_address},
                {"name": "privateIPv4Address", "value": self.interface.private_ip},
            ]
            if self.interface.private_dns_name:
                details.append(
                    {"name": "privateDnsName", "value": self.interface.private_dns_name}
                )
        return [
            {
                "id": self.attachment_id,
                "type": "ElasticNetworkInterface",
                "status": status,
                "details": details,
            }
        ]

    def _container(self, container: Container) -> dict[str, Any]:
        definition = container.definition
        interfaces = []
        if self.interface is not None:
            interfaces.append(
                {
                    "attachmentId": self.attachment_id,
                    "privateIpv4Address": self.interface.private_ip,
                }
            )
        shown: dict[str, Any] = {
            "containerArn": container.arn,
            "taskArn": self.arn,
            "name": container.name,
            "image": definition["image"],
            "lastStatus": container.last_status,
            "networkBindings": [],
            "networkInterfaces": interfaces,
            "healthStatus": "UNKNOWN",
            "cpu": str(definition.get("cpu") or 0),
        }
        for key, value in (
            ("memory", definition.get("memory")),
            ("memoryReservation", definition.get("memoryReservation")),
            ("runtimeId", container.running and f"{self.id}-{container.running.runtime_id}"),
        ):
            if value:
                shown[key] = str(value)
        if container.exit_code is not None:
            shown["exitCode"] = container.exit_code
        if container.reason:
            shown["reason"] = container.reason
        return shown
