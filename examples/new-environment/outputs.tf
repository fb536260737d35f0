output "airflow_url" {
  description = "Where the Airflow UI is."
  value       = module.mwaa.webserver_url
}

output "bucket_name" {
  description = "Bucket with the DAGs."
  value       = module.mwaa.bucket_name
}

output "execution_role_name" {
  description = "Role that Airflow works with."
  value       = module.mwaa.execution_role_name
}

output "private_subnet_ids" {
  description = "Subnets that Airflow and the tasks run in."
  value       = module.network.private_subnet_ids
}

output "dag_snippet" {
  description = "Python to paste into a DAG."
  value       = module.airflow_ecs.dag_snippet
}
