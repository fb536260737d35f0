output "tasks" {
  description = <<-EOT
    By task, once its definition is registered:
    - `family`: name of the task definition. Known at plan time.
    - `arn`: ARN of the task definition's newest revision.
    - `container_name`: name of the main container. Known at plan time.
    - `log_group_name`: log group of the main container, or of a sidecar where only sidecars use one. Null without any.
    - `task_role_arn`: ARN of the role that the programs in the containers call AWS with, or null. Known at
      plan time for a created role.
  EOT
  value = {
    for name, task in local.resolved : name => {
      family         = task.family
      arn            = aws_ecs_task_definition.this[name].arn
      container_name = task.container_name
      log_group_name = try([for log in local.container_logs[name] : log.group if log.driver == "awslogs"][0], null)
      task_role_arn  = local.role_arns[name]
    }
  }
  depends_on = [aws_ecs_task_definition.this]
}

output "contracts" {
  description = "By task: what a DAG needs to run it, as `modules/ssm-parameters` takes it."
  value = {
    for name, task in var.tasks : name => {
      task_definition            = local.resolved[name].family
      revision                   = task.track_latest ? null : aws_ecs_task_definition.this[name].revision
      container_name             = local.resolved[name].container_name
      log_group                  = local.airflow_reads_logs[name] ? local.task_logs[name].group : null
      log_stream_prefix          = local.task_logs[name].prefix
      launch_type                = local.resolved[name].launch_type
      capacity_provider_strategy = local.resolved[name].strategy
      platform_version           = local.resolved[name].platform_version
      network_mode               = local.resolved[name].network_mode
      placement_strategy         = length(task.placement_strategy) > 0 ? task.placement_strategy : null
      propagate_tags             = var.propagate_tags || task.propagate_tags ? "TASK_DEFINITION" : null
      image_aliases              = task.image_aliases
    }
  }
  depends_on = [aws_ecs_task_definition.this]
}

# The outputs below do not wait for the task definitions, so that the execution role can be created
# before them.

output "families" {
  description = "Names of the task definitions, by task. Known at plan time."
  value       = { for name, task in local.resolved : name => task.family }
}

output "sizes" {
  description = <<-EOT
    By task, null where only containers have a size:
    - `cpu`: CPU units of the task.
    - `memory`: MiB of the task.
    - `on_fargate`: true where the task runs on Fargate.
  EOT
  value = {
    for name, task in local.resolved : name => {
      cpu        = task.cpu
      memory     = task.memory
      on_fargate = task.on_fargate
    }
  }
}

output "log_group_names" {
  description = <<-EOT
    Names of log groups:
    - `created`: those that this module creates and containers write to.
    - `existing`: those that exist already and containers write to.
    - `read_created`: those of `created` that Airflow reads the main containers' lines from.
    - `read_existing`: those of `existing` that Airflow reads the main containers' lines from.
  EOT
  value = {
    created  = local.created_log_group_names
    existing = [for group in local.written_log_group_names : group if !contains(local.created_log_group_names, group)]
    read_created = distinct([
      for name, log in local.task_logs : log.group
      if local.airflow_reads_logs[name] && contains(local.created_log_group_names, log.group)
    ])
    read_existing = distinct([
      for name, log in local.task_logs : log.group
      if local.airflow_reads_logs[name] && !contains(local.created_log_group_names, log.group)
    ])
  }
}

output "log_group_creators" {
  description = <<-EOT
    By name of a log group: the tasks, and the sidecars as `task/sidecar`, that create it. More than one is
    a mistake.
  EOT
  value       = { for creator, group in local.created_log_groups : group.group => creator... }
}
