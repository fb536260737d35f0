"""Mistakes in what Fargate, or a version of it, does not have."""

from __future__ import annotations

from task_tables.mistake import (
    EC2,
    EFS,
    Mistake,
    linux,
    sidecar,
    volume,
)

FARGATE = (
    Mistake(
        "privileged_on_fargate",
        {"privileged": True},
        {**EC2, "privileged": True},
        (
            "Fargate does not have this: privileged of container",
            "= true",
            'launch_type = "EC2"',
        ),
    ),
    Mistake(
        "a_privileged_sidecar_on_fargate",
        sidecar(privileged=True),
        {**EC2, **sidecar(privileged=True)},
        ('privileged of container "agent"',),
    ),
    Mistake(
        "a_gpu_on_fargate",
        {"resource_requirements": {"GPU": "1"}},
        {**EC2, "resource_requirements": {"GPU": "1"}},
        ("Fargate does not have this: resource_requirements", '{"GPU":"1"}'),
    ),
    Mistake(
        "a_host_volume_on_fargate",
        volume(host_path="/data"),
        {**EC2, **volume(host_path="/data")},
        ('volumes.host_path = ["data"]',),
    ),
    Mistake(
        "a_docker_volume_on_fargate",
        volume(docker_volume_configuration={}),
        {**EC2, **volume(docker_volume_configuration={})},
        ('volumes.docker_volume_configuration = ["data"]',),
    ),
    Mistake(
        "shared_memory_on_fargate",
        linux(shared_memory_size=64),
        {**EC2, **linux(shared_memory_size=64)},
        ("linux_parameters.shared_memory_size", "= 64"),
    ),
    Mistake(
        "a_device_on_fargate",
        linux(devices=[{"host_path": "/dev/fuse"}]),
        {**EC2, **linux(devices=[{"host_path": "/dev/fuse"}])},
        ('linux_parameters.devices of container "wrong" = ["/dev/fuse"]',),
    ),
    Mistake(
        "swap_on_fargate",
        linux(max_swap=64),
        {**EC2, **linux(max_swap=64)},
        ("linux_parameters.max_swap", "= 64"),
    ),
    Mistake(
        "a_capability_that_fargate_does_not_add",
        linux(capabilities={"add": ["NET_ADMIN"]}),
        linux(capabilities={"add": ["SYS_PTRACE"], "drop": ["ALL"]}),
        ('= ["NET_ADMIN"]', "legal is SYS_PTRACE"),
    ),
    Mistake(
        "a_bridge_network_on_fargate",
        {"network_mode": "bridge"},
        EC2,
        ('network_mode (legal is awsvpc) = "bridge"',),
    ),
    Mistake(
        "the_host_s_processes_on_fargate",
        {"pid_mode": "host"},
        {"pid_mode": "task"},
        ('pid_mode (legal is task) = "host"',),
    ),
    Mistake(
        "an_ipc_mode_on_fargate",
        {"ipc_mode": "task"},
        {**EC2, "ipc_mode": "task"},
        ('ipc_mode = "task"',),
    ),
    Mistake(
        "placement_constraints_on_fargate",
        {"placement_constraints": [{"expression": "attribute:a == b"}]},
        {**EC2, "placement_constraints": [{"expression": "attribute:a == b"}]},
        ('placement_constraints = ["memberOf"]',),
    ),
    Mistake(
        "a_placement_strategy_on_fargate",
        {"placement_strategy": [{"type": "spread", "field": "host"}]},
        {**EC2, "placement_strategy": [{"type": "spread", "field": "host"}]},
        ('placement_strategy = ["spread"]',),
    ),
    Mistake(
        "dns_servers_on_fargate",
        {"dns_servers": ["10.0.0.2"]},
        {**EC2, "dns_servers": ["10.0.0.2"]},
        ('dns_servers of container "wrong" = ["10.0.0.2"]',),
    ),
    Mistake(
        "dns_search_domains_on_fargate",
        {"dns_search_domains": ["corp"]},
        {**EC2, "dns_search_domains": ["corp"]},
        ('dns_search_domains of container "wrong" = ["corp"]',),
    ),
    Mistake(
        "no_network_on_fargate",
        {"disable_networking": True},
        {"disable_networking": False},
        ('disable_networking of container "wrong" = true',),
    ),
    Mistake(
        "swappiness_on_fargate",
        linux(swappiness=10),
        {**EC2, **linux(swappiness=10, max_swap=64)},
        ("linux_parameters.swappiness", "= 10"),
    ),
    Mistake(
        "an_unknown_platform_version",
        {"platform_version": "banana"},
        {"platform_version": "1.4.0"},
        ('platform_version = "banana"', "legal are LATEST, 1.4.0, 1.3.0"),
    ),
    Mistake(
        "a_platform_version_on_instances",
        {**EC2, "platform_version": "1.4.0"},
        {"platform_version": "LATEST"},
        ('platform_version = "1.4.0"', "only Fargate"),
    ),
    Mistake(
        "a_platform_version_without_efs",
        {"platform_version": "1.3.0", **volume(efs_volume_configuration=EFS)},
        {"platform_version": "1.4.0", **volume(efs_volume_configuration=EFS)},
        ('"1.3.0" does not have this: volumes.efs_volume_configuration', "Take 1.4.0"),
    ),
    Mistake(
        "a_platform_version_without_much_else",
        {
            "platform_version": "1.3.0",
            "cpu": 8192,
            "memory": 16384,
            "pid_mode": "task",
            "ephemeral_storage": {"size_in_gib": 30},
            "environment_files": ["arn:aws:s3:::b/a.env"],
            "system_controls": {"net.core.somaxconn": "9"},
            **linux(capabilities={"add": ["SYS_PTRACE"]}),
        },
        {"platform_version": "1.3.0", "environment": {"ZONE": "eu"}},
        (
            "environment_files of container",
            "system_controls of container",
            "linux_parameters.capabilities.add of container",
            "cpu = 8192",
            "ephemeral_storage",
            "pid_mode",
        ),
    ),
    Mistake(
        "docker_security_options_on_fargate",
        {"docker_security_options": ["no-new-privileges"]},
        {**EC2, "docker_security_options": ["no-new-privileges"]},
        ("docker_security_options of container",),
    ),
    Mistake(
        "a_log_driver_that_fargate_does_not_have",
        {"log_configuration": {"log_driver": "json-file"}},
        {**EC2, "log_configuration": {"log_driver": "json-file"}},
        ('"json-file"', "legal are awslogs, awsfirelens, splunk on Fargate"),
    ),
    Mistake(
        "a_stop_timeout_longer_than_fargate_waits",
        {"stop_timeout": 121},
        {"stop_timeout": 120},
        ("stop_timeout of container", "= 121: legal is 0 to 120"),
    ),
)
