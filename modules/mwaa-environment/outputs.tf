output "name" {
  description = "Name of the environment."
  value       = aws_mwaa_environment.this.name
}

output "arn" {
  description = "ARN of the environment."
  value       = aws_mwaa_environment.this.arn
}

output "status" {
  description = "State of the environment, e.g. `AVAILABLE`."
  value       = aws_mwaa_environment.this.status
}

output "airflow_version" {
  description = "Version of Airflow."
  value       = aws_mwaa_environment.this.airflow_version
}

output "webserver_url" {
  description = "Where the Airflow UI is."
  value       = "https://${trimprefix(aws_mwaa_environment.this.webserver_url, "https://")}"
}

output "bucket_name" {
  description = "Name of the bucket, known in the plan. Used only once it keeps versions, so for `modules/dags`."
  value       = local.bucket_name

  # Else the first files had no version, and the environment nothing to name.
  depends_on = [aws_s3_bucket_versioning.this, aws_s3_bucket_server_side_encryption_configuration.this]
}

output "dag_prefix" {
  description = "Where in the bucket DAGs go, for `modules/dags`."
  value       = "${var.dag_s3_path}/"
}

output "execution_role_name" {
  description = "Name of the role that Airflow works with, known in the plan, for `mwaa_execution_role_name` of the root module."
  value       = local.role_name
  depends_on  = [aws_iam_role.this]
}

output "execution_role_arn" {
  description = "ARN of the role that Airflow works with, known in the plan."
  value       = local.role_arn
  depends_on  = [aws_iam_role.this]
}

output "service_role_arn" {
  description = "ARN of the service-linked role that MWAA itself works with."
  value       = aws_mwaa_environment.this.service_role_arn
}

output "policy_json" {
  description = "What MWAA itself needs of the role, as JSON."
  value       = local.policy_json
}

output "security_group_ids" {
  description = "Security groups of the environment."
  value       = local.security_group_ids
}

output "log_group_names" {
  description = "Log groups of the enabled modules."
  value       = [for module, enabled in local.log_groups : "airflow-${var.name}-${module}" if enabled]
}

output "database_vpc_endpoint_service" {
  description = "Service that the database's VPC endpoint is for, with `endpoint_management = \"CUSTOMER\"`."
  value       = aws_mwaa_environment.this.database_vpc_endpoint_service
}

output "webserver_vpc_endpoint_service" {
  description = "Service that the web server's VPC endpoint is for, with `endpoint_management = \"CUSTOMER\"`."
  value       = aws_mwaa_environment.this.webserver_vpc_endpoint_service
}
