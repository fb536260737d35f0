locals {
  # A task without a launch type runs by the default strategy, where there is one.
  strategies = {
    for name, task in var.tasks : name => (
      coalesce(task.launch_type, "-") == "-" && task.capacity_provider_strategy == null
      ? var.default_capacity_provider_strategy : task.capacity_provider_strategy
    )
  }

  # errors_task.tf refuses an unknown launch type. The other rules then treat the task as one on Fargate.
  on_fargate = {
    for name, task in var.tasks : name => (
      local.strategies[name] == null
      ? !contains(["EC2", "EXTERNAL"], upper(coalesce(task.launch_type, "FARGATE")))
      : alltrue([for entry in coalesce(local.strategies[name], []) : startswith(entry.capacity_provider, "FARGATE")])
    )
  }

  # Values derived from a task's fields. An empty string counts as not set.
  resolved = {
    for name, task in var.tasks : name => {
      at               = "tasks[${jsonencode(name)}]"
      family           = coalesce(task.family, var.name == null ? name : "${var.name}-${name}")
      container_name   = coalesce(task.container_name, name)
      strategy         = local.strategies[name]
      on_fargate       = local.on_fargate[name]
      launch_type      = local.strategies[name] == null ? coalesce(task.launch_type, "FARGATE") : null
      platform_version = local.on_fargate[name] ? coalesce(task.platform_version, "LATEST") : null
      network_mode     = coalesce(task.network_mode, "awsvpc")
      pid_mode         = task.pid_mode == "" ? null : task.pid_mode
      ipc_mode         = task.ipc_mode == "" ? null : task.ipc_mode
      windows          = startswith(try(coalesce(task.runtime_platform.operating_system_family), "LINUX"), "WINDOWS")

      # On instances a task may have no size of its own.
      cpu    = task.cpu == null && local.on_fargate[name] ? 256 : task.cpu
      memory = task.memory == null && local.on_fargate[name] ? 512 : task.memory

      tags = merge(
        var.tags, task.tags, var.resource_tag == null ? {} : { (var.resource_tag.key) = var.resource_tag.value },
      )
    }
  }

  # The names alone, for `for_each`. Terraform evaluates it for every instance: with the tasks themselves, a plan of 100
  # tasks takes 3 s of processor time more.
  task_names = { for name, task in var.tasks : name => name }

  # For the rules: each task's fields, with the derived values in place of those that were set.
  tasks = { for name, task in var.tasks : name => merge(task, local.resolved[name]) }
}

################################################################################
# Task definitions
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
################################################################################

