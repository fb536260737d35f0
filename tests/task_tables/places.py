"""Mistakes in sizes, and in where a task is to run."""

from __future__ import annotations

from task_tables.mistake import (
    EC2,
    WINDOWS,
    Mistake,
    Task,
    on,
    sidecar,
    spot,
)

BARE_EC2: Task = {"launch_type": "EC2", "network_mode": "bridge"}


def constraints(count: int) -> Task:
    """Return constraints of instances."""
    return {
        **EC2,
        "placement_constraints": [{"expression": f"attribute:a == {n}"} for n in range(count)],
    }


def own_providers(count: int) -> Task:
    """Return a strategy of providers of one's own."""
    return {
        "memory": 512,
        "capacity_provider_strategy": [
            {"capacity_provider": f"own-{n}", "weight": 1} for n in range(count)
        ],
    }


def _pair(cpu: int, wrong: int, right: int) -> Mistake:
    """Return a size that Fargate does not have with this cpu, and beside it one that it has."""
    return Mistake(
        f"cpu_{cpu}_with_memory_{wrong}",
        {"cpu": cpu, "memory": wrong},
        {"cpu": cpu, "memory": right},
        (f".memory is {wrong}", f"On Fargate with cpu {cpu} it must be one of"),
    )


SIZES = (
    _pair(256, 4096, 512),
    _pair(512, 512, 4096),
    _pair(1024, 2500, 8192),
    _pair(2048, 3072, 16384),
    _pair(4096, 31744, 30720),
    _pair(8192, 18432, 61440),
    _pair(16384, 31744, 122880),
    Mistake(
        "a_windows_task_of_a_linux_size",
        {**WINDOWS, "cpu": 512, "memory": 1024},
        WINDOWS,
        (".cpu is 512", "On Fargate with Windows it must be one of 1024"),
    ),
    Mistake(
        "a_windows_task_with_memory_that_is_no_pair",
        {**WINDOWS, "memory": 1024},
        {**WINDOWS, "memory": 8192},
        (".memory is 1024", "On Fargate with cpu 1024 it must be one of 2048"),
    ),
    Mistake(
        "ephemeral_storage_under_the_range",
        {"ephemeral_storage": {"size_in_gib": 20}},
        {"ephemeral_storage": {"size_in_gib": 21}},
        (".ephemeral_storage.size_in_gib is 20", "21 to 200"),
    ),
    Mistake(
        "ephemeral_storage_over_the_range",
        {"ephemeral_storage": {"size_in_gib": 201}},
        {"ephemeral_storage": {"size_in_gib": 200}},
        (".ephemeral_storage.size_in_gib is 201", "21 to 200"),
    ),
    Mistake(
        "ephemeral_storage_on_instances",
        {**EC2, "ephemeral_storage": {"size_in_gib": 30}},
        EC2,
        (".ephemeral_storage.size_in_gib is 30", "Only Fargate has it"),
    ),
    Mistake(
        "less_cpu_than_instances_have",
        {**EC2, "cpu": 64},
        {**EC2, "cpu": 128},
        (".cpu is 64", "128 to 196608"),
    ),
    Mistake(
        "less_memory_than_a_container_needs",
        {**EC2, "memory": 4},
        {**EC2, "memory": 64},
        (".memory is 4", "It must be a whole number, 6 or more"),
    ),
    Mistake(
        "containers_with_more_memory_than_the_task",
        {"container_memory": 400, **sidecar(memory=200)},
        {"container_memory": 312, **sidecar(memory=200)},
        (".memory is 512", "400 of wrong + 200 of agent"),
    ),
    Mistake(
        "containers_with_more_cpu_than_the_task",
        {"container_cpu": 200, **sidecar(cpu=100)},
        {"container_cpu": 156, **sidecar(cpu=100)},
        (".cpu is 256", "200 of wrong + 100 of agent"),
    ),
    Mistake(
        "a_container_with_more_memory_than_the_task",
        {"memory_reservation": 100, "container_memory": 1024},
        {"memory_reservation": 100, "container_memory": 512},
        (".container_memory is 1024", "It must not be over the task's memory, 512"),
    ),
    Mistake(
        "a_reservation_over_the_limit",
        {"memory_reservation": 300, "container_memory": 200},
        {"memory_reservation": 300, "container_memory": 300},
        (".memory_reservation is 300", "It must not be over container_memory, 200"),
    ),
    Mistake(
        "a_container_of_less_than_six_mebibytes",
        sidecar(memory=4),
        sidecar(memory=6),
        ('.sidecars["agent"].memory is 4', "It must be a whole number, 6 or more"),
    ),
    Mistake(
        "a_task_on_instances_without_any_memory",
        BARE_EC2,
        {**BARE_EC2, "container_memory": 1024},
        (".container_memory is not set", "Set the task's memory, or container_memory"),
    ),
    Mistake(
        "a_sidecar_on_instances_without_any_memory",
        {**BARE_EC2, "memory_reservation": 64, **sidecar()},
        {**BARE_EC2, "memory_reservation": 64, **sidecar(memory=64)},
        ('.sidecars["agent"].memory is not set', "memory_reservation of each"),
    ),
    Mistake(
        "memory_in_fractions",
        {**EC2, "memory": 512.5},
        {**EC2, "memory": 513},
        (".memory is 512.5", "whole"),
    ),
    Mistake(
        "cpu_in_fractions",
        {**EC2, "cpu": 128.5},
        {**BARE_EC2, "cpu": 129, "container_memory": 6},
        (".cpu is 128.5", "whole"),
    ),
    Mistake(
        "ephemeral_storage_in_fractions",
        {"ephemeral_storage": {"size_in_gib": 21.5}},
        {"ephemeral_storage": {"size_in_gib": 22}},
        (".ephemeral_storage.size_in_gib is 21.5", "whole"),
    ),
    Mistake(
        "cpu_that_fargate_does_not_have",
        {"cpu": 300},
        {"cpu": 256},
        (".cpu is 300", "On Fargate it must be one of 256"),
    ),
)

