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
        (".privileged is true", 'launch_type = "EC2"'),
    ),
    Mistake(
        "a_privileged_sidecar_on_fargate",
        sidecar(privileged=True),
        {**EC2, **sidecar(privileged=True)},
        ('.sidecars["agent"].privileged is true', "Fargate does not have it"),
    ),
    Mistake(
        "a_gpu_on_fargate",
        {"resource_requirements": {"GPU": "1"}},
        {**EC2, "resource_requirements": {"GPU": "1"}},
        ('.resource_requirements is {"GPU":"1"}', "Fargate does not have it"),
    ),
    Mistake(
        "a_host_volume_on_fargate",
        volume(host_path="/data"),
        {**EC2, **volume(host_path="/data")},
        ('.volumes with host_path is ["data"]', "Fargate does not have it"),
    ),
    Mistake(
        "a_docker_volume_on_fargate",
        volume(docker_volume_configuration={}),
        {**EC2, **volume(docker_volume_configuration={})},
        ('.volumes with docker_volume_configuration is ["data"]', "Fargate does not have it"),
    ),
    Mistake(
        "shared_memory_on_fargate",
        linux(shared_memory_size=64),
        {**EC2, **linux(shared_memory_size=64)},
        (".linux_parameters.shared_memory_size is 64", "Fargate does not have it"),
    ),
    Mistake(
        "a_device_on_fargate",
        linux(devices=[{"host_path": "/dev/fuse"}]),
        {**EC2, **linux(devices=[{"host_path": "/dev/fuse"}])},
        ('.linux_parameters.devices is ["/dev/fuse"]', "Fargate does not have it"),
    ),
    Mistake(
        "swap_on_fargate",
        linux(max_swap=64),
        {**EC2, **linux(max_swap=64)},
        (".linux_parameters.max_swap is 64", "Fargate does not have it"),
    ),
    Mistake(
        "a_capability_that_fargate_does_not_add",
        linux(capabilities={"add": ["NET_ADMIN"]}),
        linux(capabilities={"add": ["SYS_PTRACE"], "drop": ["ALL"]}),
        (
            '.linux_parameters.capabilities.add (only SYS_PTRACE is there) is ["NET_ADMIN"]',
            "Fargate does not have it",
        ),
    ),
    Mistake(
        "a_bridge_network_on_fargate",
        {"network_mode": "bridge"},
        EC2,
        ('.network_mode (only awsvpc is there) is "bridge"', "Fargate does not have it"),
    ),
    Mistake(
        "the_host_s_processes_on_fargate",
        {"pid_mode": "host"},
        {"pid_mode": "task"},
        ('.pid_mode (only task is there) is "host"', "Fargate does not have it"),
    ),
    Mistake(
        "an_ipc_mode_on_fargate",
        {"ipc_mode": "task"},
        {**EC2, "ipc_mode": "task"},
        ('.ipc_mode is "task"', "Fargate does not have it"),
    ),
    Mistake(
        "placement_constraints_on_fargate",
        {"placement_constraints": [{"expression": "attribute:a == b"}]},
        {**EC2, "placement_constraints": [{"expression": "attribute:a == b"}]},
        ('.placement_constraints is ["memberOf"]', "Fargate does not have it"),
    ),
    Mistake(
        "a_placement_strategy_on_fargate",
        {"placement_strategy": [{"type": "spread", "field": "host"}]},
        {**EC2, "placement_strategy": [{"type": "spread", "field": "host"}]},
        ('.placement_strategy is ["spread"]', "Fargate does not have it"),
    ),
    Mistake(
        "dns_servers_on_fargate",
        {"dns_servers": ["10.0.0.2"]},
        {**EC2, "dns_servers": ["10.0.0.2"]},
        ('.dns_servers is ["10.0.0.2"]', "Fargate does not have it"),
    ),
    Mistake(
        "dns_search_domains_on_fargate",
        {"dns_search_domains": ["corp"]},
        {**EC2, "dns_search_domains": ["corp"]},
        ('.dns_search_domains is ["corp"]', "Fargate does not have it"),
    ),
    Mistake(
        "no_network_on_fargate",
        {"disable_networking": True},
        {"disable_networking": False},
        (".disable_networking is true", "Fargate does not have it"),
    ),
    Mistake(
        "swappiness_on_fargate",
        linux(swappiness=10),
        {**EC2, **linux(swappiness=10, max_swap=64)},
        (".linux_parameters.swappiness is 10", "Fargate does not have it"),
    ),
    Mistake(
        "an_unknown_platform_version",
        {"platform_version": "banana"},
        {"platform_version": "1.4.0"},
        ('.platform_version is "banana"', "It must be one of LATEST"),
    ),
    Mistake(
        "a_platform_version_on_instances",
        {**EC2, "platform_version": "1.4.0"},
        {"platform_version": "LATEST"},
        (
            '.platform_version is "1.4.0"',
            "Only Fargate has platform versions: leave it out on EC2",
        ),
    ),
    Mistake(
        "a_platform_version_without_efs",
        {"platform_version": "1.3.0", **volume(efs_volume_configuration=EFS)},
        {"platform_version": "1.4.0", **volume(efs_volume_configuration=EFS)},
        (
            '.volumes with efs_volume_configuration is ["data"]',
            'platform_version "1.3.0" does not have it',
        ),
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
            ".cpu is 8192",
            'platform_version "1.3.0" does not have it',
            '.environment_files is ["arn:aws:s3:::b/a.env"]',
            ".ephemeral_storage.size_in_gib is 30",
            '.linux_parameters.capabilities.add is ["SYS_PTRACE"]',
            '.pid_mode is "task"',
            '.system_controls is {"net.core.somaxconn":"9"}',
        ),
        messages=6,
    ),
    Mistake(
        "docker_security_options_on_fargate",
        {"docker_security_options": ["no-new-privileges"]},
        {**EC2, "docker_security_options": ["no-new-privileges"]},
        ('.docker_security_options is ["no-new-privileges"]', "Fargate does not have it"),
    ),
    Mistake(
        "a_log_driver_that_fargate_does_not_have",
        {"log_configuration": {"log_driver": "json-file"}},
        {**EC2, "log_configuration": {"log_driver": "json-file"}},
        (
            '.log_configuration.log_driver is "json-file"',
            "awslogs, awsfirelens, splunk on Fargate",
        ),
    ),
    Mistake(
        "a_log_driver_that_ecs_does_not_have",
        {**EC2, "log_configuration": {"log_driver": "jsonfile"}},
        {**EC2, "log_configuration": {"log_driver": "journald"}},
        ('.log_configuration.log_driver is "jsonfile"', "journald, json-file, splunk, syslog"),
    ),
    Mistake(
        "a_stop_timeout_longer_than_fargate_waits",
        {"stop_timeout": 121},
        {"stop_timeout": 120},
        (".stop_timeout is 121", "It must be a whole number from 0 to 120"),
    ),
)
