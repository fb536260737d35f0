output "operator_kwargs" {
  description = "By task: keyword arguments of EcsRunTaskOperator."
  value       = module.airflow_ecs.operator_kwargs
}

output "policy_json" {
  description = "What the MWAA environment's role may do."
  value       = module.airflow_ecs.policy_json
}