PLACES = (
    Mistake(
        "an_unknown_architecture",
        {"runtime_platform": {"cpu_architecture": "arm64"}},
        {"runtime_platform": {"cpu_architecture": "ARM64"}},
        ('.runtime_platform.cpu_architecture is "arm64"', "It must be X86_64 or ARM64"),
    ),
    Mistake(
        "an_unknown_operating_system",
        on("DARWIN"),
        on("LINUX"),
        (
            '.runtime_platform.operating_system_family is "DARWIN"',
            "LINUX, WINDOWS_SERVER_2019_CORE",
        ),
    ),
    Mistake(
        "an_unknown_network_mode",
        {**EC2, "network_mode": "nat"},
        {**EC2, "network_mode": "host"},
        ('.network_mode is "nat"', "It must be awsvpc"),
    ),
    Mistake(
        "an_unknown_pid_mode",
        {**EC2, "pid_mode": "container"},
        {**EC2, "pid_mode": "host"},
        ('.pid_mode is "container"', "It must be host or task"),
    ),
    Mistake(
        "an_unknown_ipc_mode",
        {**EC2, "ipc_mode": "private"},
        {**EC2, "ipc_mode": "none"},
        ('.ipc_mode is "private"', "It must be host, task or none"),
    ),
    Mistake(
        "a_weight_over_the_range",
        spot(1001),
        spot(1000),
        (
            '.capacity_provider_strategy is [{"base":null,"capacity_provider":"FARGATE_SPOT"',
            '"weight":1001}]',
            "weight must be a whole number from 0 to 1000",
        ),
    ),
    Mistake(
        "a_base_over_the_range",
        spot(1, base=100001),
        spot(1, base=100000),
        (
            '.capacity_provider_strategy is [{"base":100001,',
            "base a whole number from 0 to 100000",
        ),
    ),
    Mistake(
        "more_providers_than_ecs_takes",
        own_providers(21),
        own_providers(20),
        ("capacity_provider_strategy has 21 entries", "1 to 20"),
    ),
    Mistake(
        "a_strategy_of_nothing",
        {"capacity_provider_strategy": []},
        {},
        ("capacity_provider_strategy has 0 entries", "leave it out"),
    ),
    Mistake(
        "a_launch_type_of_ecs_anywhere",
        {"launch_type": "EXTERNAL", "network_mode": "bridge", "memory": 512},
        {**EC2, "pid_mode": "", "platform_version": "", "ipc_mode": ""},
        ('.launch_type is "EXTERNAL"', "It must be FARGATE or EC2"),
    ),
    Mistake(
        "an_unknown_launch_type",
        {"launch_type": "LAMBDA"},
        {"launch_type": "FARGATE"},
        ('.launch_type is "LAMBDA"', "It must be FARGATE or EC2"),
    ),
    Mistake(
        "a_launch_type_beside_a_strategy",
        {"launch_type": "FARGATE", **spot(1)},
        spot(1),
        (".launch_type and capacity_provider_strategy are both set", "Leave one of them out"),
    ),
    Mistake(
        "fargate_mixed_with_providers_of_one_s_own",
        {
            "memory": 512,
            "capacity_provider_strategy": [
                {"capacity_provider": "FARGATE", "weight": 1},
                {"capacity_provider": "own", "weight": 1},
            ],
        },
        own_providers(1),
        ("capacity_provider_strategy mixes Fargate", "FARGATE, own"),
    ),
    Mistake(
        "two_bases",
        spot(1, 1, base=1),
        spot(1, base=1),
        (
            '.capacity_provider_strategy is [{"base":1,',
            "Only one entry may have a base",
        ),
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
        (
            '.capacity_provider_strategy is [{"base":null,"capacity_provider":"FARGATE_SPOT",',
            "Each capacity provider may stand in it once",
        ),
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
    Mistake(
        "eleven_placement_constraints",
        constraints(11),
        constraints(10),
        (".placement_constraints has 11", "at most 10"),
    ),
    Mistake(
        "six_placement_strategies",
        {**EC2, "placement_strategy": [{"type": "random"}] * 6},
        {**EC2, "placement_strategy": [{"type": "random"}] * 5},
        (".placement_strategy has 6", "at most 5"),
    ),
    Mistake(
        "binpack_of_nothing",
        {**EC2, "placement_strategy": [{"type": "binpack"}]},
        {**EC2, "placement_strategy": [{"type": "binpack", "field": "cpu"}]},
        ('.placement_strategy has {"field":null,"type":"binpack"}', "cpu or memory"),
    ),
    Mistake(
        "spread_over_nothing",
        {**EC2, "placement_strategy": [{"type": "spread"}]},
        {**EC2, "placement_strategy": [{"type": "spread", "field": "host"}]},
        (
            '.placement_strategy has {"field":null,"type":"spread"}',
            "host, instanceId or an attribute",
        ),
    ),
)
