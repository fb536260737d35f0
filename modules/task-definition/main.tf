locals {
  _family         = coalesce(var.task.family, var.family, var.name)
  _container_name = coalesce(var.task.container_name, var.name)
  _tags           = merge(var.tags, var.task.tags, var.resource_tag == null ? {} : { (var.resource_tag.key) = var.resource_tag.value })

  # Where it runs: a strategy or a launch type, never both. A launch type that does
  # not exist is refused (rules_task.tf); the rest is judged as on Fargate.
  _strategy    = var.task.capacity_provider_strategy
  _launch_type = local._strategy == null ? coalesce(var.task.launch_type, "FARGATE") : null
  _on_fargate = (
    local._strategy == null
    ? local._launch_type != "EC2"
    : alltrue([for s in coalesce(local._strategy, []) : startswith(s.capacity_provider, "FARGATE")])
  )
  _platform_version = local._on_fargate ? coalesce(var.task.platform_version, "LATEST") : null

  # On instances a task may go without a size of its own.
  _cpu    = var.task.cpu == null && local._on_fargate ? 256 : var.task.cpu
  _memory = var.task.memory == null && local._on_fargate ? 512 : var.task.memory

  _awsvpc  = var.task.network_mode == "awsvpc"
  _windows = startswith(try(var.task.runtime_platform.operating_system_family, "LINUX"), "WINDOWS")
}

################################################################################
# Task definition
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
################################################################################

