"""Mistakes in sizes, and in what the place where a task runs does not have."""

from __future__ import annotations

from task_tables.mistake import (
    EC2,
    EFS,
    WINDOWS,
    Mistake,
    linux,
    on,
    sidecar,
    spot,
    volume,
)

SIZES = (
    Mistake(
        "a_windows_task_of_a_linux_size",
        {**WINDOWS, "cpu": 512, "memory": 1024},
        WINDOWS,
        ("cpu = 512 and memory = 1024", "with Windows cpu is one of 1024, 2048, 4096"),
    ),
    Mistake(
        "a_windows_task_with_memory_that_is_no_pair",
        {**WINDOWS, "memory": 1024},
        {**WINDOWS, "memory": 8192},
        ("memory = 1024", "memory is one of 2048, 3072"),
    ),
    Mistake(
        "ephemeral_storage_under_the_range",
        {"ephemeral_storage": {"size_in_gib": 20}},
        {"ephemeral_storage": {"size_in_gib": 21}},
        ("ephemeral_storage.size_in_gib = 20", "21 to 200"),
    ),
    Mistake(
        "ephemeral_storage_over_the_range",
        {"ephemeral_storage": {"size_in_gib": 201}},
        {"ephemeral_storage": {"size_in_gib": 200}},
        ("ephemeral_storage.size_in_gib = 201", "21 to 200"),
    ),
    Mistake(
        "ephemeral_storage_on_instances",
        {**EC2, "ephemeral_storage": {"size_in_gib": 30}},
        EC2,
        ("ephemeral_storage", "only Fargate has it"),
    ),
    Mistake(
        "less_cpu_than_instances_have",
        {**EC2, "cpu": 64},
        {**EC2, "cpu": 128},
        ("cpu = 64", "128 to 196608"),
    ),
    Mistake(
        "less_memory_than_a_container_needs",
        {**EC2, "memory": 4},
        {**EC2, "memory": 64},
        ("memory = 4", "6 and more"),
    ),
    Mistake(
        "containers_with_more_memory_than_the_task",
        {"container_memory": 400, **sidecar(memory=200)},
        {"container_memory": 312, **sidecar(memory=200)},
        ("400 of wrong + 200 of agent", "is 600 MiB", "the task's is 512"),
    ),
    Mistake(
        "containers_with_more_cpu_than_the_task",
        {"container_cpu": 200, **sidecar(cpu=100)},
        {"container_cpu": 156, **sidecar(cpu=100)},
        ("200 of wrong + 100 of agent", "is 300", "the task's is 256"),
    ),
    Mistake(
        "a_container_with_more_memory_than_the_task",
        {"memory_reservation": 100, "container_memory": 1024},
        {"memory_reservation": 100, "container_memory": 512},
        ("memory of container", "= 1024: over the task's, 512"),
    ),
    Mistake(
        "a_reservation_over_the_limit",
        {"memory_reservation": 300, "container_memory": 200},
        {"memory_reservation": 200, "container_memory": 300},
        ("memory_reservation of container", "= 300: memory (200) must be more"),
    ),
    Mistake(
        "a_container_of_less_than_six_mebibytes",
        sidecar(memory=4),
        sidecar(memory=6),
        ('of container "agent" is under 6 MiB',),
    ),
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
        "a_windows_of_long_ago_on_fargate",
        {**WINDOWS, **on("WINDOWS_SERVER_2016_FULL")},
        {**EC2, **on("WINDOWS_SERVER_2016_FULL")},
        ("runtime_platform.operating_system_family", "WINDOWS_SERVER_2016_FULL"),
    ),
    Mistake(
        "a_stop_timeout_longer_than_fargate_waits",
        {"stop_timeout": 121},
        {"stop_timeout": 120},
        ("stop_timeout of container", "= 121: legal is 0 to 120"),
    ),
    Mistake(
        "a_host_name_with_awsvpc",
        {"hostname": "etl"},
        {**EC2, "hostname": "etl"},
        ('hostname of container "wrong" = "etl"', "awsvpc"),
    ),
    Mistake(
        "a_port_of_the_host_with_awsvpc",
        {"port_mappings": [{"container_port": 80, "host_port": 8080}]},
        {"port_mappings": [{"container_port": 80, "host_port": 80}]},
        ("host_port = 8080 with container_port = 80",),
    ),
)

