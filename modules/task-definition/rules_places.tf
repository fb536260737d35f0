################################################################################
# What the place where the task runs does not have
################################################################################

locals {
  # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
  _not_on_fargate = !local._on_fargate ? [] : concat(
    flatten([
      for container in local._containers : [
        for field, value in {
          "privileged"                          = container.privileged == true ? true : null
          "resource_requirements"               = container.resource_requirements
          "disable_networking"                  = container.disable_networking == true ? true : null
          "dns_servers"                         = container.dns_servers
          "dns_search_domains"                  = container.dns_search_domains
          "docker_security_options"             = container.docker_security_options
          "linux_parameters.devices"            = try(container.linux_parameters.devices[*].host_path, [])
          "linux_parameters.shared_memory_size" = try(container.linux_parameters.shared_memory_size, null)
          "linux_parameters.max_swap"           = try(container.linux_parameters.max_swap, null)
          "linux_parameters.swappiness"         = try(container.linux_parameters.swappiness, null)
          "linux_parameters.capabilities.add (legal is SYS_PTRACE)" = try(
            setsubtract(container.linux_parameters.capabilities.add, ["SYS_PTRACE"]), []
          )
        } : "${field} ${local._of[container.name]} = ${jsonencode(value)}"
        if value != null && try(length(value) > 0, true)
      ]
    ]),
    [
      for field, value in {
        "network_mode (legal is awsvpc)" = local._awsvpc ? null : var.task.network_mode
        "pid_mode (legal is task)"       = var.task.pid_mode == "task" ? null : var.task.pid_mode
        "ipc_mode"                       = var.task.ipc_mode
        "placement_constraints"          = var.task.placement_constraints[*].type
        "placement_strategy"             = var.task.placement_strategy[*].type
        "runtime_platform.operating_system_family" = (
          contains(local._old_windows_families, try(var.task.runtime_platform.operating_system_family, "LINUX"))
          ? var.task.runtime_platform.operating_system_family : null
        )
        "volumes.host_path" = [for name, volume in var.task.volumes : name if volume.host_path != null]
        "volumes.docker_volume_configuration" = [
          for name, volume in var.task.volumes : name if volume.docker_volume_configuration != null
        ]
        "volumes.fsx_windows_file_server_volume_configuration" = [
          for name, volume in var.task.volumes : name if volume.fsx_windows_file_server_volume_configuration != null
        ]
      } : "${field} = ${jsonencode(value)}" if value != null && try(length(value) > 0, true)
    ],
  )

  # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-networking-awsvpc.html
  _not_with_awsvpc = !local._awsvpc ? [] : flatten([
    for container in local._containers : [
      for field, value in {
        "hostname"    = container.hostname
        "extra_hosts" = container.extra_hosts
        "links"       = container.links
      } : "${field} ${local._of[container.name]} = ${jsonencode(value)}"
      if value != null && try(length(value) > 0, true)
    ]
  ])

  # What came to Fargate with 1.4.0.
  # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/platform_versions.html
  _not_in_1_3_0 = !local._on_fargate || var.task.platform_version != "1.3.0" ? [] : concat(
    flatten([
      for container in local._containers : [
        for field, given in {
          "environment_files"                 = length(container.environment_files) > 0
          "system_controls"                   = length(container.system_controls) > 0
          "linux_parameters.capabilities.add" = length(flatten(container.linux_parameters[*].capabilities.add)) > 0
        } : "${field} ${local._of[container.name]}" if given
      ]
    ]),
    [
      for field, given in {
        "cpu = ${local._cpu}"              = local._cpu > 4096
        "ephemeral_storage"                = var.task.ephemeral_storage != null
        "pid_mode"                         = var.task.pid_mode != null
        "volumes.efs_volume_configuration" = anytrue([for v in var.task.volumes : v.efs_volume_configuration != null])
      } : field if given
    ],
  )

  # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/windows_task_definitions.html
  _not_on_windows = !local._windows ? [] : concat(
    flatten([
      for container in local._containers : [
        for field, given in {
          "linux_parameters"         = container.linux_parameters != null
          "privileged"               = container.privileged == true
          "readonly_root_filesystem" = container.readonly_root_filesystem == true
          "ulimits"                  = length(container.ulimits) > 0
          "user"                     = container.user != null
          "system_controls"          = length(container.system_controls) > 0

          # Of what Fargate or awsvpc lack on Linux too, those lists tell.
          "disable_networking" = container.disable_networking == true && !local._on_fargate
          "dns_servers"        = length(container.dns_servers) > 0 && !local._on_fargate
          "dns_search_domains" = length(container.dns_search_domains) > 0 && !local._on_fargate
          "extra_hosts"        = length(container.extra_hosts) > 0 && !local._awsvpc
          "links"              = length(container.links) > 0 && !local._awsvpc
        } : "${field} ${local._of[container.name]}" if given
      ]
    ]),
    [
      for field, given in {
        "network_mode = ${jsonencode(var.task.network_mode)} (legal is awsvpc)" = (
          contains(["bridge", "host", "none"], var.task.network_mode) && !local._on_fargate
        )

        "pid_mode"                                      = var.task.pid_mode != null
        "ipc_mode"                                      = var.task.ipc_mode != null
        "ephemeral_storage"                             = var.task.ephemeral_storage != null
        "volumes.efs_volume_configuration"              = anytrue([for v in var.task.volumes : v.efs_volume_configuration != null])
        "runtime_platform.cpu_architecture = \"ARM64\"" = try(var.task.runtime_platform.cpu_architecture, "X86_64") == "ARM64"
        "capacity_provider_strategy with FARGATE_SPOT" = anytrue([
          for s in coalesce(local._strategy, []) : s.capacity_provider == "FARGATE_SPOT"
        ])
      } : field if given
    ],
  )
}
