"""DockerOperator's arguments on ECS: each works, is dropped, or is refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mwaa_ecs_operator.contract import IndexEntry, named
from mwaa_ecs_operator.errors import RefusedError
from mwaa_ecs_operator.overrides import command_words
from mwaa_ecs_operator.sizes import docker_cpus, docker_memory, next_pair_up

DOCKER_ONLY = (
    "api_version",
    "docker_url",
    "tls_ca_cert",
    "tls_client_cert",
    "tls_client_key",
    "tls_hostname",
    "tls_ssl_version",
    "tty",
    "force_pull",
    "container_name",
    "log_opts_max_size",
    "log_opts_max_file",
    "host_tmp_dir",
    "hostname",
    "labels",
    "docker_conn_id",
)
"""Dropped: about the Docker host or its client, which ECS does not have."""

DEFINITION_FIELDS: Mapping[str, str] = {
    "dns": "dns_servers",
    "dns_search": "dns_search_domains",
    "extra_hosts": "extra_hosts",
    "shm_size": "linux_parameters.shared_memory_size",
    "ulimits": "ulimits",
    "cap_add": "linux_parameters.capabilities.add",
    "ipc_mode": "ipc_mode",
    "port_bindings": "port_mappings",
}
"""RunTask cannot set these; they are fields of the module's task."""

_BRIDGES = (None, "", "bridge", "default", "awsvpc")
_SOCKET = "docker.sock"


@dataclass(frozen=True)
class Definition:
    """The fields of a task definition that a call of DockerOperator needs.

    Attributes:
        entry_point: words; None where the call does not set it.
        user, working_directory: None where the call does not set them.
        mounts: paths in the container.
    """

    entry_point: tuple[str, ...] | None
    user: str | None
    working_directory: str | None
    mounts: tuple[str, ...]

    def differences(self, entry: IndexEntry) -> dict[str, tuple[Any, Any]]:
        """Return the arguments that a task's definition does not satisfy: given, defined."""
        found: dict[str, tuple[Any, Any]] = {}
        if self.entry_point is not None and self.entry_point != entry.entry_point:
            found["entrypoint"] = (list(self.entry_point), entry.entry_point)
        if self.user is not None and self.user != entry.user:
            found["user"] = (self.user, entry.user)
        if (
            self.working_directory is not None
            and self.working_directory != entry.working_directory
        ):
            found["working_dir"] = (self.working_directory, entry.working_directory)
        missing = [path for path in self.mounts if path not in entry.mounts]
        if missing:
            found["mounts"] = (missing, list(entry.mounts))
        return found


def definition_of(*, entrypoint: Any, user: Any, working_dir: Any, mounts: Any) -> Definition:
    """Return what the arguments ask of the definition.

    Raises:
        RefusedError: a mount that ECS cannot have.
    """
    words = command_words(entrypoint)
    return Definition(
        entry_point=None if words is None else tuple(words),
        user=None if user is None or user == "" else str(user),
        working_directory=str(working_dir) if working_dir else None,
        mounts=tuple(_targets(mounts)),
    )


def _targets(mounts: Any) -> Iterable[str]:
    for mount in mounts or ():
        if isinstance(mount, str):
            source, _, rest = mount.partition(":")
            target = rest.partition(":")[0] or source
        elif isinstance(mount, Mapping):
            target = str(mount.get("Target") or mount.get("target") or "")
            source = str(mount.get("Source") or mount.get("source") or "")
        else:
            raise RefusedError(
                f"mounts has a {type(mount).__name__}: each must be a Mount, a dict or"
                ' "source:target"'
            )
        if _SOCKET in source or _SOCKET in target:
            raise RefusedError(
                f"mounts = {source}:{target}: ECS on Fargate has no Docker host, so its socket"
                " cannot be mounted. Start other containers as tasks of their own"
            )
        if not target:
            raise RefusedError(
                "mounts has an element without a target: give the path in the container"
            )
        yield target.rstrip("/") or "/"