PLACES = (
    Mistake(
        "linux_parameters_on_windows",
        {**WINDOWS, **linux(init_process_enabled=True)},
        linux(init_process_enabled=True),
        ("Windows does not have this", 'linux_parameters of container "wrong"'),
    ),
    Mistake(
        "efs_on_windows",
        {**WINDOWS, **volume(efs_volume_configuration=EFS)},
        volume(efs_volume_configuration=EFS),
        ("Windows does not have this", "volumes.efs_volume_configuration"),
    ),
    Mistake(
        "arm_on_windows",
        {
            **WINDOWS,
            "runtime_platform": {
                **WINDOWS["runtime_platform"],
                "cpu_architecture": "ARM64",
            },
        },
        {"runtime_platform": {"cpu_architecture": "ARM64"}},
        ("Windows does not have this", 'cpu_architecture = "ARM64"'),
    ),
    Mistake(
        "windows_on_fargate_spot",
        {**WINDOWS, **spot(1)},
        spot(1),
        ("Windows does not have this", "FARGATE_SPOT"),
    ),
    Mistake(
        "an_unknown_architecture",
        {"runtime_platform": {"cpu_architecture": "arm64"}},
        {"runtime_platform": {"cpu_architecture": "ARM64"}},
        ('cpu_architecture = "arm64"', "X86_64 and ARM64"),
    ),
    Mistake(
        "an_unknown_operating_system",
        on("DARWIN"),
        on("LINUX"),
        ('operating_system_family = "DARWIN"', "LINUX, WINDOWS_SERVER_2019_CORE"),
    ),
    Mistake(
        "an_unknown_network_mode",
        {**EC2, "network_mode": "nat"},
        {**EC2, "network_mode": "host"},
        ('network_mode = "nat"', "awsvpc, bridge, host and none"),
    ),
    Mistake(
        "an_unknown_pid_mode",
        {**EC2, "pid_mode": "container"},
        {**EC2, "pid_mode": "host"},
        ('pid_mode = "container"', "host and task"),
    ),
    Mistake(
        "an_unknown_ipc_mode",
        {**EC2, "ipc_mode": "private"},
        {**EC2, "ipc_mode": "none"},
        ('ipc_mode = "private"', "host, task and none"),
    ),
    Mistake(
        "a_weight_over_the_range",
        spot(1001),
        spot(1000),
        ("capacity_provider_strategy", "1001", "weight is 0 to 1000"),
    ),
    Mistake(
        "two_bases",
        spot(1, 1, base=1),
        spot(1, base=1),
        ("capacity_provider_strategy", "one entry only may have a base"),
    ),
    Mistake(
        "weights_that_are_all_zero",
        spot(0, 0),
        spot(0, 1),
        ("capacity_provider_strategy", "weight over 0"),
    ),
    Mistake(
        "a_provider_given_twice",
        {"capacity_provider_strategy": spot(1)["capacity_provider_strategy"] * 2},
        spot(1, 1),
        ("capacity_provider_strategy", "given twice"),
    ),
    Mistake(
        "a_placement_constraint_that_a_definition_cannot_have",
        {**EC2, "placement_constraints": [{"type": "distinctInstance"}]},
        {**EC2, "placement_constraints": [{"expression": "attribute:c == d"}]},
        ("placement_constraints", "distinctInstance", "memberOf"),
    ),
    Mistake(
        "an_unknown_placement_strategy",
        {**EC2, "placement_strategy": [{"type": "nearest"}]},
        {**EC2, "placement_strategy": [{"type": "random"}]},
        ("placement_strategy", "nearest", "random, spread or binpack"),
    ),
)
