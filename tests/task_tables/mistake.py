"""The form of a mistake in a task, and shorthands to write some."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Task = dict[str, Any]

# Without memory of the task each container would need some.
EC2: Task = {"launch_type": "EC2", "network_mode": "bridge", "memory": 512}
WINDOWS: Task = {
    "runtime_platform": {"operating_system_family": "WINDOWS_SERVER_2022_CORE"},
    "cpu": 1024,
    "memory": 2048,
}
HOST: Task = {**EC2, "network_mode": "host"}
WINDOWS_EC2: Task = {**WINDOWS, "launch_type": "EC2"}
EFS: Task = {"file_system_id": "fs-1"}
PASSWORD = "arn:aws:ssm:eu-west-1:123456789012:parameter/password"


@dataclass(frozen=True)
class Mistake:
    """A task that is refused, a similar one that is accepted, and parts of its messages."""

    name: str
    wrong: Task
    right: Task
    says: tuple[str, ...]
    messages: int = 1


def health(**changed: Any) -> Task:
    """Return a health check."""
    return {"health_check": {"command": ["CMD-SHELL", "true"], **changed}}


def linux(**given: Any) -> Task:
    """Return Linux parameters."""
    return {"linux_parameters": given}


def spot(*weights: int, **more: Any) -> Task:
    """Return a strategy of Fargate Spot, then Fargate."""
    providers = ("FARGATE_SPOT", "FARGATE")
    return {
        "capacity_provider_strategy": [
            {"capacity_provider": provider, "weight": weight, **more}
            for provider, weight in zip(providers, weights, strict=False)
        ]
    }


def volume(**given: Any) -> Task:
    """Return a volume `data`."""
    return {"volumes": {"data": given}}


def fsx(**given: Any) -> Task:
    """Return a volume `data` on a Windows file share."""
    account = {"credentials_parameter": PASSWORD, "domain": "d", **given.pop("account", {})}
    return volume(
        fsx_windows_file_server_volume_configuration={
            "file_system_id": "fs-1",
            "root_directory": "share",
            "authorization_config": account,
            **given,
        }
    )


def mount(*paths: str, volume: str = "data") -> Task:
    """Return a volume `data`, mounted."""
    return {
        "volumes": {"data": {}},
        "mount_points": [{"source_volume": volume, "container_path": path} for path in paths],
    }


def sidecar(**given: Any) -> Task:
    """Return a sidecar `agent`."""
    return {"sidecars": {"agent": {"image": "agent:1", **given}}}


def routed(**given: Any) -> Task:
    """Return a sidecar `agent` that takes the main container's lines."""
    return {"log_configuration": {"log_driver": "awsfirelens"}, **sidecar(**given)}


def role(**given: Any) -> Task:
    """Return a task role of one statement."""
    statement = {"actions": ["s3:GetObject"], "resources": ["*"], **given.pop("statement", {})}
    return {"task_role": {"statements": {given.pop("sid", "Read"): statement}, **given}}


def on(system: str) -> Task:
    """Return a runtime platform."""
    return {"runtime_platform": {"operating_system_family": system}}
