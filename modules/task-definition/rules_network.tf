################################################################################
# What is wrong in ports, links and kernel parameters of the network
################################################################################

locals {
  # Where the container's port is the port that others call.
  # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html
  _same_ports = contains(["awsvpc", "host"], var.task.network_mode)
  _mode       = "network_mode ${var.task.network_mode}"

  _ports = flatten([
    for container in local._containers : [
      for port in container.port_mappings : merge(port, { of = local._of[container.name] }) if port != null
    ]
  ])
  _taken = {
    for port in local._ports :
    "${port.protocol} ${coalesce(port.host_port, port.container_port, 0)}" => port.of...
    if(local._same_ports ? coalesce(port.host_port, port.container_port, 0) : coalesce(port.host_port, 0)) != 0
  }

  _bad_ports = concat(
    flatten([
      for port in local._ports : [
        for problem in [
          (port.container_port == null) == (port.container_port_range == null) ?
          ": each has either container_port or container_port_range" : "",
          port.container_port == null ? "" :
          port.container_port >= 1 && port.container_port <= 65535 && floor(port.container_port) == port.container_port ? "" :
          " has the port ${port.container_port}: legal is 1 to 65535",
          port.host_port == null ? "" :
          port.host_port >= (local._same_ports ? 1 : 0) && port.host_port <= 65535 && floor(port.host_port) == port.host_port ? "" :
          " has host_port = ${port.host_port}: legal is 1 to 65535${local._same_ports ? "" : ", or 0 for a free one"}",
          port.container_port_range == null || port.container_port != null || local._range_is_legal[coalesce(port.container_port_range, "-")] ? "" :
          " has container_port_range = ${jsonencode(port.container_port_range)}: give the first port and a later last one, e.g. \"8080-8090\"",
          port.container_port_range == null || port.host_port == null ? "" :
          ": container_port_range takes no host_port; ECS finds ports for it",
          port.container_port_range == null || var.task.network_mode != "host" ? "" :
          ": container_port_range needs network_mode awsvpc or bridge",
          port.host_port == null || port.container_port == null || !local._same_ports ? "" :
          port.host_port == port.container_port ? "" :
          ": host_port = ${port.host_port} with container_port = ${port.container_port}: with ${local._mode} they are the same",
          contains(["tcp", "udp"], port.protocol) ? "" :
          ".protocol = ${jsonencode(port.protocol)}: legal are tcp and udp",
          port.app_protocol == null || contains(["http", "http2", "grpc"], coalesce(port.app_protocol, "http")) ? "" :
          ".app_protocol = ${jsonencode(port.app_protocol)}: legal are http, http2 and grpc",
          port.name == null || can(regex("^[a-z0-9_][a-z0-9_-]{0,63}$", port.name)) ? "" :
          ".name = ${jsonencode(port.name)}: a port's name has 1 to 64 lower-case letters, digits, underscores and hyphens, no hyphen first",
          var.task.network_mode == "none" ? ": with ${local._mode} a container has no ports" : "",
        ] : "port_mappings ${port.of}${problem}" if problem != ""
      ]
    ]),
    [
      for port, takers in local._taken :
      "port_mappings: ${port} is taken by ${join(", and ", [for of in takers : "a mapping ${of}"])}: one of a task may have it"
      if length(takers) > 1
    ],
    flatten([
      for container in local._containers : [
        for link in container.links : [
          for problem in [
            contains(setsubtract(local._names, [container.name]), split(":", link)[0]) ? "" :
            "there is no other container ${jsonencode(split(":", link)[0])}; this task has ${join(", ", local._names)}",
            contains(["host", "none"], var.task.network_mode) ? "they need network_mode bridge" : "",
          ] : "links ${local._of[container.name]} = ${jsonencode(link)}: ${problem}" if problem != ""
        ] if link != null
      ]
    ]),
    flatten([
      for container in local._containers : [
        for namespace in keys(container.system_controls) : [
          for problem in [
            can(regex("^(net|fs\\.mqueue)\\..", namespace)) || contains(local._ipc_controls, namespace) ? "" :
            "legal are net.*, fs.mqueue.*, ${join(", ", local._ipc_controls)}",
            var.task.network_mode == "host" && startswith(namespace, "net.") ?
            "with ${local._mode} they are the host's" : "",
            var.task.ipc_mode == "host" && !startswith(namespace, "net.") ?
            "with ipc_mode host they are the host's" : "",
          ] : "system_controls ${local._of[container.name]} has ${jsonencode(namespace)}: ${problem}" if problem != ""
        ]
      ]
    ]),
  )
  _range_is_legal = {
    for range in distinct(concat(["-"], local._ports[*].container_port_range)) : range => try(
      tonumber(split("-", range)[0]) >= 1 &&
      tonumber(split("-", range)[0]) < tonumber(split("-", range)[1]) &&
      tonumber(split("-", range)[1]) <= 65535 &&
      can(regex("^[0-9]+-[0-9]+$", range)),
      false
    ) if range != null
  }
}
