provider "aws" {
  region = var.region
}

module "network" {
  source = "../../modules/network"

  name         = var.name
  nat_gateways = var.nat_gateways
}

module "mwaa" {
  source = "../../modules/mwaa-environment"

  name                  = var.name
  airflow_version       = var.airflow_version
  environment_class     = var.environment_class
  subnet_ids            = module.network.private_subnet_ids
  webserver_access_mode = "PUBLIC_ONLY"
  requirements          = module.dags.requirements

  # `terraform destroy` deletes the bucket with all its objects.
  bucket = { force_destroy = true }
}

module "dags" {
  source = "../../modules/dags"

  bucket       = module.mwaa.bucket_name
  prefix       = module.mwaa.dag_prefix
  source_dir   = "${path.module}/dags"
  requirements = "${path.module}/requirements.txt"
  operator     = true
}

module "airflow_ecs" {
  source = "../.."

  name                     = "${var.name}-ecs"
  mwaa_execution_role_name = module.mwaa.execution_role_name
  network                  = { subnet_ids = module.network.private_subnet_ids }

  # The same plan creates the role, so the check would not find it.
  policy = { check_role = false }

  tasks = {
    hello-world = {
      image  = "hello-world:latest"
      cpu    = 256
      memory = 512
    }
  }
}
