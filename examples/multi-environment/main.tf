provider "aws" {
  region              = var.region
  allowed_account_ids = [var.account_id]
}

data "aws_subnets" "private" {
  filter {
    name   = "tag:Name"
    values = [var.subnet_tag]
  }
}

module "airflow_ecs" {
  source = "../.."

  name                     = var.name
  tasks                    = var.tasks
  default_task             = var.default_task
  network                  = { subnet_ids = data.aws_subnets.private.ids }
  mwaa_execution_role_name = var.mwaa_execution_role_name
  logs                     = var.logs
  ssm_prefix               = var.ssm_prefix
  tags                     = var.tags
}
