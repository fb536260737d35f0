output "operator_kwargs" {
  description = "EcsRunTaskOperator's keyword arguments, by task."
  value       = local.operator_kwargs
}

output "parameter_names" {
  description = "Full names of all parameters. Known at plan time."
  value = concat(
    [for key in keys(local.shared) : "${var.prefix}/${key}"],
    [for name in keys(var.tasks) : "${var.prefix}/tasks/${name}"],
    [for part in local.index_names : "${var.prefix}/images/${part}"],
  )
}

output "task_parameter_names" {
  description = "Full name of the parameter that holds a task's keyword arguments, by task."
  value       = { for name in keys(var.tasks) : name => "${var.prefix}/tasks/${name}" }
}

output "tasks_path" {
  description = <<-EOT
    Path of the tasks' parameters. It is the `variables_prefix` for Airflow's Parameter Store backend.
  EOT
  value       = "${var.prefix}/tasks"
}

output "images_path" {
  description = "Path of the index of images."
  value       = "${var.prefix}/images"
}

output "image_index" {
  description = "The index of images: tasks by image."
  value       = merge(values(local.index_parts)...)
}

output "default_task" {
  description = "Task that the six shared parameters describe."
  value       = local.default_task
}