resource "aws_ecs_task_definition" "this" {
  family                   = local._family
  requires_compatibilities = [local._on_fargate ? "FARGATE" : "EC2"]
  network_mode             = var.task.network_mode
  pid_mode                 = var.task.pid_mode
  ipc_mode                 = var.task.ipc_mode
  cpu                      = local._cpu
  memory                   = local._memory
  execution_role_arn       = var.execution_role_arn
  task_role_arn            = local._has_role ? local._made_role_arn : var.task.task_role_arn
  container_definitions    = local._container_definitions
  tags                     = local._tags

  # Who follows the newest revision sees in the plan one that was registered
  # elsewhere. Who pins one must not lose it while a DAG run still holds it.
  track_latest = var.task.track_latest
  skip_destroy = var.task.skip_destroy == null ? !var.task.track_latest : var.task.skip_destroy

  dynamic "ephemeral_storage" {
    for_each = var.task.ephemeral_storage[*]

    content {
      size_in_gib = ephemeral_storage.value.size_in_gib
    }
  }

  dynamic "runtime_platform" {
    for_each = var.task.runtime_platform[*]

    content {
      cpu_architecture        = runtime_platform.value.cpu_architecture
      operating_system_family = runtime_platform.value.operating_system_family
    }
  }

  dynamic "placement_constraints" {
    for_each = var.task.placement_constraints

    content {
      type       = placement_constraints.value.type
      expression = placement_constraints.value.expression
    }
  }

  dynamic "volume" {
    for_each = var.task.volumes

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

        content {
          file_system_id = fsx_windows_file_server_volume_configuration.value.file_system_id
          root_directory = fsx_windows_file_server_volume_configuration.value.root_directory

          authorization_config {
            credentials_parameter = fsx_windows_file_server_volume_configuration.value.authorization_config.credentials_parameter
            domain                = fsx_windows_file_server_volume_configuration.value.authorization_config.domain
          }
        }
      }
    }
  }

  # A container that starts before its log group exists does not start at all; a
  # program that starts before its role may do something fails.
  depends_on = [
    aws_cloudwatch_log_group.this,
    aws_iam_role.this,
    aws_iam_role_policy.this,
    aws_iam_role_policy_attachment.this,
  ]

  # All rules of a task, each a list of what is wrong; what it holds, and why, stands
  # in the rules_*.tf files. None is a validation of the variable: where one of those
  # fails, Terraform tells nothing of the other tasks.
  lifecycle {
    precondition {
      condition     = local._on_fargate ? contains(local._legal_memory, local._memory) : true
      error_message = "${local._task} cpu = ${jsonencode(local._cpu)} and memory = ${jsonencode(local._memory)} are no pair: ${local._legal_sizes}."
    }

    precondition {
      condition     = can(regex(local._container_word, local._container_name))
      error_message = "${local._task} container_name = ${jsonencode(local._container_name)}: a container's name has 1 to 255 letters, digits, hyphens and underscores, nothing else."
    }

    precondition {
      condition     = !contains(keys(var.task.sidecars), local._container_name)
      error_message = "${local._task} the sidecar ${jsonencode(local._container_name)} has the main container's name. Call one of them otherwise (the main one by container_name)."
    }

    precondition {
      condition     = can(regex("^[a-zA-Z0-9_-]{1,255}$", local._family))
      error_message = "${local._task} family = ${jsonencode(local._family)}: a task definition's name has 1 to 255 letters, digits, hyphens and underscores, nothing else."
    }

    precondition {
      condition     = length(local._bad_images) == 0
      error_message = "${local._task} ${join("; ", local._bad_images)}: give [registry/]name[:tag][@digest]; the name is in lower case, no https:// stands before it, a digest is sha256: and 64 hexadecimal digits, and before that are 255 characters at most."
    }

    precondition {
      condition     = length(local._nulls) == 0
      error_message = "${local._task} ${join("; ", local._nulls)}: give a value, or leave it out."
    }

    precondition {
      condition     = length(local._environment_and_secret) == 0
      error_message = "${local._task} ${join(", ", local._environment_and_secret)} is in both environment and secrets; ECS takes it in one only."
    }

    precondition {
      condition     = length(local._bad_secrets) == 0
      error_message = "${local._task} ${join("; ", local._bad_secrets)}: give the ARN of a secret in Secrets Manager (\":json-key:stage:version\" may follow), or the ARN or name of a parameter in Parameter Store; never the secret itself."
    }

    precondition {
      condition     = length(local._bad_arns) == 0
      error_message = "${local._task} ${join("; ", local._bad_arns)}."
    }

    precondition {
      condition     = length(local._bad_numbers) == 0
      error_message = "${local._task} ${join("; ", local._bad_numbers)}."
    }

    precondition {
      condition     = length(local._bad_words) == 0
      error_message = "${local._task} ${join("; ", local._bad_words)}."
    }

    precondition {
      condition     = length(local._bad_ports) == 0
      error_message = "${local._task} ${join("; ", local._bad_ports)}."
    }

    precondition {
      condition     = length(local._bad_logs) == 0
      error_message = "${local._task} ${join("; ", local._bad_logs)}."
    }

    precondition {
      condition     = length(local._bad_sums) == 0
      error_message = "${local._task} ${join("; ", local._bad_sums)}."
    }

    precondition {
      condition     = length(local._bad_dependencies) == 0
      error_message = "${local._task} ${join("; ", local._bad_dependencies)}."
    }

    precondition {
      condition     = length(local._circle) == 0
      error_message = "${local._task} depends_on goes in a circle: ${join(", ", local._circle)} wait for each other, and none would ever start."
    }

    precondition {
      condition     = length(local._bad_references) == 0
      error_message = "${local._task} ${join("; ", local._bad_references)}."
    }

    precondition {
      condition     = length(local._bad_volumes) == 0
      error_message = "${local._task} ${join("; ", local._bad_volumes)}."
    }

    precondition {
      condition     = length(local._not_on_fargate) == 0
      error_message = "${local._task} Fargate does not have this: ${join("; ", local._not_on_fargate)}. Leave it out, or run the task on instances of yours (launch_type = \"EC2\")."
    }

    precondition {
      condition     = length(local._not_in_1_3_0) == 0
      error_message = "${local._task} platform_version = \"1.3.0\" does not have this: ${join("; ", local._not_in_1_3_0)}. Take 1.4.0 or LATEST."
    }

    precondition {
      condition     = length(local._not_with_awsvpc) == 0
      error_message = "${local._task} with network_mode = \"awsvpc\" a container has none of these: ${join("; ", local._not_with_awsvpc)}. Leave it out, or take another network_mode (on EC2 only)."
    }

    precondition {
      condition     = length(local._not_on_windows) == 0
      error_message = "${local._task} Windows does not have this: ${join("; ", local._not_on_windows)}."
    }

    precondition {
      condition     = length(local._bad_role) == 0
      error_message = "${local._task} ${join("; ", local._bad_role)}."
    }

    precondition {
      condition     = length(local._role_for_efs) == 0
      error_message = "${local._task} ${join("; ", local._role_for_efs)}."
    }

    # These may be known only after apply, and so stand alone.
    precondition {
      condition     = can(regex(local._log_group_word, local._log_group_name))
      error_message = "${local._task} log_group_name = ${jsonencode(local._log_group_name)}: a log group's name has 1 to 512 letters, digits and _/.#-, nothing else (no ARN)."
    }

    precondition {
      condition     = can(regex(local._stream_prefix, local._log_stream_prefix))
      error_message = "${local._task} log_stream_prefix = ${jsonencode(local._log_stream_prefix)}: give letters, digits and _.-/ without a slash at either end."
    }

    precondition {
      condition = var.task.task_role_arn == null || can(
        regex("^arn:${local._partition}:iam::${local._account_id}:role/([a-zA-Z0-9+=,.@_-]+/)*[a-zA-Z0-9+=,.@_-]{1,64}$", var.task.task_role_arn)
      )
      error_message = "${local._task} task_role_arn = ${jsonencode(var.task.task_role_arn)} must be the ARN of one role of the account ${local._account_id} (${local._partition}), without wildcards and policy variables."
    }

    precondition {
      condition = local._on_fargate || alltrue([
        for s in coalesce(var.task.capacity_provider_strategy, []) : !startswith(s.capacity_provider, "FARGATE")
      ])
      error_message = "${local._task} capacity_provider_strategy mixes Fargate with providers of your own (${join(", ", coalesce(var.task.capacity_provider_strategy, [])[*].capacity_provider)}); ECS refuses that."
    }

    precondition {
      condition     = length(local._bad_task) == 0
      error_message = "${local._task} ${join("; ", local._bad_task)}."
    }
  }
}
