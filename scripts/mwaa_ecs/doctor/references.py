"""The secrets and parameters that a task definition refers to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from mwaa_ecs.doctor.world import Json, Task, World

_PARTS_WITH_KEY = 8


@dataclass(frozen=True)
class Reference:
    """A `valueFrom` of a container, or its registry's credentials.

    Attributes:
        text: the reference as the task definition has it.
        service: `ssm` or `secretsmanager`.
        name: the parameter's name, or the secret's ARN.
        region: the region; empty for that of the task.
        json_key: the key within a secret that holds JSON; empty for the whole.
        for_registry: whether it is a registry's credentials.
    """

    text: str
    service: str
    name: str
    region: str = ""
    json_key: str = ""
    for_registry: bool = False

    def arn(self, world: World) -> str:
        """Return the ARN that a policy names."""
        if self.service == "secretsmanager":
            return self.name
        path = self.name if self.name.startswith("/") else f"/{self.name}"
        return world.arn("ssm", f"parameter{path}", self.region)


def parse(text: str) -> Reference:
    """Parse a `valueFrom`: a parameter's name or ARN, or a secret's ARN with a key."""
    if not text.startswith("arn:"):
        return Reference(text, "ssm", text)
    parts = text.split(":")
    service, region = parts[2], parts[3]
    if service == "ssm":
        path = ":".join(parts[5:]).removeprefix("parameter/")
        return Reference(text, "ssm", f"/{path}" if "/" in path else path, region)
    key = parts[7] if len(parts) >= _PARTS_WITH_KEY else ""
    return Reference(text, "secretsmanager", ":".join(parts[:7]), region, key)


def of_container(container: Json) -> Iterator[Reference]:
    """Yield what a container definition refers to."""
    for secret in container.get("secrets") or ():
        yield parse(str(secret["valueFrom"]))
    configuration = container.get("logConfiguration") or {}
    for option in configuration.get("secretOptions") or ():
        yield parse(str(option["valueFrom"]))
    credentials = container.get("repositoryCredentials") or {}
    if parameter := credentials.get("credentialsParameter"):
        yield replace(parse(str(parameter)), for_registry=True)


def of_task(world: World, task: Task) -> list[Reference]:
    """Return what the containers of a task refer to, each once.

    Raises:
        SkippedError: the task definition does not exist.
    """
    found = (one for container in world.containers(task) for one in of_container(container))
    return list(dict.fromkeys(found))
