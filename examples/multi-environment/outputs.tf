output "cluster_name" {
  description = "Name of the cluster that the tasks run on."
  value       = module.airflow_ecs.cluster_name
}

output "tasks" {
  description = "By task: family, ARN, container, log group and parameter."
  value       = module.airflow_ecs.tasks
}

output "dag_snippet" {
  description = "By task: Python to paste into a DAG."
  value       = module.airflow_ecs.dag_snippet
}
