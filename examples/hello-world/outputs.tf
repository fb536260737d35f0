output "cluster_name" {
  description = "Name of the cluster that the task runs on."
  value       = module.airflow_ecs.cluster_name
}

output "cluster_arn" {
  description = "ARN of the cluster that the task runs on."
  value       = module.airflow_ecs.cluster_arn
}

output "tasks" {
  description = "The task's family, ARN, container, log group and parameter."
  value       = module.airflow_ecs.tasks
}

output "operator_kwargs" {
  description = "Keyword arguments of EcsRunTaskOperator."
  value       = module.airflow_ecs.operator_kwargs
}

output "dag_snippet" {
  description = "Python to paste into a DAG."
  value       = module.airflow_ecs.dag_snippet
}

output "execution_role_arn" {
  description = "ARN of the role that ECS starts the task with."
  value       = module.airflow_ecs.execution_role_arn
}

output "security_group_ids" {
  description = "Security group of the task."
  value       = module.airflow_ecs.security_group_ids
}

output "policy_json" {
  description = "What the MWAA environment's role may do."
  value       = module.airflow_ecs.policy_json
}

output "parameter_names" {
  description = "Parameters that DAGs read."
  value       = module.airflow_ecs.parameter_names
}

output "dag_keys" {
  description = "Keys of the uploaded DAG files."
  value       = module.dags.keys
}
