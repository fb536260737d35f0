output "name" {
  description = "Name of the environment."
  value       = aws_mwaa_environment.this.name
}

output "arn" {
  description = "ARN of the environment."
  value       = aws_mwaa_environment.this.arn
}

output "status" {
  description = "Status of the environment, e.g. `AVAILABLE`."
  value       = aws_mwaa_environment.this.status
}

output "airflow_version" {
  description = "Version of Airflow."
  value       = aws_mwaa_environment.this.airflow_version
}

output "webserver_url" {
  description = "URL of the Airflow UI."
  value       = "https://${trimprefix(aws_mwaa_environment.this.webserver_url, "https://")}"
}

output "bucket_name" {
  description = "Name of the bucket, for `bucket` of `modules/dags`. It is known in the plan."
  value       = local.bucket_name

  # Files that are uploaded before versioning is on have no version for the environment to name.
  depends_on = [aws_s3_bucket_versioning.this, aws_s3_bucket_server_side_encryption_configuration.this]
}

output "dag_prefix" {
  description = "Prefix of the DAGs in the bucket, for `prefix` of `modules/dags`."
  value       = "${trimsuffix(var.dag_s3_path, "/")}/"
}

output "execution_role_name" {
  description = <<-EOT
    Name of the role that Airflow works with, for `mwaa_execution_role_name` of the root module. Known in the plan.
  EOT
  value       = local.role_name
  depends_on  = [aws_iam_role.this]
}

output "execution_role_arn" {
  description = "ARN of the role that Airflow works with. It is known in the plan."
  value       = local.role_arn
  depends_on  = [aws_iam_role.this]
}

output "service_role_arn" {
  description = "ARN of the service-linked role that MWAA itself uses."
  value       = aws_mwaa_environment.this.service_role_arn
}

output "policy_json" {
  description = "Policy with the rights that MWAA itself needs, as JSON, for an existing role."
  value       = local.policy_json
}

output "security_group_ids" {
  description = "Security groups of the environment."
  value       = local.security_group_ids
}

output "log_group_names" {
  description = "Names of the log groups of the enabled modules."
  value       = [for module, enabled in local.log_groups : "airflow-${var.name}-${module}" if enabled]
}

output "database_vpc_endpoint_service" {
  description = "Service name for the database's VPC endpoint, with `endpoint_management = \"CUSTOMER\"`."
  value       = aws_mwaa_environment.this.database_vpc_endpoint_service
}

output "webserver_vpc_endpoint_service" {
  description = "Service name for the web server's VPC endpoint, with `endpoint_management = \"CUSTOMER\"`."
  value       = aws_mwaa_environment.this.webserver_vpc_endpoint_service
}
