output "tasks" {
  description = "Family, ARN, container, log group and parameter of each task."
  value       = module.airflow_ecs.tasks
}

output "image_index" {
  description = "The tasks that run each image, as DAGs read it."
  value       = module.airflow_ecs.image_index
}

output "dag_keys" {
  description = "Keys of the uploaded DAG files."
  value       = module.dags.keys
}
