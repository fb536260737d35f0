locals {
  _family         = coalesce(var.task.family, var.family, var.name)
  _container_name = coalesce(var.task.container_name, var.name)
  _tags           = merge(var.tags, var.task.tags)

  # Where it runs: a strategy or a launch type, never both.
  _strategy    = var.task.capacity_provider_strategy
  _launch_type = local._strategy == null ? coalesce(var.task.launch_type, "FARGATE") : null
  _on_fargate = (
    local._strategy == null
    ? local._launch_type == "FARGATE"
    : alltrue([for s in coalesce(local._strategy, []) : startswith(s.capacity_provider, "FARGATE")])
  )
  _platform_version = local._on_fargate ? coalesce(var.task.platform_version, "LATEST") : null
}

################################################################################
# Task definition
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
################################################################################

resource "aws_ecs_task_definition" "this" {
  family                   = local._family
  requires_compatibilities = [local._on_fargate ? "FARGATE" : "EC2"]
  network_mode             = "awsvpc"
  cpu                      = var.task.cpu
  memory                   = var.task.memory
  execution_role_arn       = var.execution_role_arn
  task_role_arn            = var.task.task_role_arn
  container_definitions    = local._container_definitions
  tags                     = local._tags

  # A container that starts before its log group exists does not start at all.
  depends_on = [aws_cloudwatch_log_group.this]

  # Rules across fields; those of one field stand in variables.tf.
  lifecycle {
    precondition {
      condition     = !local._on_fargate || contains(local._legal_memory, var.task.memory)
      error_message = "${local._task} cpu = ${var.task.cpu} and memory = ${var.task.memory} are no pair: ${local._legal_sizes}."
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
      condition     = length(local._environment_and_secret) == 0
      error_message = "${local._task} ${join(", ", local._environment_and_secret)} is in both environment and secrets; ECS takes it in one only."
    }

    precondition {
      condition     = length(local._bad_secrets) == 0
      error_message = "${local._task} secrets: ${join(", ", local._bad_secrets)}: give the ARN of a secret in Secrets Manager (\":json-key:stage:version\" may follow), or the ARN or name of a parameter in Parameter Store; never the secret itself."
    }

    precondition {
      condition = local._on_fargate || alltrue([
        for s in coalesce(var.task.capacity_provider_strategy, []) : !startswith(s.capacity_provider, "FARGATE")
      ])
      error_message = "${local._task} capacity_provider_strategy mixes Fargate with providers of your own (${join(", ", coalesce(var.task.capacity_provider_strategy, [])[*].capacity_provider)}); ECS refuses that."
    }

    precondition {
      condition     = local._on_fargate || var.task.platform_version == null
      error_message = "${local._task} platform_version = ${jsonencode(var.task.platform_version)}: only Fargate has platform versions, and this task does not run there."
    }
  }
}
