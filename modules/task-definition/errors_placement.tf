################################################################################
# Fields that the task's platform does not have
################################################################################

locals {
  # Each list has the fields that a platform does not have. A field that is null, false or empty is not reported. The
  # first of two lists reports a field of both.
  placement_errors = {
    for name, task in local.tasks : name => concat(
      task.on_fargate ? [
        for at, value in merge(concat(
          [
            for container in local.containers[name] : {
              for field, value in {
                "privileged"              = container.privileged
                "resource_requirements"   = container.resource_requirements
                "disable_networking"      = container.disable_networking
                "dns_servers"             = container.dns_servers
                "dns_search_domains"      = container.dns_search_domains
                "docker_security_options" = container.docker_security_options
                "linux_parameters.devices" = (
                  container.linux_parameters == null ? [] : container.linux_parameters.devices[*].host_path
                )
                "linux_parameters.shared_memory_size" = try(container.linux_parameters.shared_memory_size, null)
                "linux_parameters.max_swap"           = try(container.linux_parameters.max_swap, null)
                "linux_parameters.swappiness"         = try(container.linux_parameters.swappiness, null)
                "linux_parameters.capabilities.add (only SYS_PTRACE is there)" = (
                  container.linux_parameters == null ? [] : tolist(
                    setsubtract(container.linux_parameters.capabilities.add, ["SYS_PTRACE"])
                  )
                )
              } : "${container.at}.${field}" => value
            }
          ],
          [{
            for field, value in {
              "network_mode (only awsvpc is there)" = (
                task.network_mode == "awsvpc" ? null : task.network_mode
              )
              "pid_mode (only task is there)" = (
                task.pid_mode == "task" ? null : task.pid_mode
              )
              "ipc_mode"              = task.ipc_mode
              "placement_constraints" = task.placement_constraints[*].type
              "placement_strategy"    = task.placement_strategy[*].type
              "runtime_platform.operating_system_family" = (
                contains(local.old_windows_families, try(coalesce(task.runtime_platform.operating_system_family), ""))
                ? task.runtime_platform.operating_system_family : null
              )
              "volumes with host_path" = [
                for key, volume in task.volumes : key if try(coalesce(volume.host_path), "") != ""
              ]
              "volumes with docker_volume_configuration" = [
                for key, volume in task.volumes : key if try(volume.docker_volume_configuration, null) != null
              ]
              "volumes with fsx_windows_file_server_volume_configuration" = [
                for key, volume in task.volumes : key
                if try(volume.fsx_windows_file_server_volume_configuration, null) != null
              ]
            } : "${task.at}.${field}" => value
          }],
        )...) :
        join(" ", [
          "${at} is ${jsonencode(value)}. Fargate does not have it:",
          "leave it out, or run the task on your own instances (launch_type = \"EC2\").",
        ])
        if value != null && value != false && try(length(value) > 0, true)
      ] : [],

      # Fargate has these since 1.4.0.
      # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/platform_versions.html
      task.platform_version == "1.3.0" ? [
        for at, value in merge(concat(
          [
            for container in local.containers[name] : {
              "${container.at}.environment_files" = container.environment_files
              "${container.at}.system_controls"   = container.system_controls
              "${container.at}.linux_parameters.capabilities.add" = (
                container.linux_parameters == null ? [] : container.linux_parameters.capabilities.add
              )
            }
          ],
          [{
            "${task.at}.cpu" = (
              task.cpu > local.limits.fargate_cpu_of_1_3_0 ? task.cpu : null
            )
            "${task.at}.ephemeral_storage.size_in_gib" = one(task.ephemeral_storage[*].size_in_gib)
            "${task.at}.pid_mode"                      = task.pid_mode
            "${task.at}.volumes with efs_volume_configuration" = [
              for key, volume in task.volumes : key if try(volume.efs_volume_configuration, null) != null
            ]
          }],
        )...) :
        join(" ", [
          "${at} is ${jsonencode(value)}. platform_version \"1.3.0\" does not have it:",
          "leave it out, or set 1.4.0 or LATEST.",
        ])
        if value != null && try(length(value) > 0, true)
      ] : [],

      # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-networking-awsvpc.html
      task.network_mode == "awsvpc" ? [
        for at, value in merge([
          for container in local.containers[name] : {
            "${container.at}.hostname"    = container.hostname
            "${container.at}.extra_hosts" = container.extra_hosts
            "${container.at}.links"       = container.links
          }
        ]...) :
        join(" ", [
          "${at} is ${jsonencode(value)}. network_mode \"awsvpc\" does not have it:",
          "leave it out, or set another network_mode (on EC2 only).",
        ])
        if value != null && try(length(value) > 0, true)
      ] : [],

      # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/windows_task_definitions.html
      task.windows ? [
        for at, value in merge(concat(
          [
            for container in local.containers[name] : {
              for field, value in {
                "linux_parameters"         = container.linux_parameters == null ? null : "set"
                "privileged"               = task.on_fargate ? null : container.privileged
                "readonly_root_filesystem" = container.readonly_root_filesystem
                "ulimits"                  = keys(container.ulimits)
                "user"                     = container.user
                "system_controls"          = container.system_controls
                "disable_networking"       = task.on_fargate ? null : container.disable_networking
                "dns_servers"              = task.on_fargate ? [] : container.dns_servers
                "dns_search_domains"       = task.on_fargate ? [] : container.dns_search_domains
                "extra_hosts"              = task.network_mode == "awsvpc" ? {} : container.extra_hosts
                "links"                    = task.network_mode == "awsvpc" ? [] : container.links
              } : "${container.at}.${field}" => value
            }
          ],
          [{
            for field, value in {
              "network_mode (only awsvpc is there)" = (
                contains(["bridge", "host", "none"], task.network_mode) && !task.on_fargate
                ? task.network_mode : null
              )
              "pid_mode"                      = task.pid_mode
              "ipc_mode"                      = task.on_fargate ? null : task.ipc_mode
              "ephemeral_storage.size_in_gib" = one(task.ephemeral_storage[*].size_in_gib)
              "volumes with efs_volume_configuration" = [
                for key, volume in task.volumes : key if try(volume.efs_volume_configuration, null) != null
              ]
              "runtime_platform.cpu_architecture" = (
                task.runtime_platform.cpu_architecture == "ARM64" ? "ARM64" : null
              )
              "capacity_provider_strategy" = [
                for entry in coalesce(task.strategy, []) : entry.capacity_provider
                if entry.capacity_provider == "FARGATE_SPOT"
              ]
            } : "${task.at}.${field}" => value
          }],
        )...) :
        "${at} is ${jsonencode(value)}. Windows does not have it: leave it out."
        if value != null && value != false && try(length(value) > 0, true)
      ] : [],
    )
  }
}
