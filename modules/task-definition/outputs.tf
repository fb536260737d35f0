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
  description = "Log group that all containers write to."
  value       = local._log_group_name
}

output "contract" {
  description = "What a DAG must know to run the task, as `modules/ssm-parameters` takes it."
  value = {
    task_definition            = local._family
    container_name             = local._container_name
    log_group                  = local._log_group_name
    log_stream_prefix          = local._log_stream_prefix
    launch_type                = local._launch_type
    capacity_provider_strategy = local._strategy
    platform_version           = local._platform_version
  }
  depends_on = [aws_ecs_task_definition.this]
}
