provider "aws" {
  region = var.region
}

# The module creates task definitions, parameters and the policy only. Cluster,
# execution role, security groups, log group and task role exist already.
module "airflow_ecs" {
  source = "../.."

  name                     = "etl"
  mwaa_execution_role_name = var.mwaa_execution_role_name
  cluster                  = { existing = { name = "shared" } }
  execution_role           = { existing = { arn = var.execution_role_arn } }
  logs                     = { log_group_name = "/shared/etl", create = false }
  network = {
    subnet_ids         = var.subnet_ids
    security_group_ids = var.security_group_ids
  }
  default_task = "extract"
  policy       = { own_tasks_only = true }

  tasks = {
    extract = { image = "python:3.13-slim", task_role_arn = var.task_role_arn }
    # DAGs run the revision of the last apply, not one that was registered since.
    load = { image = "python:3.13-slim", task_role_arn = var.task_role_arn, track_latest = false }
  }
}