def choose(image: str, entries: Sequence[IndexEntry], wanted: Definition) -> IndexEntry:
    """Return the task whose definition the call fits; of several, the one that sets least more.

    Raises:
        RefusedError: several fit equally well.
    """
    fitting = [entry for entry in entries if not wanted.differences(entry)]
    if not fitting:
        return entries[0]

    def more(entry: IndexEntry) -> int:
        return (
            (wanted.entry_point is None and entry.entry_point is not None)
            + (wanted.user is None and entry.user is not None)
            + (wanted.working_directory is None and entry.working_directory is not None)
            + len(set(entry.mounts) - set(wanted.mounts))
        )

    least = min(map(more, fitting))
    best = [entry for entry in fitting if more(entry) == least]
    if len(best) > 1 or best[0].count > 1:
        raise RefusedError(
            f"image = {image!r} is run by several tasks: {named(best)}. Name one of them with "
            "task=..."
        )
    return best[0]


def refusal(entry: IndexEntry, differences: Mapping[str, tuple[Any, Any]]) -> str:
    """Return what to do where a call asks for another definition than the task's."""
    fields = {
        "entrypoint": "entry_point",
        "user": "user",
        "working_dir": "working_directory",
        "mounts": "volumes and mount_points",
    }
    parts = [
        f"{argument} = {given!r}, but task {entry.task!r} has {defined!r}"
        for argument, (given, defined) in differences.items()
    ]
    named = ", ".join(fields[argument] for argument in differences)
    return (
        f"{'; '.join(parts)}. RunTask cannot change it: set {named} of the task in the module's"
        " tasks (or of a second task with this image), or give register=True with"
        " policy.register"
    )


def check_refused(given: Mapping[str, Any]) -> None:
    """Refuse what no task on ECS can do.

    Raises:
        RefusedError: with the argument, its value and what to do.
    """
    network = given.get("network_mode")
    if network == "none" or str(network).startswith("container:"):
        raise RefusedError(
            f"network_mode = {network!r}: a task on Fargate always has a network interface of"
            " its own. Leave it out; for a shared network make the other container a sidecar"
        )
    if given.get("retrieve_output") or given.get("retrieve_output_path"):
        raise RefusedError(
            "retrieve_output: a file cannot be fetched from a container on ECS. Print the"
            " result as the last line (JSON), or write it to S3 with the task role"
        )
    for argument in ("privileged", "device_requests"):
        if given.get(argument):
            raise RefusedError(
                f"{argument}: Fargate has neither privileged containers nor GPUs. Run the task"
                " on instances: examples/gpu-on-ec2"
            )
    for argument, field in DEFINITION_FIELDS.items():
        if given.get(argument):
            raise RefusedError(
                f"{argument}: RunTask cannot set it. Set {field} of the task in the module's"
                " tasks, and leave the argument out"
            )


def notes(given: Mapping[str, Any]) -> list[str]:
    """Return one line for each thing that is dropped and might be missed."""
    said = []
    network = given.get("network_mode")
    if network not in _BRIDGES:
        said.append(
            f"network_mode = {network!r} is dropped: names of containers on that network do not"
            " resolve on ECS"
        )
    dropped = [name for name in DOCKER_ONLY if given.get(name)]
    if dropped:
        said.append(f"Dropped, because ECS has no Docker host: {', '.join(dropped)}")
    return said


def size_of(mem_limit: Any, cpus: Any, entry: IndexEntry) -> dict[str, str]:
    """Return the task's size for `mem_limit` and `cpus`: the next pair of Fargate up.

    Args:
        mem_limit: as DockerOperator takes it; None leaves the memory as it is.
        cpus: CPUs; 1.0 is DockerOperator's default, a weight, and leaves the CPU as it is.
        entry: the task, for what is not given.

    Raises:
        RefusedError: Fargate has no such size.
    """
    cpu = None if cpus in (None, "") or float(cpus) == 1.0 else docker_cpus(float(cpus))
    memory = None if mem_limit in (None, "") else docker_memory(mem_limit)
    if cpu is None and memory is None:
        return {}
    if entry.platform != "FARGATE":
        return {
            **({} if cpu is None else {"cpu": str(cpu)}),
            **({} if memory is None else {"memory": str(memory)}),
        }
    pair = next_pair_up(cpu or entry.cpu or 256, memory or entry.memory or 512)
    return {"cpu": str(pair[0]), "memory": str(pair[1])}


def parse_env_file(text: str) -> dict[str, str]:
    """Return the variables of a `.env` file: NAME=value lines, quotes, comments, `export`."""
    found = {}
    for raw in text.splitlines():
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        name, equals, value = line.removeprefix("export ").partition("=")
        if not equals:
            continue
        value = value.strip()
        if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        else:
            value = value.partition(" #")[0].rstrip()
        found[name.strip()] = value
    return found
