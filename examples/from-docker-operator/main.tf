provider "aws" {
  region = var.region
}

# The answer to private_environment:DB_PASSWORD in answers.yaml.
resource "aws_ssm_parameter" "shop_password" {
  #checkov:skip=CKV_AWS_337:The key of Parameter Store encrypts it. Set key_id for a key of yours.
  name  = "/sales/db-password"
  type  = "SecureString"
  value = var.shop_password
}

module "airflow_ecs" {
  source = "../.."

  name                     = "from-docker"
  mwaa_execution_role_name = var.mwaa_execution_role_name
  network                  = { subnet_ids = var.subnet_ids }

  # tasks.tf, as `mwaa-ecs migrate` wrote it.
  tasks        = local.docker_tasks
  default_task = "extract"
}

module "dags" {
  source = "../../modules/dags"

  bucket     = var.dags_bucket_name
  source_dir = "${path.module}/dags"
  operator   = true
}
