"""Each field of a container, and what it does to the JSON that is registered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from task_tables.mistake import EC2, Task, health, linux

SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbC123:password::"


@dataclass(frozen=True)
class Effect:
    """A task with the field set, where its value arrives, and as what.

    `at` is a path into the container definition, or into the resource named before a `:`.
    `context` has fields that it needs, and `instead` the value without it.
    """

    given: Task
    at: str
    arrives: Any
    context: Task | None = None
    instead: Task = field(default_factory=dict)


def _port(**given: Any) -> Task:
    return {"port_mappings": [{"container_port": 80, **given}]}


def _mount(**given: Any) -> Task:
    return {
        "mount_points": [{"source_volume": "data", "container_path": "/data", **given}],
    }


def _tmpfs(**given: Any) -> Task:
    return linux(tmpfs=[{"container_path": "/tmp", "size": 64, **given}])


def _device(**given: Any) -> Task:
    return linux(devices=[{"host_path": "/dev/fuse", **given}])


def _limit(**given: Any) -> Task:
    return {"ulimits": {"nofile": {"soft_limit": 1, "hard_limit": 9, **given}}}


def _router(given: Task, at: str, arrives: Any) -> Effect:
    """Return a field of a router, which some container must log to."""
    driver = {"log_configuration": {"log_driver": "awsfirelens"}}
    return Effect(
        {"firelens_configuration": given},
        f"firelensConfiguration.{at}",
        arrives,
        {"sidecars": {"from": {"image": "from:1", **driver}}},
        {"firelens_configuration": {}},
    )


VOLUMES: Task = {"volumes": {"data": {}, "more": {}}}
FROM = {"source_container": "from"}

# Keys are paths in the type; one element of a list or map represents all.
CONTAINER = {
    "image": Effect({"image": "train:2"}, "image", "train:2"),
    "command": Effect({"command": ["run"]}, "command", ["run"]),
    "entry_point": Effect({"entry_point": ["sh", "-c"]}, "entryPoint", ["sh", "-c"]),
    "environment": Effect(
        {"environment": {"B": "2", "A": "1"}},
        "environment",
        [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}],
    ),
    "environment_files": Effect(
        {"environment_files": ["arn:aws:s3:::b/a.env"]},
        "environmentFiles",
        [{"type": "s3", "value": "arn:aws:s3:::b/a.env"}],
    ),
    "secrets": Effect(
        {"secrets": {"TOKEN": "/token", "DB": SECRET}},
        "secrets",
        [{"name": "DB", "valueFrom": SECRET}, {"name": "TOKEN", "valueFrom": "/token"}],
    ),
    "user": Effect({"user": "1000:1000"}, "user", "1000:1000"),
    "working_directory": Effect({"working_directory": "/w"}, "workingDirectory", "/w"),
    "readonly_root_filesystem": Effect(
        {"readonly_root_filesystem": True}, "readonlyRootFilesystem", True
    ),
    "privileged": Effect({"privileged": True}, "privileged", True, EC2),
    "interactive": Effect({"interactive": True}, "interactive", True),
    "pseudo_terminal": Effect({"pseudo_terminal": True}, "pseudoTerminal", True),
    "disable_networking": Effect({"disable_networking": True}, "disableNetworking", True, EC2),
    "hostname": Effect({"hostname": "etl"}, "hostname", "etl", EC2),
    "dns_servers": Effect({"dns_servers": ["10.0.0.2"]}, "dnsServers", ["10.0.0.2"], EC2),
    "dns_search_domains": Effect(
        {"dns_search_domains": ["corp"]}, "dnsSearchDomains", ["corp"], EC2
    ),
    "extra_hosts": Effect(
        {"extra_hosts": {"db": "10.0.0.3"}},
        "extraHosts",
        [{"hostname": "db", "ipAddress": "10.0.0.3"}],
        EC2,
    ),
    "links": Effect({"links": ["from:f"]}, "links", ["from:f"], EC2),
    "docker_labels": Effect({"docker_labels": {"a": "b"}}, "dockerLabels", {"a": "b"}),
    "docker_security_options": Effect(
        {"docker_security_options": ["apparmor:x"]},
        "dockerSecurityOptions",
        ["apparmor:x"],
        EC2,
    ),
    "credential_specs": Effect(
        {"credential_specs": ["credentialspecdomainless:arn:aws:s3:::b/x"]},
        "credentialSpecs",
        ["credentialspecdomainless:arn:aws:s3:::b/x"],
    ),
    "system_controls": Effect(
        {"system_controls": {"net.core.somaxconn": "9"}},
        "systemControls",
        [{"namespace": "net.core.somaxconn", "value": "9"}],
    ),
    "resource_requirements": Effect(
        {"resource_requirements": {"GPU": "2"}},
        "resourceRequirements",
        [{"type": "GPU", "value": "2"}],
        EC2,
    ),
    "version_consistency": Effect(
        {"version_consistency": "disabled"}, "versionConsistency", "disabled"
    ),
    "memory_reservation": Effect({"memory_reservation": 64}, "memoryReservation", 64),
    "start_timeout": Effect({"start_timeout": 60}, "startTimeout", 60),
    "stop_timeout": Effect({"stop_timeout": 90}, "stopTimeout", 90),
    "depends_on": Effect(
        {"depends_on": {"from": "START"}},
        "dependsOn",
        [{"containerName": "from", "condition": "START"}],
    ),
    "volumes_from.source_container": Effect(
        {"volumes_from": [FROM]}, "volumesFrom.0.sourceContainer", "from"
    ),
    "volumes_from.read_only": Effect(
        {"volumes_from": [{**FROM, "read_only": True}]}, "volumesFrom.0.readOnly", True
    ),
    "mount_points.source_volume": Effect(
        _mount(source_volume="more"), "mountPoints.0.sourceVolume", "more", VOLUMES
    ),
    "mount_points.container_path": Effect(
        _mount(container_path="/m"), "mountPoints.0.containerPath", "/m", VOLUMES
    ),
    "mount_points.read_only": Effect(
        _mount(read_only=True), "mountPoints.0.readOnly", True, VOLUMES
    ),
    "port_mappings.container_port": Effect(
        _port(container_port=81), "portMappings.0.containerPort", 81
    ),
    "port_mappings.container_port_range": Effect(
        _port(container_port=None, container_port_range="80-90"),
        "portMappings.0.containerPortRange",
        "80-90",
    ),
    "port_mappings.host_port": Effect(_port(host_port=81), "portMappings.0.hostPort", 81, EC2),
    "port_mappings.protocol": Effect(_port(protocol="udp"), "portMappings.0.protocol", "udp"),
    "port_mappings.name": Effect(_port(name="web"), "portMappings.0.name", "web"),
    "port_mappings.app_protocol": Effect(
        _port(app_protocol="grpc"), "portMappings.0.appProtocol", "grpc"
    ),
    "ulimits.soft_limit": Effect(_limit(soft_limit=5), "ulimits.0.softLimit", 5),
    "ulimits.hard_limit": Effect(_limit(hard_limit=7), "ulimits.0.hardLimit", 7),
    "health_check.command": Effect(
        health(command=["CMD", "ok"]), "healthCheck.command", ["CMD", "ok"]
    ),
    "health_check.interval": Effect(health(interval=60), "healthCheck.interval", 60),
    "health_check.timeout": Effect(health(timeout=7), "healthCheck.timeout", 7),
    "health_check.retries": Effect(health(retries=9), "healthCheck.retries", 9),
    "health_check.start_period": Effect(health(start_period=8), "healthCheck.startPeriod", 8),
    "linux_parameters.init_process_enabled": Effect(
        linux(init_process_enabled=True), "linuxParameters.initProcessEnabled", True
    ),
    "linux_parameters.capabilities.add": Effect(
        linux(capabilities={"add": ["SYS_PTRACE"]}),
        "linuxParameters.capabilities.add",
        ["SYS_PTRACE"],
    ),
    "linux_parameters.capabilities.drop": Effect(
        linux(capabilities={"drop": ["ALL"]}), "linuxParameters.capabilities.drop", ["ALL"]
    ),
    "linux_parameters.devices.host_path": Effect(
        _device(host_path="/dev/kvm"), "linuxParameters.devices.0.hostPath", "/dev/kvm", EC2
    ),
    "linux_parameters.devices.container_path": Effect(
        _device(container_path="/k"), "linuxParameters.devices.0.containerPath", "/k", EC2
    ),
    "linux_parameters.devices.permissions": Effect(
        _device(permissions=["read"]), "linuxParameters.devices.0.permissions", ["read"], EC2
    ),
    "linux_parameters.tmpfs.container_path": Effect(
        _tmpfs(container_path="/t"), "linuxParameters.tmpfs.0.containerPath", "/t"
    ),
    "linux_parameters.tmpfs.size": Effect(_tmpfs(size=9), "linuxParameters.tmpfs.0.size", 9),
    "linux_parameters.tmpfs.mount_options": Effect(
        _tmpfs(mount_options=["noexec"]), "linuxParameters.tmpfs.0.mountOptions", ["noexec"]
    ),
    "linux_parameters.shared_memory_size": Effect(
        linux(shared_memory_size=64), "linuxParameters.sharedMemorySize", 64, EC2
    ),
    "linux_parameters.max_swap": Effect(linux(max_swap=64), "linuxParameters.maxSwap", 64, EC2),
    "linux_parameters.swappiness": Effect(
        linux(swappiness=10), "linuxParameters.swappiness", 10, EC2
    ),
    "repository_credentials.credentials_parameter": Effect(
        {"repository_credentials": {"credentials_parameter": SECRET[: -len(":password::")]}},
        "repositoryCredentials.credentialsParameter",
        SECRET[: -len(":password::")],
    ),
    "log_configuration.log_driver": Effect(
        {"log_configuration": {"log_driver": "splunk"}}, "logConfiguration.logDriver", "splunk"
    ),
    "log_configuration.options": Effect(
        {"log_configuration": {"options": {"mode": "non-blocking"}}},
        "logConfiguration.options",
        {
            "mode": "non-blocking",
            "awslogs-group": "/ecs/TASK",
            "awslogs-region": "eu-west-1",
            "awslogs-stream-prefix": "ecs",
        },
    ),
    "log_configuration.secret_options": Effect(
        {"log_configuration": {"log_driver": "splunk", "secret_options": {"token": "/t"}}},
        "logConfiguration.secretOptions",
        [{"name": "token", "valueFrom": "/t"}],
    ),
    "firelens_configuration.type": _router({"type": "fluentd"}, "type", "fluentd"),
    "firelens_configuration.options": _router({"options": {"a": "b"}}, "options", {"a": "b"}),
}

SIDECAR = {
    "essential": Effect({"essential": True}, "essential", True),
    "cpu": Effect({"cpu": 64}, "cpu", 64),
    "memory": Effect({"memory": 128}, "memory", 128),
    "log_group_name": Effect(
        {"log_group_name": "/own"}, "logConfiguration.options.awslogs-group", "/own"
    ),
    "log_stream_prefix": Effect(
        {"log_stream_prefix": "own"}, "logConfiguration.options.awslogs-stream-prefix", "own"
    ),
    "create_log_group": Effect(
        {"log_group_name": "/new", "create_log_group": False},
        "aws_cloudwatch_log_group/side:name",
        None,
        None,
        {"log_group_name": "/new"},
    ),
}
