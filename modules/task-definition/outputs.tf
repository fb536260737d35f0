output "family" {
  description = "Name of the task definition. Known at plan time; used only once it is registered."
  value       = local._family
  depends_on  = [aws_ecs_task_definition.this]
}

output "arn" {
  description = "ARN of the task definition's newest revision."
  value       = aws_ecs_task_definition.this.arn
}

output "container_name" {
  description = "Name of the main container."
  value       = local._container_name
}

output "log_group_name" {
  description = "Log group that the containers write to. Null where none of them does."
  value       = local._to_awslogs ? local._log_group_name : null
}

output "task_role_arn" {
  description = "ARN of the role that the program in the containers calls AWS with: made, given, or null. Known at plan time where it is made."
  value       = local._has_role ? local._made_role_arn : var.task.task_role_arn
}

output "contract" {
  description = "What a DAG must know to run the task, as `modules/ssm-parameters` takes it."
  value = {
    task_definition            = local._family
    revision                   = var.task.track_latest ? null : aws_ecs_task_definition.this.revision
    container_name             = local._container_name
    log_group                  = local._airflow_reads ? local._log_group_name : null
    log_stream_prefix          = local._log_stream_prefix
    launch_type                = local._launch_type
    capacity_provider_strategy = local._strategy
    platform_version           = local._platform_version
    network_mode               = var.task.network_mode
    placement_strategy         = length(var.task.placement_strategy) > 0 ? var.task.placement_strategy : null
    propagate_tags             = var.task.propagate_tags ? "TASK_DEFINITION" : null
  }
  depends_on = [aws_ecs_task_definition.this]
}
