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
        } : "${field} ${local._of[container.name]}" if given
      ]
    ]),
    [
      for field, given in {
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

  # The role is made here, so its name and what it may do must be legal too.
  _bad_role = !local._has_role ? [] : [
    for problem in concat(
      [
        can(regex(local._role_word, local._role_name)) ? "" :
        "name = ${jsonencode(local._role_name)}: a role's name has 1 to 64 letters, digits and +=,.@_-, nothing else; say one in task_role.name",
        can(regex(local._role_path_word, local._role_path)) ? "" :
        "path = ${jsonencode(local._role_path)}: a path begins and ends with a slash, e.g. \"/airflow/\"",
        var.task.task_role_arn == null ? "" : "task_role_arn is given too; a task has one role",
      ],
      [
        for sid, statement in local._role_statements :
        "statements: ${jsonencode(sid)}: a statement's name has letters and digits, nothing else"
        if !can(regex("^[a-zA-Z0-9]+$", sid))
      ],
      [
        for sid, statement in local._role_statements :
        "statements: ${jsonencode(sid)}: effect = ${jsonencode(statement.effect)}: legal are Allow and Deny"
        if !contains(["Allow", "Deny"], statement.effect)
      ],
      [
        for sid, statement in local._role_statements :
        "statements: ${jsonencode(sid)}: actions = ${jsonencode(statement.actions)}: each is a service and an action, e.g. \"s3:GetObject\""
        if length(statement.actions) == 0 || !alltrue([for action in statement.actions : can(regex("^([a-z0-9-]+:[a-zA-Z0-9*?]+|\\*)$", action))])
      ],
    ) : "task_role.${problem}" if problem != ""
  ]
}
