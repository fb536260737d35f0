################################################################################
# Mistakes in ports, links and kernel parameters of the network
################################################################################

locals {
  # Whether the container's port is the port that others call.
  # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html
  same_ports = { for name, task in local.tasks : name => contains(["awsvpc", "host"], task.network_mode) }

  # Where each port is mapped, by protocol and port.
  containers_by_port = {
    for name, containers in local.containers : name => {
      for mapping in flatten([
        for container in containers : [
          for port in container.port_mappings : {
            at       = container.at
            port     = coalesce(port.host_port, local.same_ports[name] ? port.container_port : null, 0)
            protocol = port.protocol
          } if port != null
        ]
      ]) : "${mapping.protocol} ${mapping.port}" => mapping.at... if mapping.port != 0
    }
  }

  network_errors = {
    for name, task in local.tasks : name => concat(
      flatten([
        for container in local.containers[name] : concat(
          flatten([
            for number, port in container.port_mappings : [
              for problem in port == null ? [] : concat(
                compact([
                  (port.container_port == null) != (coalesce(port.container_port_range, "-") == "-") ? null :
                  " must have either container_port or container_port_range.",

                  coalesce(port.container_port_range, "-") == "-" || port.host_port == null ? null :
                  join(" ", [
                    ".host_port is ${coalesce(port.host_port, 0)}. Leave it out:",
                    "ECS finds ports for container_port_range.",
                  ]),

                  coalesce(port.container_port_range, "-") == "-" || task.network_mode != "host" ? null :
                  ".container_port_range needs network_mode awsvpc or bridge.",

                  contains(["tcp", "udp"], port.protocol) ? null :
                  ".protocol is ${jsonencode(port.protocol)}. It must be tcp or udp.",

                  contains(["http", "http2", "grpc"], coalesce(port.app_protocol, "http")) ? null :
                  ".app_protocol is ${jsonencode(port.app_protocol)}. It must be http, http2 or grpc.",

                  coalesce(port.name, "-") == "-" || (
                    can(regex(local.patterns.port_name, port.name)) &&
                    try(length(port.name) <= local.limits.port_name_characters, true)
                  ) ? null :
                  join(" ", [
                    ".name is ${jsonencode(port.name)}. It must have 1 to 64 lower-case letters, digits,",
                    "underscores and hyphens, and must not begin with a hyphen.",
                  ]),

                  task.network_mode != "none" ? null :
                  " needs another network_mode: with \"none\" a container has no ports.",
                ]),
                [
                  for value in port.container_port[*] :
                  ".container_port is ${value}. It must be ${local.range_texts.instances.port}."
                  if value < local.ranges.port[0] || value > local.ranges.port[1] || floor(value) != value
                ],
                [
                  for value in port.host_port[*] : join(" ", [
                    ".host_port is ${value}. It must be ${local.range_texts.instances.port}",
                    local.same_ports[name] ? "with network_mode ${task.network_mode}." : "(or 0 for a free one).",
                  ])
                  if(
                    value < local.ranges[local.same_ports[name] ? "port" : "free_port"][0] ||
                    value > local.ranges.port[1] || floor(value) != value
                  )
                ],
                [
                  for value in port.container_port[*] : join(" ", [
                    ".host_port is ${coalesce(port.host_port, 0)}. With network_mode ${task.network_mode}",
                    "it must be container_port, ${value}: leave it out.",
                  ])
                  if(
                    local.same_ports[name] && coalesce(port.host_port, value) != value &&
                    coalesce(port.host_port, 0) >= local.ranges.port[0]
                  )
                ],
                [
                  for range in port.container_port_range[*] : join(" ", [
                    ".container_port_range is ${jsonencode(range)}.",
                    "It must be the first port and a later last one, e.g. \"8080-8090\".",
                  ])
                  if range != "" && port.container_port == null && !try(
                    can(regex(local.patterns.port_range, range)) &&
                    tonumber(split("-", range)[0]) >= local.ranges.port[0] &&
                    tonumber(split("-", range)[0]) < tonumber(split("-", range)[1]) &&
                    tonumber(split("-", range)[1]) <= local.ranges.port[1],
                    false,
                  )
                ],
              ) : "${container.at}.port_mappings[${number}]${problem}"
            ]
          ]),
          flatten([
            for link in container.links : [
              for problem in compact([
                contains(container.others, split(":", link)[0]) ? null : join(" ", [
                  "There is no other container ${jsonencode(split(":", link)[0])}:",
                  "it must be one of ${join(", ", container.others)}.",
                ]),
                !contains(["host", "none"], task.network_mode) ? null : "Links need network_mode bridge.",
              ]) : "${container.at}.links has ${jsonencode(link)}. ${problem}"
            ] if link != null
          ]),
          flatten([
            for namespace in keys(container.system_controls) : [
              for problem in compact([
                can(regex("^(net|fs\\.mqueue)\\..", namespace)) || contains(local.ipc_controls, namespace) ? null :
                "It must be net.*, fs.mqueue.* or one of ${join(", ", local.ipc_controls)}.",

                task.network_mode != "host" || !startswith(namespace, "net.") ? null :
                "With network_mode host it is the host's: leave it out.",

                task.ipc_mode != "host" || startswith(namespace, "net.") ? null :
                "With ipc_mode host it is the host's: leave it out.",
              ]) : "${container.at}.system_controls has ${jsonencode(namespace)}. ${problem}"
            ]
          ]),
        )
      ]),
      [
        for port, containers in local.containers_by_port[name] : join(" ", [
          "${task.at}: ${port} is in port_mappings of ${join(" and of ", containers)}.",
          "Only one of a task's mappings may have it: remove it from the others.",
        ])
        if length(containers) > 1
      ],
    )
  }
}
