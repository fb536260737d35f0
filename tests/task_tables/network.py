"""Mistakes in ports, links and kernel parameters, by the network that the task is in."""

from __future__ import annotations

from task_tables.mistake import EC2, HOST, Mistake, Task, sidecar


def ports(*given: Task) -> Task:
    """Return port mappings, of port 80 where none is given."""
    return {"port_mappings": [port or {"container_port": 80} for port in given]}


def controls(namespace: str) -> Task:
    """Return a kernel parameter."""
    return {"system_controls": {namespace: "1"}}


NONE: Task = {**EC2, "network_mode": "none"}

NETWORK = (
    Mistake(
        "a_port_out_of_range",
        ports({"container_port": 70000}),
        ports({"container_port": 65535}),
        (".port_mappings[0].container_port is 70000", "1 to 65535"),
    ),
    Mistake(
        "a_port_of_the_host_out_of_range",
        {**EC2, **ports({"container_port": 80, "host_port": 65536})},
        {**EC2, **ports({"container_port": 80, "host_port": 0})},
        (".port_mappings[0].host_port is 65536", "0 for a free one"),
    ),
    Mistake(
        "an_unknown_protocol",
        ports({"container_port": 80, "protocol": "http"}),
        ports({"container_port": 80, "protocol": "udp"}),
        ('.port_mappings[0].protocol is "http"', "It must be tcp or udp"),
    ),
    Mistake(
        "an_unknown_protocol_of_the_application",
        ports({"container_port": 80, "app_protocol": "ftp"}),
        ports({"container_port": 80, "app_protocol": "http2"}),
        ('.port_mappings[0].app_protocol is "ftp"', "It must be http, http2 or grpc"),
    ),
    Mistake(
        "a_port_s_name_in_capitals",
        ports({"container_port": 80, "name": "Web"}),
        ports({"container_port": 80, "name": "web"}),
        ('.port_mappings[0].name is "Web"', "lower-case"),
    ),
    Mistake(
        "a_port_and_a_range",
        ports({"container_port": 80, "container_port_range": "80-90"}),
        ports({"container_port_range": "80-90"}),
        ("either container_port or container_port_range",),
    ),
    Mistake(
        "neither_a_port_nor_a_range",
        ports({"protocol": "tcp"}),
        ports({}),
        ("either container_port or container_port_range",),
    ),
    Mistake(
        "a_range_that_ends_before_it_begins",
        ports({"container_port_range": "90-80"}),
        ports({"container_port_range": "80-81"}),
        ('.port_mappings[0].container_port_range is "90-80"', "a later last one"),
    ),
    Mistake(
        "a_range_over_the_last_port",
        ports({"container_port_range": "65000-65536"}),
        ports({"container_port_range": "65000-65535"}),
        ('.port_mappings[0].container_port_range is "65000-65536"', "8080-8090"),
    ),
    Mistake(
        "a_range_with_a_port_of_the_host",
        {**EC2, **ports({"container_port_range": "80-90", "host_port": 80})},
        {**EC2, **ports({"container_port_range": "80-90"})},
        (
            ".port_mappings[0].host_port is 80",
            "Leave it out: ECS finds ports for container_port_range",
        ),
    ),
    Mistake(
        "a_range_on_the_host_s_network",
        {**HOST, **ports({"container_port_range": "80-90"})},
        {**EC2, **ports({"container_port_range": "80-90"})},
        ("container_port_range needs network_mode awsvpc or bridge",),
    ),
    Mistake(
        "a_port_of_the_host_with_awsvpc",
        ports({"container_port": 80, "host_port": 8080}),
        ports({"container_port": 80, "host_port": 80}),
        (".port_mappings[0].host_port is 8080", "awsvpc"),
    ),
    Mistake(
        "another_port_on_the_host_s_network",
        {**HOST, **ports({"container_port": 80, "host_port": 8080})},
        {**HOST, **ports({"container_port": 80, "host_port": 80})},
        (".port_mappings[0].host_port is 8080", "network_mode host"),
    ),
    Mistake(
        "a_port_without_a_network",
        {**NONE, **ports({})},
        NONE,
        (
            ".port_mappings[0] needs another network_mode",
            'with "none" a container has no ports',
        ),
    ),
    Mistake(
        "a_port_that_two_mappings_take",
        ports({}, {}),
        ports({}, {"container_port": 80, "protocol": "udp"}),
        ("tcp 80 is in port_mappings of",),
    ),
    Mistake(
        "a_port_that_two_containers_take",
        {**ports({}), **sidecar(**ports({}))},
        {**EC2, **ports({}), **sidecar(**ports({}))},
        (
            ": tcp 80 is in port_mappings of tasks",
            '.sidecars["agent"]',
            "Only one of a task's mappings may have it",
        ),
    ),
    Mistake(
        "a_port_of_the_host_that_two_containers_take",
        {
            **EC2,
            **ports({"container_port": 80, "host_port": 8080}),
            **sidecar(**ports({"container_port": 81, "host_port": 8080})),
        },
        {
            **EC2,
            **ports({"container_port": 80, "host_port": 8080}),
            **sidecar(**ports({"container_port": 80, "host_port": 8081})),
        },
        ("tcp 8080 is in port_mappings of",),
    ),
    Mistake(
        "a_link_to_nobody",
        {**EC2, "links": ["agnet:a"], **sidecar()},
        {**EC2, "links": ["agent:a"], **sidecar()},
        (
            '.links has "agnet:a"',
            'There is no other container "agnet": it must be one of agent',
        ),
    ),
    Mistake(
        "a_link_on_the_host_s_network",
        {**HOST, "links": ["agent"], **sidecar()},
        {**EC2, "links": ["agent"], **sidecar()},
        ('.links has "agent"', "network_mode bridge"),
    ),
    Mistake(
        "a_link_with_awsvpc",
        {"links": ["agent"], **sidecar()},
        {**EC2, "links": ["agent"], **sidecar()},
        ('.links is ["agent"]', "awsvpc"),
    ),
    Mistake(
        "an_extra_host_with_awsvpc",
        {"extra_hosts": {"db": "10.0.0.3"}},
        {**EC2, "extra_hosts": {"db": "10.0.0.3"}},
        ('.extra_hosts is {"db":"10.0.0.3"}', "awsvpc"),
    ),
    Mistake(
        "a_host_name_with_awsvpc",
        {"hostname": "etl"},
        {**EC2, "hostname": "etl"},
        ('.hostname is "etl"', "awsvpc"),
    ),
    Mistake(
        "an_unknown_kernel_parameter",
        controls("vm.swappiness"),
        controls("fs.mqueue.msg_max"),
        ('.system_controls has "vm.swappiness"', "net.*", "kernel.sem"),
    ),
    Mistake(
        "a_kernel_parameter_of_the_host_s_network",
        {**HOST, **controls("net.core.somaxconn")},
        {**HOST, **controls("kernel.sem")},
        ('.system_controls has "net.core.somaxconn"', "With network_mode host"),
    ),
    Mistake(
        "a_kernel_parameter_of_the_host_s_ipc",
        {**EC2, "ipc_mode": "host", **controls("kernel.sem")},
        {**EC2, "ipc_mode": "host", **controls("net.core.somaxconn")},
        ('.system_controls has "kernel.sem"', "With ipc_mode host"),
    ),
)