resource "aws_ecs_task_definition" "this" {
  #checkov:skip=CKV_AWS_336:Many images write to their root. A task's readonly_root_filesystem = true forbids it.
  for_each = local.task_names

  family                   = local.resolved[each.key].family
  requires_compatibilities = [local.resolved[each.key].on_fargate ? "FARGATE" : "EC2"]
  network_mode             = local.resolved[each.key].network_mode
  pid_mode                 = local.resolved[each.key].pid_mode
  ipc_mode                 = local.resolved[each.key].ipc_mode
  cpu                      = local.resolved[each.key].cpu
  memory                   = local.resolved[each.key].memory
  execution_role_arn       = var.execution_role_arn
  task_role_arn            = local.role_arns[each.key]
  container_definitions    = local.container_definitions[each.key]
  tags                     = local.resolved[each.key].tags

  # With `track_latest = true` the plan shows a revision that was registered elsewhere. A pinned
  # revision must not be lost while a DAG run still uses it.
  track_latest = var.tasks[each.key].track_latest
  skip_destroy = coalesce(var.tasks[each.key].skip_destroy, !var.tasks[each.key].track_latest)

  dynamic "ephemeral_storage" {
    for_each = var.tasks[each.key].ephemeral_storage[*]

    content {
      size_in_gib = ephemeral_storage.value.size_in_gib
    }
  }

  dynamic "runtime_platform" {
    for_each = var.tasks[each.key].runtime_platform[*]

    content {
      cpu_architecture        = runtime_platform.value.cpu_architecture
      operating_system_family = runtime_platform.value.operating_system_family
    }
  }

  dynamic "placement_constraints" {
    for_each = var.tasks[each.key].placement_constraints

    content {
      type       = placement_constraints.value.type
      expression = placement_constraints.value.expression
    }
  }

  dynamic "volume" {
    for_each = { for name, volume in var.tasks[each.key].volumes : name => volume if volume != null }

    content {
      name      = volume.key
      host_path = volume.value.host_path

      dynamic "docker_volume_configuration" {
        for_each = volume.value.docker_volume_configuration[*]

        content {
          scope         = docker_volume_configuration.value.scope
          autoprovision = docker_volume_configuration.value.autoprovision
          driver        = docker_volume_configuration.value.driver
          driver_opts   = docker_volume_configuration.value.driver_opts
          labels        = docker_volume_configuration.value.labels
        }
      }

      dynamic "efs_volume_configuration" {
        for_each = volume.value.efs_volume_configuration[*]

        content {
          file_system_id          = efs_volume_configuration.value.file_system_id
          root_directory          = efs_volume_configuration.value.root_directory
          transit_encryption      = efs_volume_configuration.value.transit_encryption
          transit_encryption_port = efs_volume_configuration.value.transit_encryption_port

          dynamic "authorization_config" {
            for_each = efs_volume_configuration.value.authorization_config[*]

            content {
              access_point_id = authorization_config.value.access_point_id
              iam             = authorization_config.value.iam
            }
          }
        }
      }

      dynamic "fsx_windows_file_server_volume_configuration" {
        for_each = volume.value.fsx_windows_file_server_volume_configuration[*]
        iterator = fsx

        content {
          file_system_id = fsx.value.file_system_id
          root_directory = fsx.value.root_directory

          authorization_config {
            credentials_parameter = fsx.value.authorization_config.credentials_parameter
            domain                = fsx.value.authorization_config.domain
          }
        }
      }
    }
  }

  # A container whose log group does not exist yet does not start. A program whose role is not
  # ready yet fails.
  depends_on = [
    aws_cloudwatch_log_group.this,
    aws_iam_role.this,
    aws_iam_role_policy.this,
    aws_iam_role_policy_attachment.this,
  ]

  # The rules are in errors_*.tf, one subject a file, as lists of messages by task. They are not validations of the
  # variable, because one failed validation hides the mistakes of all other tasks. A subject whose values may be known
  # only after apply has a precondition of its own, so that it delays no other.
  lifecycle {
    precondition {
      condition     = length(local.task_errors[each.key]) == 0
      error_message = join("\n", local.task_errors[each.key])
    }

    precondition {
      condition     = length(local.placement_errors[each.key]) == 0
      error_message = join("\n", local.placement_errors[each.key])
    }

    precondition {
      condition     = length(local.container_errors[each.key]) == 0
      error_message = join("\n", local.container_errors[each.key])
    }

    precondition {
      condition     = length(local.image_errors[each.key]) == 0
      error_message = join("\n", local.image_errors[each.key])
    }

    precondition {
      condition     = length(local.secret_errors[each.key]) == 0
      error_message = join("\n", local.secret_errors[each.key])
    }

    precondition {
      condition     = length(local.file_errors[each.key]) == 0
      error_message = join("\n", local.file_errors[each.key])
    }

    precondition {
      condition     = length(local.size_errors[each.key]) == 0
      error_message = join("\n", local.size_errors[each.key])
    }

    precondition {
      condition     = length(local.reference_errors[each.key]) == 0
      error_message = join("\n", local.reference_errors[each.key])
    }

    precondition {
      condition     = length(local.network_errors[each.key]) == 0
      error_message = join("\n", local.network_errors[each.key])
    }

    precondition {
      condition     = length(local.log_errors[each.key]) == 0
      error_message = join("\n", local.log_errors[each.key])
    }

    precondition {
      condition     = length(local.log_group_errors[each.key]) == 0
      error_message = join("\n", local.log_group_errors[each.key])
    }

    precondition {
      condition     = length(local.volume_errors[each.key]) == 0
      error_message = join("\n", local.volume_errors[each.key])
    }

    precondition {
      condition     = length(local.role_errors[each.key]) == 0
      error_message = join("\n", local.role_errors[each.key])
    }

    precondition {
      condition     = length(local.role_arn_errors[each.key]) == 0
      error_message = join("\n", local.role_arn_errors[each.key])
    }

    precondition {
      condition     = length(local.definition_errors[each.key]) == 0
      error_message = join("\n", local.definition_errors[each.key])
    }
  }
}
