output "airflow_url" {
  description = "Where the Airflow UI is, for those within the VPC."
  value       = module.mwaa.webserver_url
}

output "repository_url" {
  description = "Where the task's image is to be pushed, with the tag 1."
  value       = aws_ecr_repository.hello_world.repository_url
}

output "bucket_name" {
  description = "Bucket with the DAGs."
  value       = module.mwaa.bucket_name
}

output "endpoint_services" {
  description = "Services that the VPC has an endpoint for."
  value       = module.network.endpoint_services
}

output "dag_snippet" {
  description = "Python to paste into a DAG."
  value       = module.airflow_ecs.dag_snippet
}
