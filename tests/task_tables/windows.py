"""Mistakes on Windows, on Fargate and on instances."""

from __future__ import annotations

from task_tables.mistake import (
    EC2,
    EFS,
    WINDOWS,
    WINDOWS_EC2,
    Mistake,
    fsx,
    linux,
    on,
    sidecar,
    spot,
    volume,
)

_LACKS = "Windows does not have it"

WINDOWS_LACKS = (
    Mistake(
        "linux_parameters_on_windows",
        {**WINDOWS, **linux(init_process_enabled=True)},
        linux(init_process_enabled=True),
        ('.linux_parameters is "set"', _LACKS),
    ),
    Mistake(
        "privileged_on_windows",
        {**WINDOWS_EC2, "privileged": True},
        {**EC2, "privileged": True},
        (".privileged is true", _LACKS),
    ),
    Mistake(
        "a_read_only_root_on_windows",
        {**WINDOWS, "readonly_root_filesystem": True},
        {**WINDOWS, "readonly_root_filesystem": False},
        (".readonly_root_filesystem is true", _LACKS),
    ),
    Mistake(
        "ulimits_on_windows",
        {**WINDOWS, "ulimits": {"nofile": {"soft_limit": 1, "hard_limit": 1}}},
        {"ulimits": {"nofile": {"soft_limit": 1, "hard_limit": 1}}},
        ('.ulimits is ["nofile"]', _LACKS),
    ),
    Mistake(
        "a_user_on_windows",
        {**WINDOWS, **sidecar(user="1000")},
        sidecar(user="1000"),
        ('.sidecars["agent"].user is "1000"', _LACKS),
    ),
    Mistake(
        "a_process_mode_on_windows",
        {**WINDOWS_EC2, "pid_mode": "host"},
        {**EC2, "pid_mode": "host"},
        ('.pid_mode is "host"', _LACKS),
    ),
    Mistake(
        "an_ipc_mode_on_windows",
        {**WINDOWS_EC2, "ipc_mode": "host"},
        {**EC2, "ipc_mode": "host"},
        ('.ipc_mode is "host"', _LACKS),
    ),
    Mistake(
        "ephemeral_storage_on_windows",
        {**WINDOWS, "ephemeral_storage": {"size_in_gib": 30}},
        {"ephemeral_storage": {"size_in_gib": 30}},
        (".ephemeral_storage.size_in_gib is 30", _LACKS),
    ),
    Mistake(
        "kernel_parameters_on_windows",
        {**WINDOWS, "system_controls": {"net.core.somaxconn": "9"}},
        {"system_controls": {"net.core.somaxconn": "9"}},
        ('.system_controls is {"net.core.somaxconn":"9"}', _LACKS),
    ),
    Mistake(
        "dns_servers_on_windows",
        {**WINDOWS_EC2, "dns_servers": ["10.0.0.2"]},
        {**EC2, "dns_servers": ["10.0.0.2"]},
        ('.dns_servers is ["10.0.0.2"]', _LACKS),
    ),
    Mistake(
        "dns_search_domains_on_windows",
        {**WINDOWS_EC2, "dns_search_domains": ["corp"]},
        {**EC2, "dns_search_domains": ["corp"]},
        ('.dns_search_domains is ["corp"]', _LACKS),
    ),
    Mistake(
        "no_network_on_windows",
        {**WINDOWS_EC2, "disable_networking": True},
        {**EC2, "disable_networking": True},
        (".disable_networking is true", _LACKS),
    ),
    Mistake(
        "a_bridge_network_on_windows",
        {**WINDOWS_EC2, "network_mode": "bridge"},
        WINDOWS_EC2,
        ('.network_mode (only awsvpc is there) is "bridge"', _LACKS),
    ),
    Mistake(
        "links_and_extra_hosts_on_windows",
        {
            **WINDOWS_EC2,
            **sidecar(),
            "network_mode": "bridge",
            "links": ["agent"],
            "extra_hosts": {"db": "10.0.0.3"},
        },
        {**EC2, **sidecar(), "links": ["agent"], "extra_hosts": {"db": "10.0.0.3"}},
        (
            '.extra_hosts is {"db":"10.0.0.3"}',
            _LACKS,
            '.links is ["agent"]',
            '.network_mode (only awsvpc is there) is "bridge"',
        ),
        messages=3,
    ),
    Mistake(
        "efs_on_windows",
        {**WINDOWS, **volume(efs_volume_configuration=EFS)},
        volume(efs_volume_configuration=EFS),
        ('.volumes with efs_volume_configuration is ["data"]', _LACKS),
    ),
    Mistake(
        "a_volume_driver_of_linux_on_windows",
        {**WINDOWS_EC2, **volume(docker_volume_configuration={"driver": "rexray/ebs"})},
        {**WINDOWS_EC2, **volume(docker_volume_configuration={})},
        (
            '.volumes["data"].docker_volume_configuration.driver is "rexray/ebs"',
            "On Windows it must be local",
        ),
    ),
    Mistake(
        "a_windows_share_on_linux",
        {**EC2, **fsx()},
        {**WINDOWS_EC2, **fsx()},
        (
            '.volumes["data"].fsx_windows_file_server_volume_configuration is for Windows',
            "runtime_platform.operating_system_family",
        ),
    ),
    Mistake(
        "a_windows_share_on_fargate",
        {**WINDOWS, **fsx()},
        {**WINDOWS_EC2, **fsx()},
        (
            '.volumes with fsx_windows_file_server_volume_configuration is ["data"]',
            "Fargate does not have it",
        ),
    ),
    Mistake(
        "a_windows_share_whose_password_is_no_reference",
        {**WINDOWS_EC2, **fsx(account={"credentials_parameter": "s3cr3t"})},
        {**WINDOWS_EC2, **fsx()},
        (
            ".authorization_config.credentials_parameter is",
            '"s3cr3t"',
            "ARN of a secret",
        ),
    ),
    Mistake(
        "arm_on_windows",
        {
            **WINDOWS,
            "runtime_platform": {**WINDOWS["runtime_platform"], "cpu_architecture": "ARM64"},
        },
        {"runtime_platform": {"cpu_architecture": "ARM64"}},
        ('.runtime_platform.cpu_architecture is "ARM64"', _LACKS),
    ),
    Mistake(
        "windows_on_fargate_spot",
        {**WINDOWS, **spot(1)},
        spot(1),
        ('.capacity_provider_strategy is ["FARGATE_SPOT"]', _LACKS),
    ),
    Mistake(
        "a_windows_of_long_ago_on_fargate",
        {**WINDOWS, **on("WINDOWS_SERVER_2016_FULL")},
        {**WINDOWS_EC2, **on("WINDOWS_SERVER_2016_FULL")},
        ("runtime_platform.operating_system_family", "WINDOWS_SERVER_2016_FULL"),
    ),
    Mistake(
        "a_platform_version_of_linux_on_windows",
        {**WINDOWS, "platform_version": "1.4.0"},
        {**WINDOWS, "platform_version": "1.0.0"},
        ('.platform_version is "1.4.0"', "LATEST, 1.0.0 with Windows"),
    ),
)
