"""The state of a task and its containers, and the form in which DescribeTasks shows them."""

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
"""Decides whether ECS may use a task's execution role for a container.

Takes the purpose ("secrets", "files", "logs" or "image"), the task and the container
definition. Returns None if the role may be used, else the task's stoppedReason.
"""


def open_gate(what_for: str, task: Task, container: Mapping[str, Any]) -> str | None:
    """Allow every use of the execution role."""
    del what_for, task, container
    return None


_ARCHITECTURES = {"X86_64": "x86_64", "ARM64": "arm64"}


@dataclass
class Container:
    """A container of a task: its definition after the overrides, and its state."""

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
        """The container's name in the task definition."""
        return str(self.definition["name"])

    @property
    def essential(self) -> bool:
        """True if the task stops when this container does."""
        return self.definition.get("essential") is not False


class Task:
    """A task. TaskLifecycle and StopTask change its fields while they hold `lock`."""

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
        # Stored now, because the subnet may be deleted while the stopped task is still shown.
        self.zone = backend.availability_zone(self.subnet) if self.subnet else None
        self.attachment_id = str(uuid.uuid4())
        self.interface: Interface | None = None
        self.killed = False
        self.changes: queue.SimpleQueue[None] = queue.SimpleQueue()

    @property
    def execution_role_arn(self) -> str | None:
        """The execution role after the overrides."""
        given = self.launch.overrides.get("executionRoleArn")
        return given or self.definition.execution_role_arn

    @property
    def task_role_arn(self) -> str | None:
        """The task role after the overrides."""
        return self.launch.overrides.get("taskRoleArn") or self.definition.task_role_arn

    @property
    def stop_requested(self) -> bool:
        """True once the task has been asked to stop."""
        return self.desired_status == "STOPPED"

    @property
    def is_stopped(self) -> bool:
        """True once the task has stopped."""
        return self.last_status == "STOPPED"

    def move(self, status: str, *times: str) -> None:
        """Set the last status, and the times with these names to now."""
        with self.lock:
            self.last_status = status
            self.mark(*times)

    def mark(self, *times: str) -> None:
        """Set the times with these names to now unless they are set; count a new version."""
        with self.lock:
            self.version += 1
            for name in times:
                self.times.setdefault(name, time.time())

    def request_stop(self, stop_code: str, reason: str) -> bool:
        """Ask the task to stop; return False if it was asked before. The first reason stays."""
        with self.lock:
            if self.desired_status == "STOPPED":
                return False
            self.desired_status = "STOPPED"
            self.stop_code = stop_code
            self.stopped_reason = reason
            self.mark("stoppingAt")
        self.changes.put(None)
        return True

    def kill(self) -> None:
        """Kill the containers without SIGTERM."""
        with self.lock:
            self.killed = True
            running = [container.running for container in self.containers]
        self.request_stop("TerminationNotice", "The sandbox is closing.")
        for one in running:
            if one is not None:
                one.kill()

    def describe(self, *, tags: bool = False) -> dict[str, Any]:
        """Return the task as DescribeTasks shows it, with times in seconds since 1970."""
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
